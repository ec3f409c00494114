import { topologicalSort } from "../build/topological-sort";
import { NixError, StoreError } from "../errors";
import { makeFixedOutputPath } from "../formats/content-address";
import { contentAddressInfo, countGoodSignatures } from "../formats/path-info";
import type { PublicKeys } from "../formats/signature";
import type { StorePath } from "../formats/store-path";
import type { SourceAccessor } from "../source-accessor";
import type { AddObjectOptions, PathInfo, Store } from "./store";
import { InvalidPathError } from "./store-errors";

/** How paths are copied from one store to another. */
export interface CopyOptions {
	/** Signatures by these are asked for of what is not content-addressed; without it none are. */
	readonly trustedKeys?: PublicKeys;
	/** Have the store that is copied to look at signatures. */
	readonly checkSignatures?: boolean;
	/** Have the store that is copied to get what its own substituters have. */
	readonly substitute?: boolean;
	/** Copy what is valid there, too. */
	readonly repair?: boolean;
	/** Before anything is copied: how many there will be. */
	readonly onStart?: (paths: number) => void;
	/** Of each path that is copied. */
	readonly onCopy?: (path: StorePath) => void;
	readonly signal?: AbortSignal;
}

/** The information on a path. Throws {@link InvalidPathError}. */
export const requireInfo = async (store: Store, path: StorePath): Promise<PathInfo> => {
	const info = await store.queryPathInfo(path);
	if (info === undefined) throw new InvalidPathError(path, store.storeDir);
	return info;
};

/** The same of several paths, in their order. */
export const requireInfos = async (store: Store, paths: readonly StorePath[]): Promise<PathInfo[]> => {
	if (store.queryPathInfos === undefined) return Promise.all(paths.map((path) => requireInfo(store, path)));
	return (await store.queryPathInfos(paths)).map((info, i) => {
		if (info === undefined) throw new InvalidPathError(paths[i], store.storeDir);
		return info;
	});
};

/** Paths and all that they refer to, of any store, by name. */
export const closureIn = async (store: Store, paths: Iterable<StorePath>): Promise<Map<string, PathInfo>> => {
	const found = new Map<string, PathInfo>();
	const seen = new Set<string>();
	let left = [...paths];
	while (left.length > 0) {
		const now = left.filter((path) => !seen.has(path.baseName) && seen.add(path.baseName));
		const infos = await requireInfos(store, now);
		for (const info of infos) found.set(info.path.baseName, info);
		left = infos.flatMap(({ references }) => [...references]);
	}
	return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
};

/** Each after what it refers to. */
export const sortInfos = (infos: Iterable<PathInfo>, storeDir: string): PathInfo[] => {
	const all = [...infos];
	const shown = ({ path }: PathInfo): string => path.toString(storeDir);
	const known = new Map(all.map((info) => [info.path.baseName, info]));
	const sorted = topologicalSort(
		all,
		(info) => info.references.flatMap((path) => (path.equals(info.path) ? [] : (known.get(path.baseName) ?? []))),
		(info) => info.path.baseName,
	);
	if ("cycle" in sorted)
		throw new StoreError(
			"REFERENCE_CYCLE",
			`cycle detected in the references of '${shown(sorted.cycle.item)}' from '${shown(sorted.cycle.parent)}'`,
		);
	return sorted.sorted;
};

/** So many paths are copied at once, where both stores can, and so many bytes of them; one at least. */
const most = { paths: 8, bytes: 1 << 26 };

/**
 * Copy paths that are valid in one store to another, each after what it refers to, several at once where both stores
 * can. What is there already is passed over. Throws where a path lacks a signature that is asked for, before anything of
 * it is copied; what was begun before is finished first.
 */
