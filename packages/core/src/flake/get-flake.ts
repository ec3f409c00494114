import {
	type Attrs,
	attrNames,
	describedAccessor,
	type FetchResult,
	type Input,
	inputToURL,
	inputType,
	isDirect,
	maybeGetStrAttr,
	withAttr,
	withoutAttrs,
} from "@tsnix/fetchers";
import type { SourceAccessor } from "@tsnix/store";
import { lookupInRegistries, type UseRegistries } from "../registry/lookup";
import { FlakeError } from "./errors";
import { type Evaluator, mountTree, type PathRoot } from "./evaluation";
import { absolutePath } from "./find-flake";
import type { Flake } from "./flake";
import { readFlakeFile, requireFile } from "./flake-file";
import type { InputPath } from "./input-path";
import { fetchEffect, type Locking, registriesEffect } from "./locking";
import { type FlakeRef, flakeRefsEqual, flakeRefToString } from "./ref";
import type { FlakeWorld } from "./world";

/** A tree, and what the registries made of the input that led to it. */
interface ResolvedTree {
	readonly resolved: Input;
	/** What a registry's entry adds: `dir`. */
	readonly extra: Attrs;
	readonly tree: FetchResult;
}

/** Fetch an input, looked up in the registries if it is indirect. */
export function* fetchResolved(input: Input, use: UseRegistries): Locking<ResolvedTree> {
	if (isDirect(input)) return { resolved: input, extra: {}, tree: yield* fetchEffect(input) };
	if (use === "none")
		throw new FlakeError(
			"INDIRECT_INPUT",
			`'${inputToURL(input)}' is an indirect flake reference, but registry lookups are not allowed`,
		);
	const { input: resolved, extra } = lookupInRegistries(input, yield* registriesEffect(), use);
	return { resolved, extra, tree: yield* fetchEffect(resolved) };
}

/** The trees that were put in their places, by their paths there. */
const placed = new WeakMap<Evaluator, Map<string, SourceAccessor>>();

/** Puts a tree in its place in the evaluation's file system; gives its path there. */
export const placeTree = ({ evaluator: st, shownStoreDir }: TreeWorld, tree: FetchResult): string => {
	const path = tree.storePath.toString(st.host.store.storeDir);
	const shown = shownTree(tree, shownStoreDir ?? st.host.store.storeDir);
	mountTree(st, tree.storePath, shown);
	let trees = placed.get(st);
	if (trees === undefined) {
		trees = new Map();
		placed.set(st, trees);
	}
	trees.set(path, shown);
	return path;
};

/**
 * A tree as messages show it: that of a `path` input by its place in the store, where the reference reads it, unless
 * nothing was copied there.
 */
export const shownTree = (tree: FetchResult, storeDir: string): SourceAccessor =>
	inputType(tree.locked) === "path" && tree.fromStore !== true
		? describedAccessor(tree.accessor, { displayPrefix: tree.storePath.toString(storeDir) })
		: tree.accessor;

/** What placing a tree needs of a world. */
type TreeWorld = Pick<FlakeWorld, "evaluator" | "shownStoreDir">;

const locate = (st: Evaluator, path: string): { readonly tree: SourceAccessor; readonly inner: string } | undefined => {
	const end = path.indexOf("/", st.host.store.storeDir.length + 1);
	const tree = placed.get(st)?.get(end < 0 ? path : path.slice(0, end));
	return tree && { tree, inner: end < 0 ? "/" : path.slice(end) };
};

/** A path of the evaluation as messages show it: in a tree that was fetched, where that came from. */
export const showPlaced = (st: Evaluator, path: string): string => {
	const found = locate(st, path);
	return found?.tree.showPath?.(found.inner) ?? path;
};

const readContext = (
	world: FlakeWorld,
	root: PathRoot,
	dir: string,
	lockRoot: InputPath,
	warn?: (m: string) => void,
) => ({
	evaluator: world.evaluator,
	root,
	dir,
	lockRoot,
	settings: world.settings,
	warn,
});

const selfAttrNames = new Set(["submodules", "lfs"]);

const withSelfAttrs = (input: Input, selfAttrs: Attrs): Input => {
	let changed = input;
	for (const name of attrNames(selfAttrs)) {
		if (!selfAttrNames.has(name))
			throw new FlakeError("FLAKE_FILE", `flake 'self' attribute '${name}' is not supported`);
		changed = withAttr(changed, name, selfAttrs[name]);
	}
	return changed;
};

/**
 * Fetch a flake and read its `flake.nix`; where that sets attributes of `self`, fetch it again with them. `lockRoot`
 * is its path among the inputs.
 */
export function* getFlake(
	world: FlakeWorld,
	originalRef: FlakeRef,
	use: UseRegistries,
	lockRoot: InputPath,
	warn?: (message: string) => void,
): Locking<Flake> {
	const st = world.evaluator;
	const fetched = yield* fetchResolved(originalRef.input, use);
	let { tree } = fetched;
	let { fingerprint } = tree.accessor;
	const subdir = maybeGetStrAttr(fetched.extra, "dir") ?? originalRef.subdir;
	const resolvedRef = { input: fetched.resolved, subdir };
	let lockedRef: FlakeRef = { input: tree.locked, subdir };
	// Once from the tree itself, so that messages name the file where it is edited, and for the attributes of `self`.
	const shown = shownTree(tree, world.shownStoreDir ?? st.host.store.storeDir);
	const root: PathRoot = { id: "root", prefix: "", accessor: shown };
	const { selfAttrs } = readFlakeFile(readContext(world, root, absolutePath(subdir, "/"), lockRoot), resolvedRef);
	const refetched = { input: withSelfAttrs(lockedRef.input, selfAttrs), subdir };
	if (!flakeRefsEqual(lockedRef, refetched)) {
		world.debug?.(`refetching input '${flakeRefToString(refetched)}' due to self attribute`);
		const { scheme, attrs } = refetched.input;
		tree = yield* fetchEffect({ scheme, attrs: withoutAttrs(attrs, "narHash") });
		lockedRef = { input: tree.locked, subdir };
		fingerprint ??= tree.accessor.fingerprint;
	}
	const path = folderIn(placeTree(world, tree), subdir);
	const file = readFlakeFile(readContext(world, st.rootFS, path, lockRoot, warn), resolvedRef);
	return { ...file, originalRef, resolvedRef, lockedRef, path, ...(fingerprint === undefined ? {} : { fingerprint }) };
}

/** A folder in a tree. What begins with a slash, or goes up, begins at the tree's root, and goes no further than that. */
const folderIn = (root: string, subdir: string): string => absolutePath(`.${absolutePath(subdir, "/")}`, root);

/** Read a flake that lies in the tree of the flake that names it. Nothing is fetched. */
export const readRelativeFlake = (
	world: FlakeWorld,
	ref: FlakeRef,
	dir: string,
	lockRoot: InputPath,
	warn?: (message: string) => void,
): Flake => {
	const path = ref.subdir === "" ? dir : folderIn(dir, ref.subdir);
	const found = locate(world.evaluator, `${path}/flake.nix`);
	// Where there is no such file, the tree itself knows best how to say so.
	if (found !== undefined && found.tree.lstat(found.inner) === undefined) requireFile(found.tree, found.inner);
	const file = readFlakeFile(readContext(world, world.evaluator.rootFS, path, lockRoot, warn), ref);
	return { ...file, originalRef: ref, resolvedRef: ref, lockedRef: ref, path };
};
