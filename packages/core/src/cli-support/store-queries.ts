import {
	isDerivationPath,
	NixError,
	outputPaths,
	type RealiseTarget,
	requirePathInfo,
	sortPaths,
	type StorePath,
	type SyncStore,
} from "@tsnix/store";

export { requirePathInfo };

/** Paths, each after those of them that it refers to; otherwise in the order of their names. */
export const referencesFirst = (store: SyncStore, paths: Iterable<StorePath>): StorePath[] => {
	const sorted = sortPaths(paths);
	const among = new Map(sorted.map((path) => [path.baseName, path]));
	const done = new Set<string>();
	const out: StorePath[] = [];
	const visit = (path: StorePath): void => {
		if (done.has(path.baseName)) return;
		done.add(path.baseName);
		for (const reference of sortPaths(store.queryPathInfo(path)?.references ?? []))
			if (!reference.equals(path) && among.has(reference.baseName)) visit(reference);
		out.push(path);
	};
	sorted.forEach(visit);
	return out;
};

/** What paths refer to (or, with `referrers`, what refers to them), directly or not; they themselves among them. */
export const closure = (
	store: SyncStore,
	paths: Iterable<StorePath>,
	options: { readonly referrers?: boolean; readonly includeOutputs?: boolean } = {},
): StorePath[] => {
	const found = new Map<string, StorePath>();
	const left = [...paths];
	for (let path = left.pop(); path !== undefined; path = left.pop()) {
		if (found.has(path.baseName)) continue;
		found.set(path.baseName, path);
		if (options.referrers === true) {
			left.push(...store.queryReferrers(path));
			continue;
		}
		left.push(...requirePathInfo(store, path).references);
		if (options.includeOutputs === true && isDerivationPath(path))
			for (const output of outputPaths(store.readDerivation(path), store.storeDir).values())
				if (output !== undefined && store.isValidPath(output)) left.push(output);
	}
	return sortPaths(found.values());
};

/** The derivations in the store that have a path among their outputs. */
export const validDerivers = (store: SyncStore, path: StorePath): StorePath[] =>
	sortPaths(
		store.queryAllValidPaths().filter((drvPath) => {
			if (!isDerivationPath(drvPath)) return false;
			for (const output of outputPaths(store.readDerivation(drvPath), store.storeDir).values())
				if (output?.equals(path) === true) return true;
			return false;
		}),
	);

/** The derivation that a path is, or that made it. */
export const deriverOf = (store: SyncStore, path: StorePath): StorePath => {
	if (isDerivationPath(path)) return path;
	const { deriver } = requirePathInfo(store, path);
	if (deriver === undefined)
		throw new NixError("NO_DERIVER", `deriver of path '${path.toString(store.storeDir)}' is not known`);
	return deriver;
};

/** Where a derivation's outputs are, as far as that is known: by name, sorted. */
export const outputsOf = (store: SyncStore, drvPath: StorePath): Map<string, StorePath | undefined> => {
	const drv = store.readDerivation(drvPath);
	return new Map([...outputPaths(drv, store.storeDir)].sort(([a], [b]) => (a < b ? -1 : 1)));
};

/** The sum of the sizes of a path's closure, in bytes of NARs. */
export const closureSize = (store: SyncStore, path: StorePath): number =>
	closure(store, [path]).reduce((sum, p) => sum + requirePathInfo(store, p).narSize, 0);

/** Throws where outputs are wanted that a derivation does not have. */
export const requireOutputs = (store: SyncStore, targets: readonly RealiseTarget[]): void => {
	for (const target of targets) {
		if ("path" in target || target.outputs === "all" || target.via !== undefined) continue;
		if (!store.isValidPath(target.drvPath)) continue;
		const { outputs } = store.readDerivation(target.drvPath);
		for (const name of target.outputs)
			if (!outputs.has(name))
				throw new NixError(
					"NO_SUCH_OUTPUT",
					`derivation '${target.drvPath.toString(store.storeDir)}' does not have output '${name}'`,
				);
	}
};
