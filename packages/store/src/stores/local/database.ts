/** What a value in a row is, as SQLite's JavaScript bindings give it. */
export type SqlValue = string | number | bigint | null | Uint8Array;

/** A prepared statement. */
export interface SqlStatement {
	run(...parameters: SqlValue[]): { readonly lastInsertRowid: number | bigint };
	get(...parameters: SqlValue[]): Record<string, SqlValue> | undefined;
	all(...parameters: SqlValue[]): Record<string, SqlValue>[];
}

/**
 * The part of a SQLite binding that the local store asks for. `DatabaseSync` of `node:sqlite` has it, and so have
 * libraries with the same interface.
 */
export interface SqlDatabase {
	exec(sql: string): void;
	prepare(sql: string): SqlStatement;
	close(): void;
}
