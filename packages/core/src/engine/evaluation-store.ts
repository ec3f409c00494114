import type { HostStore } from "@tsnix/eval";
import { type Derivation, narHash, type PathInfo, type SourceAccessor, type StorePath } from "@tsnix/store";

/** What there is to know of a fetched tree. Its hash is only worked out for those who look at it. */
const treeInfo = (path: StorePath, tree: SourceAccessor): PathInfo => {
	let known: ReturnType<typeof narHash> | undefined;
	const hashed = () => (known ??= narHash(tree));
	return {
		path,
		get narHash() {
			return hashed().hash;
		},
		get narSize() {
			return hashed().size;
		},
		references: [],
		signatures: [],
		get contentAddress() {
			return { method: "nar" as const, hash: hashed().hash };
		},
		registrationTime: 0,
		ultimate: false,
	};
};

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
			const tree = store.isValidPath(path) ? undefined : trees.get(path.baseName);
			return tree === undefined ? store.queryPathInfo(path) : treeInfo(path, tree);
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
