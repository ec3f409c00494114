import type { Download } from "./download";
import type { FetchedTree } from "./fetched-tree";

/** Remembers fetched inputs by their attributes as JSON, so that each is fetched once, and fetches under way. */
export interface InputCache {
	readonly fetched: Map<string, FetchedTree>;
	/** Fetches that failed while a synchronous caller was waiting to be resumed. */
	readonly failed: Map<string, unknown>;
	readonly pending: Map<string, Promise<FetchedTree>>;
	/** Files that were downloaded as they are, by URL. */
	readonly downloads: Map<string, Download>;
	/** Forget it all, so that paths and worktrees are looked at again. */
	clear(): void;
}

/** An empty cache. */
export const createInputCache = (): InputCache => {
	const cache = { fetched: new Map(), failed: new Map(), pending: new Map(), downloads: new Map() };
	return {
		...cache,
		clear() {
			cache.fetched.clear();
			cache.failed.clear();
			cache.pending.clear();
			cache.downloads.clear();
		},
	};
};
