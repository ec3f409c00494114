import { type Host, Suspension } from "@tsnix/eval";
import type { RealiseResult, StorePath, SyncStore } from "@tsnix/store";
import type { Realisable } from "./create-nix";

/**
 * Import from derivation in a thread that cannot block: the first time, the evaluation is suspended until the build is
 * done; when it asks again it is told what came of it.
 */
export const suspendingRealise = (
	store: SyncStore,
	realiseAll: (wanted: readonly Realisable[]) => Promise<RealiseResult>,
): NonNullable<Host["realise"]> => {
	const done = new Map<string, StorePath | { readonly error: unknown }>();
	return (wanted) => {
		const key = (w: (typeof wanted)[number]): string => `${w.drvPath.baseName}!${w.output}`;
		const missing = wanted.filter((w) => !done.has(key(w)));
		if (missing.length > 0)
			throw new Suspension(
				realiseAll(missing.map((w) => ({ drvPath: w.drvPath.toString(store.storeDir), outputs: [w.output] }))).then(
					(result) => {
						for (const w of missing) {
							const path = result.outputs.get(w.drvPath.toString(store.storeDir))?.get(w.output);
							if (path !== undefined) done.set(key(w), path);
							else done.set(key(w), { error: new Error(`'${key(w)}' was not built`) });
						}
					},
					(error: unknown) => {
						for (const w of missing) done.set(key(w), { error });
					},
				),
			);
		return wanted.map((w) => {
			const result = done.get(key(w))!;
			if ("error" in result) {
				done.delete(key(w));
				throw result.error;
			}
			return result;
		});
	};
};
