import type { SqlDatabase } from "./database";

interface NodeSqlite {
	DatabaseSync: new (path: string) => SqlDatabase;
}

/**
 * Opens databases with `node:sqlite`, for {@link localStore}'s `openDatabase`; undefined where the runtime does not
 * have it (Node before 22.13).
 */
export const openNodeDatabase: ((path: string) => SqlDatabase) | undefined = (() => {
	const get = process.getBuiltinModule as ((id: string) => unknown) | undefined;
	const sqlite = get?.("node:sqlite") as NodeSqlite | undefined;
	return sqlite && ((path: string) => new sqlite.DatabaseSync(path));
})();
