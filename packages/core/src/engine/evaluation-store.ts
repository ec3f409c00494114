import type { HostStore } from "@tsnix/eval";
import type { Derivation, SourceAccessor, StorePath } from "@tsnix/store";

/**
 * The store as an evaluation sees it: fetched trees (by base name) count as being there, and are copied to the store
 * when a derivation or a text that refers to them is written.
 */
export const evaluationStore = (store: HostStore, trees: ReadonlyMap<string, SourceAccessor>): HostStore => {
	const settle = (path: StorePath): void => {
		if (store.isValidPath(path)) return;
		const tree = trees.get(path.baseName);
		if (tree !== undefined) store.addToStore(path.name, tree, "/");
	};
	return {
		storeDir: store.storeDir,
		uri: store.uri,
		isValidPath: (path) => store.isValidPath(path) || trees.has(path.baseName),
		queryPathInfo: (path) => {
			settle(path);
			return store.queryPathInfo(path);
		},
		queryPathFromHashPart: (hashPart) => store.queryPathFromHashPart(hashPart),
		accessor: (path) => trees.get(path.baseName) ?? store.accessor(path),
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
