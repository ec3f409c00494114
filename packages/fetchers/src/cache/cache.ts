import type { ByteSource } from "../archives/bytes";
import type { Attrs } from "../attrs";
import { attrsToJSON } from "../attrs";

/** Remembers what fetching found out: facts by key, and downloaded files by the SHA-256 of their contents. */
export interface FetchCache {
	/** What is known under a key, and since when (seconds since 1970). */
	lookup(domain: string, key: Attrs): CacheEntry | undefined;
	/** Remember a fact. `now` is seconds since 1970. */
	upsert(domain: string, key: Attrs, value: Attrs, now: number): void;
	/** A file by its name (a hash). */
	readBlob(name: string): Uint8Array | undefined;
	writeBlob(name: string, contents: Uint8Array): void;
	/** The same for files that should not be held in memory. */
	openBlob?(name: string): ByteSource | undefined;
	writeBlobPieces?(name: string, pieces: Iterable<Uint8Array>): void;
}

export interface CacheEntry {
	readonly value: Attrs;
	readonly timestamp: number;
}

/** Whether an entry is older than `ttl` seconds at the time `now`; with a `ttl` of 0 everything is. */
export const isExpired = (entry: CacheEntry, ttl: number, now: number): boolean =>
	ttl === 0 || entry.timestamp + ttl < Math.floor(now);

/** The text that a fact is kept under. */
export const cacheKey = (domain: string, key: Attrs): string => `${domain}:${attrsToJSON(key)}`;
