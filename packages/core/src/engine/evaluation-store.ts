import type { HostStore } from "@tsnix/eval";
import type { Derivation, StorePath } from "@tsnix/store";
import type { RootAccessor } from "./root-accessor";

/**
 * The store as an evaluation sees it: trees that are only mounted count as being there, and are copied to the store
 * when a derivation that refers to them is written.
 */
export const evaluationStore = (store: HostStore, root: () => RootAccessor): HostStore => {
	const settle = (path: StorePath): void => {
		if (store.isValidPath(path)) return;
		const tree = root().mounted(path);
		if (tree !== undefined) store.addToStore(path.name, tree, "/");
	};
	return {
		storeDir: store.storeDir,
		uri: store.uri,
		isValidPath: (path) => store.isValidPath(path) || root().mounted(path) !== undefined,
		queryPathInfo: (path) => {
			settle(path);
			return store.queryPathInfo(path);
		},
		queryPathFromHashPart: (hashPart) => store.queryPathFromHashPart(hashPart),
		accessor: (path) => root().mounted(path) ?? store.accessor(path),
		addToStore: (name, source, path, options) => store.addToStore(name, source, path, options),
		addTextToStore: (name, contents, references) => {
			references.forEach(settle);
			return store.addTextToStore(name, contents, references);
		},
		addDerivation: (drv: Derivation) => {
			drv.inputSrcs.forEach(settle);
			return store.addDerivation(drv);
		},
		readDerivation: (path) => store.readDerivation(path),
		queryRealisation: (id) => store.queryRealisation(id),
	};
};
