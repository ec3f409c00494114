import {
	KnownOutputs,
	type RealiseResult,
	type RealiseTarget,
	type StorePath,
	sortPaths,
	type TargetResult,
} from "@tsnix/store";
import type { Session } from "../session";

/**
 * Targets that a store has which can build nothing, a binary cache: what a realisation there comes to. Undefined where
 * the command's store is another, or something is missing in it.
 */
export const validInCache = async (
	session: Session,
	targets: readonly RealiseTarget[],
): Promise<RealiseResult | undefined> => {
	const { openWaiting } = session.commandStore;
	if (openWaiting === undefined) return undefined;
	const cache = await openWaiting();
	const { store } = session;
	const known = new KnownOutputs(store, session.settings.enabled("ca-derivations"));
	const results: TargetResult[] = [];
	const valid: StorePath[] = [];
	const outputs = new Map<string, Map<string, StorePath>>();
	for (const target of targets) {
		if ("path" in target) {
			if (!(await cache.isValidPath(target.path))) return undefined;
			valid.push(target.path);
			results.push({ target, status: "AlreadyValid", outputs: new Map() });
			continue;
		}
		if (target.via !== undefined) return undefined;
		const here = store.isValidPath(target.drvPath);
		if (!here && !(await cache.isValidPath(target.drvPath))) return undefined;
		const drv = here ? store.readDerivation(target.drvPath) : await cache.readDerivation(target.drvPath);
		const found = new Map<string, StorePath>();
		for (const name of target.outputs === "all" ? [...drv.outputs.keys()].sort() : [...target.outputs].sort()) {
			if (!drv.outputs.has(name)) return undefined;
			const path = known.path(drv, name) ?? (await cache.queryRealisation?.(known.outputId(drv, name)));
			if (path === undefined || !(await cache.isValidPath(path))) return undefined;
			found.set(name, path);
			valid.push(path);
		}
		outputs.set(target.drvPath.toString(store.storeDir), found);
		results.push({ target, status: "AlreadyValid", outputs: found });
	}
	return { targets: results, built: [], substituted: [], valid: sortPaths(valid), outputs, logs: new Map() };
};
