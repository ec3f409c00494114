import type { Derivation } from "../formats/derivation/derivation";
import { StorePath } from "../formats/store-path";
import type { KnownOutputs } from "./known-outputs";
import type { RealiseOptions } from "./realise-options";

/**
 * Lock a derivation's outputs: while it is built no other process builds the same. Gives what unlocks them, and removes
 * the locks if told; undefined where the store has none.
 */
export const lockOutputs = async (
	{ store, timers }: RealiseOptions,
	known: KnownOutputs,
	drvPath: StorePath,
	drv: Derivation,
): Promise<((remove: boolean) => void) | undefined> => {
	if (store.lockPaths === undefined || timers === undefined) return undefined;
	// Where it is not known which paths there will be, the locks are the derivation's.
	const paths = [...drv.outputs.keys()].map(
		(name) => known.path(drv, name) ?? new StorePath(drvPath.hashPart, `${drvPath.name}.${name}`),
	);
	return store.lockPaths(paths, (milliseconds) => new Promise((resolve) => timers.after(milliseconds / 1000, resolve)));
};
