import {
	collectGarbage,
	countGoodSignatures,
	fileLogs,
	findRoots,
	type GcOptions,
	hashString,
	isLocalStore,
	optimiseStore,
	type PublicKeys,
	type ServeHost,
	type StorePath,
	type Substituter,
	type SyncStore,
	verifyStore,
} from "@tsnix/store";
import { nodeFs, nodeRootsServer, nodeRuntimeRoots } from "@tsnix/store/node";
import { compressLog } from "./cache-codecs";
import type { CommandStore } from "./open-store";
import { addPermanentRoot, replaceLink } from "./perm-root";

/** What operations on a store itself heed. */
export interface LocalServing {
	readonly requireSignatures: boolean;
	readonly trustedKeys: () => PublicKeys;
	readonly garbage: Pick<GcOptions, "keepOutputs" | "keepDerivations"> & Required<Pick<GcOptions, "renderSize">>;
	readonly substituters: () => Promise<readonly Substituter[]>;
	/** Has a damaged path made or fetched again. */
	readonly repair: (path: StorePath) => Promise<void>;
	readonly signal: AbortSignal;
}

/** The operations of a served store that are not building: those of stores of this machine, and of substituters. */
export const storeOperations = (
	commandStore: CommandStore,
	store: SyncStore,
	serving: LocalServing,
): Partial<ServeHost> => ({
	...(store.addTempRoot === undefined ? {} : { addTempRoot: (path) => store.addTempRoot?.(path) }),
	...(store.addSignatures === undefined
		? {}
		: { addSignatures: (path, signatures) => store.addSignatures?.(path, signatures) }),
	isTrustedInfo: (info) =>
		!serving.requireSignatures || countGoodSignatures(info, serving.trustedKeys(), store.storeDir) > 0,
	registerRealisation: ({ id, outPath, signatures }) =>
		store.registerRealisation(`${id.drvHash.algorithm}:${id.drvHash.base16()}!${id.outputName}`, outPath, signatures),
	querySubstitutable: async (paths) => {
		const found = [];
		for (const path of paths)
			for (const substituter of await serving.substituters()) {
				if (substituter.storeDir !== store.storeDir) continue;
				const info = await substituter.queryPathInfo(path).catch(() => undefined);
				if (info === undefined) continue;
				found.push(info);
				break;
			}
		return found;
	},
	...localOperations(commandStore, store, serving),
});

const warning = (text: string): string => `\x1b[35;1mwarning:\x1b[0m ${text}`;

const localOperations = (commandStore: CommandStore, store: SyncStore, serving: LocalServing): Partial<ServeHost> => {
	if (!isLocalStore(store)) return {};
	const { stateDir } = store;
	const { logDir } = commandStore;
	const { signal } = serving;
	return {
		addIndirectRoot: (link) => replaceLink(`${stateDir}/gcroots/auto/${hashString("sha1", link).nix32()}`, link),
		addPermanentRoot: (path, link) => addPermanentRoot(commandStore, path, link),
		findRoots: (censor) =>
			[...findRoots(store, { censor, runtime: nodeRuntimeRoots }).values()]
				.sort((a, b) => (a.path.baseName < b.path.baseName ? -1 : 1))
				.flatMap(({ path, links }) => [...links].sort().map((link) => [link, path] as const)),
		collectGarbage: ({ action, paths, maxFreed }, tell) =>
			collectGarbage(store, {
				...serving.garbage,
				action,
				paths,
				...(maxFreed === undefined ? {} : { maxFreed }),
				runtime: nodeRuntimeRoots,
				server: nodeRootsServer,
				onInfo: (line) => tell(3, line),
				onDetail: (line) => tell(4, line),
				onError: (line) => tell(0, line),
				signal,
			}),
		optimiseStore: (tell) => {
			const { bytesFreed, filesLinked } = optimiseStore(store, {
				onInfo: (line) => tell(3, line),
				onWarning: (line) => tell(1, warning(line)),
				onDetail: (line) => tell(4, line),
			});
			const freed = serving.garbage.renderSize(bytesFreed);
			tell(3, `${freed} freed by hard-linking ${filesLinked} files`);
		},
		verifyStore: (checkContents, repair, tell) =>
			verifyStore(store, {
				checkContents,
				...(repair ? { repair: serving.repair } : {}),
				onInfo: (line) => tell(3, line),
				onDetail: (line) => tell(4, line),
				onError: (line) => tell(0, line),
				onWarning: (error) => tell(1, warning(error.message)),
				signal,
			}),
		...(logDir === undefined
			? {}
			: {
					addBuildLog: (drvPath: StorePath, log: Uint8Array) => {
						const file = fileLogs(nodeFs, logDir, compressLog).open(drvPath);
						try {
							file.write(log);
						} finally {
							file.close();
						}
					},
				}),
	};
};