export const copyPaths = async (
	from: Store,
	to: Store,
	infos: Iterable<PathInfo>,
	options: CopyOptions = {},
): Promise<void> => {
	const missing = await missingIn(to, [...infos], options);
	options.onStart?.(missing.length);
	const { repair = false, checkSignatures = false } = options;
	const adding = { ...(repair ? { repair } : {}), ...(checkSignatures ? { checkSignatures } : {}) };
	const running = new Map<string, Promise<void>>();
	const paths = Math.max(most.paths, from.parallel ?? 0, to.parallel ?? 0);
	const limit = from.concurrent === true && to.concurrent === true ? { ...most, paths } : { paths: 1, bytes: 0 };
	const failures: unknown[] = [];
	let bytes = 0;
	let wake = (): void => {};
	const someDone = (): Promise<void> => new Promise((resolve) => (wake = resolve));
	try {
		for (const info of sortInfos(missing, from.storeDir)) {
			while (info.references.some((path) => !path.equals(info.path) && running.has(path.baseName))) await someDone();
			while (running.size > 0 && (running.size >= limit.paths || bytes + info.narSize > limit.bytes)) await someDone();
			if (failures.length > 0) break;
			options.signal?.throwIfAborted();
			const known = { ...infoFor(info, from, to), ultimate: false };
			if (options.trustedKeys !== undefined) requireSignature(known, to, options.trustedKeys);
			options.onCopy?.(info.path);
			const done = copyOne(from, to, info, known, adding)
				.catch((error: unknown) => void failures.push(error))
				.finally(() => {
					running.delete(info.path.baseName);
					bytes -= info.narSize;
					wake();
				});
			running.set(info.path.baseName, done);
			bytes += info.narSize;
		}
	} finally {
		await Promise.all(running.values());
	}
	if (failures.length > 0) throw failures[0];
};

/** NARs from this size on, in bytes, are not held whole. */
const largeNar = 1 << 24;

const copyOne = async (
	from: Store,
	to: Store,
	info: PathInfo,
	known: PathInfo,
	adding: AddObjectOptions,
): Promise<void> => {
	let accessor: SourceAccessor | undefined;
	try {
		const isSmall = info.narSize > 0 && info.narSize < largeNar;
		const itself = async (): Promise<void> => {
			if (from.narOf !== undefined && to.addNar !== undefined && isSmall)
				return to.addNar(known, await from.narOf(info.path), adding);
			accessor = await from.accessor(info.path);
			await to.addObject(known, accessor, "/", adding);
		};
		const source =
			isSmall && to.addFrom !== undefined && !adding.repair ? await from.objectSource?.(info.path) : undefined;
		await (source === undefined ? itself() : to.addFrom?.(known, source, itself));
	} catch (error) {
		if (error instanceof NixError && error.code === "MISSING_END")
			throw new StoreError(
				"INCOMPLETE_NAR",
				`NAR for '${info.path.toString(from.storeDir)}' fetched from '${from.uri}' is incomplete`,
				{ cause: error },
			);
		throw error;
	} finally {
		accessor?.dispose?.();
	}
};

/** Those that are not there yet; all of them for repairing. */
const missingIn = async (
	to: Store,
	infos: readonly PathInfo[],
	{ repair = false, substitute = false }: CopyOptions,
): Promise<PathInfo[]> => {
	if (repair) return [...infos];
	if (to.queryValidPaths !== undefined) {
		const paths = infos.map(({ path }) => path);
		const valid = new Set((await to.queryValidPaths(paths, substitute)).map(({ baseName }) => baseName));
		return infos.filter(({ path }) => !valid.has(path.baseName));
	}
	const paths = infos.map(({ path }) => path);
	const valid = new Set((await validAmong(to, paths)).map(({ baseName }) => baseName));
	return infos.filter(({ path }) => !valid.has(path.baseName));
};

/** So many questions are under way at once, of stores that take several. */
const questions = 100;

/** Those of the paths that are valid in a store, which is asked for several at once where it can be. */
export const validAmong = async (store: Store, paths: readonly StorePath[]): Promise<StorePath[]> => {
	const valid: StorePath[] = [];
	const size = store.concurrent === true ? questions : 1;
	for (let i = 0; i < paths.length; i += size) {
		const some = paths.slice(i, i + size);
		const answers = await Promise.all(some.map((path) => store.isValidPath(path)));
		valid.push(...some.filter((_, j) => answers[j]));
	}
	return valid;
};

/** What is content-addressed and refers to nothing has its own path in a store with another prefix. */
const infoFor = (info: PathInfo, from: Store, to: Store): PathInfo => {
	if (from.storeDir === to.storeDir || info.references.length > 0) return info;
	const parts = contentAddressInfo(info);
	return parts === undefined ? info : { ...info, path: makeFixedOutputPath(info.path.name, parts, to.storeDir) };
};

/** Throws unless a path is content-addressed or signed by one of these keys. */
export const requireSignature = (info: PathInfo, store: Pick<Store, "storeDir">, keys: PublicKeys): void => {
	if (countGoodSignatures(info, keys, store.storeDir) > 0) return;
	const path = info.path.toString(store.storeDir);
	throw new StoreError("UNTRUSTED_PATH", `cannot add path '${path}' because it lacks a signature by a trusted key`);
};
