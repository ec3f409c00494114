import { parseOutputId, renderOutputId } from "../formats/realisation";
import type { Store, SyncStore } from "./store";

/** A store that answers at once, as one that answers with promises. What it throws rejects them. */
export const asyncStore = (store: SyncStore): Store => ({
	storeDir: store.storeDir,
	uri: store.uri,
	concurrent: true,
	isValidPath: async (path) => store.isValidPath(path),
	queryPathInfo: async (path) => store.queryPathInfo(path),
	addDerivation: async (drv) => store.addDerivation(drv),
	readDerivation: async (path) => store.readDerivation(path),
	accessor: async (path) => store.accessor(path),
	addObject: async (info, source, sourcePath, options) => store.addObject(info, source, sourcePath, options),
	queryAllValidPaths: async () => store.queryAllValidPaths(),
	queryReferrers: async (path) => store.queryReferrers(path),
	queryPathFromHashPart: async (hashPart) => store.queryPathFromHashPart(hashPart),
	queryRealisation: async (outputId) => store.queryRealisation(outputId),
	queryRealisationInfo: async (outputId) => {
		if (store.queryRealisationInfo !== undefined) return store.queryRealisationInfo(outputId);
		const outPath = store.queryRealisation(outputId);
		return outPath === undefined ? undefined : { id: parseOutputId(outputId), outPath, signatures: [] };
	},
	registerRealisation: async ({ id, outPath, signatures }) =>
		store.registerRealisation(renderOutputId(id), outPath, signatures),
	...(store.addNar === undefined ? {} : { addNar: async (info, nar, options) => store.addNar?.(info, nar, options) }),
	...(store.queryPathInfos === undefined
		? {}
		: { queryPathInfos: async (paths) => store.queryPathInfos?.(paths) ?? [] }),
	...(store.queryValidPaths === undefined
		? {}
		: { queryValidPaths: async (paths, substitute) => store.queryValidPaths?.(paths, substitute) ?? [] }),
	...(store.addSignatures === undefined
		? {}
		: { addSignatures: async (path, signatures) => store.addSignatures?.(path, signatures) }),
});
