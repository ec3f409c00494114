import { StoreError } from "../errors";
import { StorePath } from "../formats/store-path";
import type { PathInfo, SyncStore } from "../stores/store";

/** What is known of a valid path. Throws a StoreError if the path is not valid. */
export const requirePathInfo = (store: SyncStore, path: StorePath): PathInfo => {
	const info = store.queryPathInfo(path);
	if (info !== undefined) return info;
	throw new StoreError("INVALID_PATH", `path '${path.toString(store.storeDir)}' is not valid`);
};

/** The paths and everything they refer to, directly or not; sorted. All must be valid. */
export const closureOf = (store: SyncStore, paths: Iterable<StorePath>): StorePath[] => {
	const found = new Map<string, StorePath>();
	const left = [...paths];
	for (let path = left.pop(); path !== undefined; path = left.pop()) {
		if (found.has(path.baseName)) continue;
		found.set(path.baseName, path);
		left.push(...requirePathInfo(store, path).references);
	}
	return sortPaths(found.values());
};

/** Paths in the order of their base names, each once. */
export const sortPaths = (paths: Iterable<StorePath>): StorePath[] => {
	const unique = new Map<string, StorePath>();
	for (const path of paths) unique.set(path.baseName, path);
	return [...unique.values()].sort(StorePath.compare);
};
