import type { Derivation } from "../formats/derivation/derivation";
import { isDerivationPath, type StorePath } from "../formats/store-path";
import type { SyncStore } from "../stores/store";
import { closureOf } from "./closure";
import type { RealiseEvent } from "./events";
import type { GoodContents } from "./good-contents";
import type { KnownOutputs } from "./known-outputs";

/** A path that is not as it should be, and the derivation among an output's inputs that made it, if one did. */
export interface CorruptPath {
	readonly path: StorePath;
	readonly maker?: StorePath;
}

/**
 * What an output refers to, directly or not, and that is not as it should be. The derivation's own outputs are left out:
 * they are repaired each for itself.
 */
export const corruptReferences = (
	drvPath: StorePath,
	drv: Derivation,
	output: StorePath,
	context: {
		readonly store: SyncStore;
		readonly known: KnownOutputs;
		readonly contents: GoodContents;
		readonly emit: (event: RealiseEvent) => void;
	},
): CorruptPath[] => {
	const { store, known, contents, emit } = context;
	const own = new Set([...drv.outputs.keys()].flatMap((name) => known.path(drv, name)?.baseName ?? []));
	const makers = makersOfOutputs(drvPath, store, known);
	const text = drvPath.toString(store.storeDir);
	const corrupt: CorruptPath[] = [];
	for (const path of closureOf(store, [output])) {
		if (own.has(path.baseName) || contents.has(path)) continue;
		const message = `found corrupted or missing path '${path.toString(store.storeDir)}' in the output closure of '${text}'`;
		emit({ type: "complaint", message });
		const maker = makers.get(path.baseName);
		corrupt.push(maker === undefined ? { path } : { path, maker });
	}
	return corrupt;
};

/** The derivations that a derivation depends on, by the base names of their outputs. */
const makersOfOutputs = (drvPath: StorePath, store: SyncStore, known: KnownOutputs): Map<string, StorePath> => {
	const makers = new Map<string, StorePath>();
	if (!store.isValidPath(drvPath)) return makers;
	for (const input of closureOf(store, [drvPath])) {
		if (!isDerivationPath(input)) continue;
		const maker = store.readDerivation(input);
		for (const output of maker.outputs.keys()) {
			const path = known.path(maker, output);
			if (path !== undefined) makers.set(path.baseName, input);
		}
	}
	return makers;
};
