import {
	asyncStore,
	closureIn,
	isDerivationPath,
	type RealiseTarget,
	type StorePath,
	type SyncStore,
} from "@tsnix/store";
import type { Session } from "./session";
import { copyInfos } from "./verbs/copy";

/**
 * A store for building whose derivations lie in another, the one for evaluation (`--eval-store`): reading them looks
 * there, all else is the store's own.
 */
export const withDerivationsOf = (evalStore: SyncStore, store: SyncStore): SyncStore => {
	const isThere = (path: StorePath): boolean =>
		isDerivationPath(path) && !store.isValidPath(path) && evalStore.isValidPath(path);
	const of = (path: StorePath): SyncStore => (isThere(path) ? evalStore : store);
	const reading: Partial<SyncStore> = {
		isValidPath: (path) => of(path).isValidPath(path),
		queryPathInfo: (path) => of(path).queryPathInfo(path),
		accessor: (path) => of(path).accessor(path),
		readDerivation: (path) => of(path).readDerivation(path),
	};
	return new Proxy(store, {
		get: (target, name) => {
			if (Object.hasOwn(reading, name)) return Reflect.get(reading, name);
			const value: unknown = Reflect.get(target, name, target);
			return typeof value === "function" ? (value as (...args: unknown[]) => unknown).bind(target) : value;
		},
	});
};

/** The sources that derivations and all those they are built from begin with. */
export const sourcesOf = (store: SyncStore, targets: readonly RealiseTarget[]): StorePath[] => {
	const seen = new Set<string>();
	const sources = new Map<string, StorePath>();
	const visit = (drvPath: StorePath): void => {
		if (seen.has(drvPath.baseName) || !isDerivationPath(drvPath) || !store.isValidPath(drvPath)) return;
		seen.add(drvPath.baseName);
		const drv = store.readDerivation(drvPath);
		for (const source of drv.inputSrcs) sources.set(source.baseName, source);
		for (const { path } of drv.inputDrvs.values()) visit(path);
	};
	for (const target of targets) if ("drvPath" in target) visit(target.drvPath);
	return [...sources.values()];
};

/** Copies paths with all they refer to, from one store to another. */
export const copyClosures = async (
	session: Session,
	from: SyncStore,
	to: SyncStore,
	paths: readonly StorePath[],
	checksSignatures: boolean,
): Promise<void> => {
	const missing = paths.filter((path) => !to.isValidPath(path) && from.isValidPath(path));
	if (missing.length === 0) return;
	const source = asyncStore(from);
	await copyInfos(session, source, asyncStore(to), (await closureIn(source, missing)).values(), checksSignatures);
};
