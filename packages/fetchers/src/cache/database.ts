import {
	bytesToString,
	hostPath,
	type SqlDatabase,
	type SqlStatement,
	stringToBytes,
	type WritableSyncFs,
} from "@tsnix/store";
import type { Attr } from "../attrs";
import { attrsToJSON } from "../attrs";
import type { CacheEntry, FetchCache } from "./cache";
import { folderCache } from "./folder";

/** Where a cache in a database is. */
export interface DatabaseCachePlace {
	readonly fs: WritableSyncFs;
	/** The database's file. */
	readonly path: string;
	/** The folder for downloaded files. */
	readonly blobs: string;
	readonly open: (path: string) => SqlDatabase;
}

const schema = `
	pragma synchronous = off;
	pragma journal_mode = truncate;
	pragma busy_timeout = 60000;
	create table if not exists Facts (
		domain text not null,
		key text not null,
		value text not null,
		timestamp integer not null,
		primary key (domain, key)
	);
`;

interface Opened {
	/** Held, so that it is not closed while its statements are needed. */
	readonly database: SqlDatabase;
	readonly lookup: SqlStatement;
	readonly upsert: SqlStatement;
}

const parseValue = (text: string): Record<string, Attr> | undefined => {
	try {
		const parsed: unknown = JSON.parse(text);
		const isAttrs =
			typeof parsed === "object" &&
			parsed !== null &&
			Object.values(parsed).every((attr) => ["string", "number", "boolean"].includes(typeof attr));
		return isAttrs ? (parsed as Record<string, Attr>) : undefined;
	} catch {
		return undefined;
	}
};

/**
 * A cache whose facts are in a SQLite database, opened when something is first asked of it; files lie in a folder.
 * Several processes can share it.
 */
export const databaseCache = (place: DatabaseCachePlace): FetchCache => {
	const { fs } = place;
	const files = folderCache(fs, place.blobs);
	let opened: Opened | undefined;
	const open = (): Opened => {
		fs.mkdirSync(place.path.slice(0, place.path.lastIndexOf("/")), { recursive: true });
		const database = place.open(place.path);
		database.exec(schema);
		return {
			database,
			lookup: database.prepare("select value, timestamp from Facts where domain = ? and key = ?"),
			upsert: database.prepare("insert or replace into Facts (domain, key, value, timestamp) values (?, ?, ?, ?)"),
		};
	};
	const encoded = (text: string): Uint8Array => stringToBytes(text);
	return {
		lookup(domain, key): CacheEntry | undefined {
			// Where there is no database yet, nothing is known; it is made when there is something to keep.
			if (opened === undefined && !fs.existsSync(hostPath(fs, place.path))) return undefined;
			opened ??= open();
			const row = opened.lookup.get(domain, encoded(attrsToJSON(key)));
			if (row === undefined || !(row.value instanceof Uint8Array)) return undefined;
			const value = parseValue(bytesToString(row.value));
			return value === undefined ? undefined : { value, timestamp: Number(row.timestamp) };
		},
		upsert(domain, key, value, now) {
			opened ??= open();
			opened.upsert.run(domain, encoded(attrsToJSON(key)), encoded(JSON.stringify(value)), Math.floor(now));
		},
		readBlob: (name) => files.readBlob(name),
		writeBlob: (name, contents) => files.writeBlob(name, contents),
		...(files.openBlob === undefined ? {} : { openBlob: (name) => files.openBlob?.(name) }),
		...(files.writeBlobPieces === undefined
			? {}
			: { writeBlobPieces: (name, pieces) => files.writeBlobPieces?.(name, pieces) }),
	};
};
