import { type ByteString, bytesToString, type SqlDatabase, type SqlStatement, stringToBytes } from "@tsnix/store";

/** What is remembered of an attribute. Byte strings. */
export type CachedValue =
	/** There is such an attribute, and nothing else is known. */
	| { readonly kind: "placeholder" }
	/** A set, of which the names are known. */
	| { readonly kind: "attrs"; readonly names: readonly ByteString[] }
	/** A string, and the elements of its context; or a path. */
	| { readonly kind: "string"; readonly text: ByteString; readonly context: readonly ByteString[] }
	/** There is no such attribute. */
	| { readonly kind: "missing" }
	/** It is of a kind that is not remembered. */
	| { readonly kind: "misc" }
	/** Its evaluation failed. */
	| { readonly kind: "failed" }
	| { readonly kind: "bool"; readonly value: boolean }
	| { readonly kind: "strings"; readonly values: readonly ByteString[] }
	| { readonly kind: "int"; readonly value: number | bigint };

/** A remembered attribute: its number, by which those in it are found, and its value. */
export interface CachedAttr {
	readonly id: number;
	readonly value: CachedValue;
}

/** The numbers of the kinds, in the file. */
const kinds: readonly CachedValue["kind"][] = [
	"placeholder",
	"attrs",
	"string",
	"missing",
	"misc",
	"failed",
	"bool",
	"strings",
	"int",
];

const schema = `
	create table if not exists Attributes (
		parent      integer not null,
		name        text,
		type        integer not null,
		value       text,
		context     text,
		primary key (parent, name)
	);
`;

interface Statements {
	readonly insert: SqlStatement;
	readonly lastId: SqlStatement;
	readonly find: SqlStatement;
	readonly names: SqlStatement;
}

/** How long, in milliseconds, another process may hold up writing before nothing is written. */
const patience = 200;

const textOf = (value: unknown): ByteString => (value instanceof Uint8Array ? bytesToString(value) : "");

/**
 * What is known of a flake's outputs, in a database of the reference's format (`eval-cache-v6`): for each attribute, by
 * the number of the set it is in and its name, what it was evaluated to. The outputs themselves are the attribute `""` of
 * set 0. Whatever goes wrong with the file, it only means that less is known.
 *
 *     const db = openAttrDb(() => openNodeDatabase(path))
 */
export class AttrDb {
	private writing = false;
	private failed = false;

	constructor(
		private readonly db: SqlDatabase,
		private readonly statements: Statements,
	) {}

	/** What is known of an attribute. */
	get(parent: number, name: ByteString): CachedAttr | undefined {
		try {
			const row = this.statements.find.get(parent, stringToBytes(name));
			if (row === undefined) return undefined;
			const id = Number(row.rowid);
			const value = this.read(id, kinds[Number(row.type)], row);
			return value === undefined ? undefined : { id, value };
		} catch {
			this.failed = true;
			return undefined;
		}
	}

	private read(
		id: number,
		kind: CachedValue["kind"] | undefined,
		row: Record<string, unknown>,
	): CachedValue | undefined {
		const text = textOf(row.value);
		switch (kind) {
			case undefined:
				return undefined;
			case "attrs":
				return { kind, names: this.statements.names.all(id).map(({ name }) => textOf(name)) };
			case "string":
				return { kind, text, context: textOf(row.context).split(" ").filter(Boolean) };
			case "bool":
				return { kind, value: text !== "0" && text !== "" };
			case "strings":
				return { kind, values: text.split("\t").filter(Boolean) };
			case "int": {
				const int = BigInt(/^-?\d+$/.test(text) ? text : "0");
				const isSafe = Number.isSafeInteger(Number(int));
				return { kind, value: isSafe ? Number(int) : int };
			}
			default:
				return { kind };
		}
	}

	/** Remembers an attribute. What is in a set is remembered as being there. */
	set(parent: number, name: ByteString, value: CachedValue): CachedAttr {
		const id = this.write(() => {
			const id = this.insert(parent, name, value);
			if (value.kind === "attrs") for (const inner of value.names) this.insert(id, inner, { kind: "placeholder" });
			return id;
		});
		return { id, value };
	}

	private insert(parent: number, name: ByteString, value: CachedValue): number {
		const { insert, lastId } = this.statements;
		const context = value.kind === "string" && value.context.length > 0 ? value.context.join(" ") : undefined;
		const text = writtenValue(value);
		const bytes = (one: ByteString | undefined): Uint8Array | null => (one === undefined ? null : stringToBytes(one));
		insert.run(parent, stringToBytes(name), kinds.indexOf(value.kind), bytes(text), bytes(context));
		return Number(lastId.get()?.id);
	}

	private write(act: () => number): number {
		if (this.failed) return 0;
		try {
			if (!this.writing) this.db.exec("begin immediate");
			this.writing = true;
			return act();
		} catch {
			this.failed = true;
			return 0;
		}
	}

	/** Makes what was remembered last. */
	commit(): void {
		if (!this.writing) return;
		this.writing = false;
		try {
			this.db.exec(this.failed ? "rollback" : "commit");
		} catch {
			this.failed = true;
		}
	}
}

const writtenValue = (value: CachedValue): ByteString | undefined => {
	switch (value.kind) {
		case "string":
			return value.text;
		case "bool":
			return value.value ? "1" : "0";
		case "int":
			return String(value.value);
		case "strings":
			return value.values.join("\t").replace(/^\t+/, "");
		default:
			return undefined;
	}
};

/** A database of attributes; undefined where the file cannot be used. */
export const openAttrDb = (open: () => SqlDatabase): AttrDb | undefined => {
	try {
		const db = open();
		db.exec(`pragma busy_timeout = ${patience}; pragma synchronous = off; pragma main.journal_mode = wal;`);
		db.exec(schema);
		// Text goes in and out as bytes: not all of it is UTF-8.
		return new AttrDb(db, {
			insert: db.prepare(
				"insert or replace into Attributes (parent, name, type, value, context) " +
					"values (?, cast(? as text), ?, cast(? as text), cast(? as text))",
			),
			lastId: db.prepare("select last_insert_rowid() as id"),
			find: db.prepare(
				"select rowid as rowid, type, cast(value as blob) as value, cast(context as blob) as context " +
					"from Attributes where parent = ? and name = cast(? as text)",
			),
			names: db.prepare("select cast(name as blob) as name from Attributes where parent = ?"),
		});
	} catch {
		return undefined;
	}
};
