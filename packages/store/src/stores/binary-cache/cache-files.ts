import type { StoredContents } from "../../accessors/memory";
import type { ByteString } from "../../byte-string";
import { StoreError } from "../../errors";

/** The files of a binary cache, by their paths within it, wherever they lie. */
export interface CacheFiles {
	/** Names the cache in messages: `file:///cache`, `https://cache.example.org`. */
	readonly uri: string;
	/** What is remembered of the cache goes by this name; `uri` unless told. */
	readonly key?: string;
	/** What the cache says of itself: as `get`, but where it is not for us that is an error. */
	getInfo?(path: string): Promise<Uint8Array | undefined>;
	/** Undefined where there is no such file. */
	get(path: string): Promise<Uint8Array | undefined>;
	exists(path: string): Promise<boolean>;
	/** All of it or nothing becomes visible. */
	put(path: string, contents: Uint8Array, mimeType: string): Promise<void>;
	/** As `get`, piece by piece; where that can be had. */
	open?(path: string): Promise<AsyncIterable<Uint8Array> | undefined>;
	/** As `put`, for contents that are not held in memory; where that can be had. */
	putLarge?(path: string, contents: StoredContents, mimeType: string): Promise<void>;
	/** Where a file lies on the host's file system, where it does. Throws for paths that lead out of the cache. */
	hostPath?(path: string): ByteString;
	/** What is added to the name of a file that is being written; unlike that of any other writer. */
	temporaryName?(): string;
	/** The names at the top, where they can be had. */
	list?(): Promise<readonly string[]>;
	/** Makes the folders that a cache begins with. */
	create?(withDebugInfo: boolean): void;
}

/** A file that a binary cache's own information promises, and that is not there. */
export class MissingCacheFileError extends StoreError {
	constructor(path: string, uri: string) {
		super("NO_SUCH_CACHE_FILE", `file '${path}' does not exist in binary cache${uri === "" ? "" : ` '${uri}'`}`);
	}
}
