import type { PathRoot } from "./values";

/** A path of a tree as messages show it. */
export const showPath = (root: PathRoot, path: string): string =>
	root.accessor.showPath === undefined ? `${root.prefix}${path}` : root.accessor.showPath(path);
