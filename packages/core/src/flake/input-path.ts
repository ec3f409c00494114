import { UsageError } from "./errors";

/** The names that lead from a flake to one of its inputs: `["dwarffs", "nixpkgs"]`. Empty for the flake itself. */
export type InputPath = readonly string[];

/** What a flake's name or an element of an input path may look like. */
export const flakeIdPattern = /^[a-zA-Z][a-zA-Z0-9_-]*$/;

/** Parse `dwarffs/nixpkgs`; superfluous slashes are ignored. Throws {@link UsageError}. */
export const parseInputPath = (text: string): InputPath => {
	const path = text.split("/").filter((element) => element !== "");
	for (const element of path)
		if (!flakeIdPattern.test(element)) throw new UsageError(`invalid flake input attribute path element '${element}'`);
	return path;
};

/** The opposite of {@link parseInputPath}. */
export const printInputPath = (path: InputPath): string => path.join("/");

/** The order of paths in lock file differences: element by element, by bytes. */
export const compareInputPaths = (a: InputPath, b: InputPath): number => {
	for (let i = 0; i < a.length && i < b.length; i++) if (a[i] !== b[i]) return a[i] < b[i] ? -1 : 1;
	return a.length - b.length;
};

export const inputPathsEqual = (a: InputPath | undefined, b: InputPath | undefined): boolean =>
	a === b || (a !== undefined && b !== undefined && compareInputPaths(a, b) === 0);

/** Whether `path` lies below `prefix`, and is not `prefix` itself. */
export const isBelow = (path: InputPath, prefix: InputPath): boolean =>
	path.length > prefix.length && prefix.every((element, i) => path[i] === element);

/** A key for maps: names of inputs may contain anything, a slash included. */
export const inputPathKey = (path: InputPath): string => JSON.stringify(path);
