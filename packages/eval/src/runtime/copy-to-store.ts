import {
	type FileIngestionMethod,
	hashPath,
	makeFixedOutputPath,
	type SourceAccessor,
	StoreError,
	type StorePath,
} from "@tsnix/store";
import { adopting } from "./adopt-error";
import type { Evaluator } from "./evaluator";
import { perEvaluator } from "./per-evaluator";
import { RootAccessor } from "./root-accessor";
import { checkAccess, nameOf, resolveSymlinks } from "./source-path";
import type { NixPath, PathRoot } from "./values";

/** What was copied, by tree and path. */
const copied = perEvaluator(() => new Map<PathRoot, Map<string, StorePath>>());

/** Copies a path's files to the store, once an evaluation; only works out where they would go if that is read-only. */
export const copyToStore = (st: Evaluator, path: NixPath): StorePath => {
	let known = copied(st).get(path.accessor);
	if (known === undefined) {
		known = new Map();
		copied(st).set(path.accessor, known);
	}
	let storePath = known.get(path.path);
	if (storePath === undefined) {
		const source = resolveSymlinks(st, path, "ancestors");
		storePath = addToStore(st, nameOf(path), source, "nar");
		allowPath(st, storePath);
		known.set(path.path, storePath);
	}
	return storePath;
};

/** Adds files to the store under a name. */
export const addToStore = (
	st: Evaluator,
	name: string,
	source: NixPath,
	method: FileIngestionMethod,
	filter?: (path: string) => boolean,
	references?: readonly StorePath[],
): StorePath =>
	adopting(st, () => {
		const { store } = st.host;
		const { accessor } = source.accessor;
		checkAccess(source);
		if (st.settings.readOnly) {
			const hash = hashPath(accessor, source.path, { method, filter });
			return makeFixedOutputPath(name, { method, hash, references }, store.storeDir);
		}
		return store.addToStore(name, accessor, source.path, { method, algorithm: "sha256", filter, references });
	});

/** Lets pure or restricted evaluation read a store path. */
export const allowPath = (st: Evaluator, path: StorePath): void => {
	const { accessor } = st.rootFS;
	if (accessor instanceof RootAccessor && accessor.restricted) accessor.allow(path.toString(st.host.store.storeDir));
};

/** Lets pure or restricted evaluation read a store path and all that it refers to. */
export const allowClosure = (st: Evaluator, path: StorePath): void => {
	const { accessor } = st.rootFS;
	if (!(accessor instanceof RootAccessor) || !accessor.restricted) return;
	for (const member of closureOf(st, [path])) allowPath(st, member);
};

/** Paths and all that they refer to, in the order they are met. Throws where one of them is not valid. */
export const closureOf = (st: Evaluator, paths: readonly StorePath[]): StorePath[] =>
	adopting(st, () => {
		const seen = new Map<string, StorePath>();
		const visit = (path: StorePath): void => {
			if (seen.has(path.baseName)) return;
			seen.set(path.baseName, path);
			const info = st.host.store.queryPathInfo(path);
			if (info === undefined) throw notValid(st, path);
			info.references.forEach(visit);
		};
		paths.forEach(visit);
		return [...seen.values()];
	});

const notValid = (st: Evaluator, path: StorePath): StoreError =>
	new StoreError("INVALID_PATH", `path '${path.toString(st.host.store.storeDir)}' is not valid`);

/** Puts a fetched tree where its store path says, for this evaluation, and gives access to it. */
export const mountTree = (st: Evaluator, path: StorePath, tree: SourceAccessor | undefined): void => {
	const { accessor } = st.rootFS;
	if (tree !== undefined && accessor instanceof RootAccessor) accessor.mount(path, tree);
	allowPath(st, path);
};
