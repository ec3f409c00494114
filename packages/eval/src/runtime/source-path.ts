import { bytesToString, type FileKind, type SourceStat, StoreError } from "@tsnix/store";
import { adopting } from "./adopt-error";
import type { Evaluator } from "./evaluator";
import { baseNameOf, dirOf, joinPath } from "./paths";
import { perEvaluator } from "./per-evaluator";
import { RootAccessor } from "./root-accessor";
import { NixPath, type PathRoot } from "./values";

/*
 * Reading the files that paths name, with the messages and the access control of the reference.
 */

/** A path of a tree as messages show it. */
export const showPath = (root: PathRoot, path: string): string =>
	root.accessor.showPath === undefined ? `${root.prefix}${path}` : root.accessor.showPath(path);

export const showNixPath = (path: NixPath): string => showPath(path.accessor, path.path);

export const parentOf = (path: NixPath): NixPath => new NixPath(dirOf(path.path), path.accessor);

export const childOf = (path: NixPath, name: string): NixPath =>
	new NixPath(path.path === "/" ? `/${name}` : `${path.path}/${name}`, path.accessor);

/** The last component; `source` for the root of a tree. */
export const nameOf = (path: NixPath): string => (path.path === "/" ? "source" : baseNameOf(path.path));

/** Throws where pure or restricted evaluation gives no access. */
export const checkAccess = (path: NixPath): void => {
	const { accessor } = path.accessor;
	if (accessor instanceof RootAccessor) accessor.checkAccess(path.path);
};

const notFound = (path: NixPath): StoreError =>
	new StoreError("FILE_NOT_FOUND", `path '${showNixPath(path)}' does not exist`);

export const maybeLstat = (st: Evaluator, path: NixPath): SourceStat | undefined =>
	adopting(st, () => path.accessor.accessor.lstat(path.path));

/** What is there; throws where nothing is. */
export const lstat = (st: Evaluator, path: NixPath): SourceStat =>
	adopting(st, () => {
		checkAccess(path);
		const stat = path.accessor.accessor.lstat(path.path);
		if (stat === undefined) throw path.accessor.accessor.explainMissing?.(path.path) ?? notFound(path);
		return stat;
	});

/** Throws where a path is a folder, whose contents cannot be read. */
export const rejectFolder = (st: Evaluator, path: NixPath): void => {
	if (maybeLstat(st, path)?.kind === "directory")
		adopting(st, () => {
			throw new StoreError("IS_A_DIRECTORY", "read of 4096 bytes: Is a directory");
		});
};

/** The contents of a file, as bytes. */
export const readFileBytes = (st: Evaluator, path: NixPath): Uint8Array => {
	rejectFolder(st, path);
	return adopting(st, () => path.accessor.accessor.readFile(path.path));
};

/** The contents of a file, as a byte string. */
export const readFile = (st: Evaluator, path: NixPath): string => bytesToString(readFileBytes(st, path));

export const readDirectory = (st: Evaluator, path: NixPath): (readonly [string, FileKind | undefined])[] =>
	adopting(st, () => {
		const stat = path.accessor.accessor.lstat(path.path);
		if (stat !== undefined && stat.kind !== "directory")
			throw new StoreError("NOT_A_DIRECTORY", `cannot read directory "${showNixPath(path)}": Not a directory`);
		return [...path.accessor.accessor.readDirectory(path.path)];
	});

const readLink = (st: Evaluator, path: NixPath): string =>
	adopting(st, () => path.accessor.accessor.readLink(path.path));

/** Folders that are known to exist and to have no link on their way, by tree and path. */
const realFolders = perEvaluator(() => new Map<PathRoot, Set<string>>());

const maxLinks = 1024;

/**
 * The path without symbolic links: on its way only (`ancestors`), or also at its end (`full`). What does not exist is
 * left as it is.
 */
export const resolveSymlinks = (st: Evaluator, path: NixPath, mode: "full" | "ancestors" = "full"): NixPath => {
	if (path.path === "/") return path;
	const root = path.accessor;
	let real = realFolders(st).get(root);
	if (real === undefined) {
		real = new Set();
		realFolders(st).set(root, real);
	}
	const parent = dirOf(path.path);
	const known = parent === "/" || real.has(parent);
	if (known) {
		if (mode === "ancestors") return path;
		const stat = maybeLstat(st, path);
		if (stat === undefined) return path;
		if (stat.kind !== "symlink") {
			if (stat.kind === "directory") real.add(path.path);
			return path;
		}
	}
	return walk(st, path, mode, real);
};

const walk = (st: Evaluator, path: NixPath, mode: "full" | "ancestors", real: Set<string>): NixPath => {
	const root = path.accessor;
	let todo = path.path.slice(1).split("/");
	let done = "";
	let links = 0;
	for (let i = 0; i < todo.length; i++) {
		const name = todo[i];
		if (name === "" || name === ".") continue;
		if (name === "..") {
			done = done.slice(0, Math.max(done.lastIndexOf("/"), 0));
			continue;
		}
		const next = `${done}/${name}`;
		if (real.has(next)) {
			done = next;
			continue;
		}
		if (mode === "ancestors" && i === todo.length - 1) {
			done = next;
			break;
		}
		const at = new NixPath(next, root);
		const stat = maybeLstat(st, at);
		if (stat?.kind !== "symlink") {
			if (stat?.kind === "directory") real.add(next);
			done = next;
			continue;
		}
		if (links++ >= maxLinks)
			throw adopting(st, () => {
				throw new StoreError("TOO_MANY_LINKS", `infinite symlink recursion in path '${showNixPath(path)}'`);
			});
		const target = readLink(st, at);
		if (target.startsWith("/")) done = "";
		todo = [...target.split("/"), ...todo.slice(i + 1)];
		i = -1;
	}
	return new NixPath(done === "" ? "/" : done, root);
};

/** Follows the links that a path is itself, and takes `default.nix` for a folder: what `import` reads. */
export const resolveExprPath = (st: Evaluator, given: NixPath, addDefaultNix = true): NixPath => {
	let path = given;
	for (let followed = 1; path.path !== "/"; followed++) {
		if (followed >= maxLinks)
			adopting(st, () => {
				throw new StoreError(
					"TOO_MANY_LINKS",
					`too many symbolic links encountered while traversing the path '${showNixPath(path)}'`,
				);
			});
		const at = childOf(resolveSymlinks(st, parentOf(path)), nameOf(path));
		if (lstat(st, at).kind !== "symlink") break;
		const target = readLink(st, at);
		path = new NixPath(
			target.startsWith("/") ? joinPath("/", target) : joinPath(dirOf(path.path), target),
			path.accessor,
		);
	}
	if (addDefaultNix && lstat(st, resolveSymlinks(st, path)).kind === "directory") return childOf(path, "default.nix");
	return path;
};
