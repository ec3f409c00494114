import {
	buildDerivationForClient,
	buildForClient,
	type ClientSettings,
	type DaemonOptions,
	missingForClient,
	NixError,
	type RealiseOptions,
	receiveSpilling,
	type ServeHost,
	type Store,
	servedStore,
} from "@tsnix/store";
import { nodeSpill } from "@tsnix/store/node";
import type { CommandStore } from "./open-store";
import { type LocalServing, storeOperations } from "./serve-local";

/** What serving a store heeds. */
export interface ServeSettings {
	/** What clients are told. */
	readonly version: string;
	readonly trusted: boolean;
	/** What realisations work with, for a client's settings. */
	readonly realiseOptions: (overrides: ReadonlyMap<string, string>) => Promise<RealiseOptions>;
	/** What the protocol has no place for is shown by this. */
	readonly print: (line: string) => void;
	readonly local: LocalServing;
	/** Throws unless an experimental feature is enabled. */
	readonly requireFeature?: (feature: string) => void;
	/** The settings that a client may set, of those that it wants to. */
	readonly settings: (options: DaemonOptions, warn: (message: string) => void) => ClientSettings;
}

/** A store that has to wait (a binary cache) as daemons serve it; nothing is built there. */
export const serveWaitingHost = (
	store: Store,
	serve: Pick<ServeSettings, "version" | "trusted" | "print" | "settings">,
): ServeHost => {
	const refuse = async (): Promise<never> => {
		throw new NixError("UNSUPPORTED", `nothing can be built by store '${store.uri}'`);
	};
	const { addSignatures, addBuildLog } = store;
	return {
		store: servedStore(store),
		version: serve.version,
		trusted: serve.trusted,
		print: serve.print,
		settings: serve.settings,
		receiveTree: () => receiveSpilling(nodeSpill),
		build: refuse,
		buildDerivation: refuse,
		queryMissing: refuse,
		queryRealisation: async (id) => store.queryRealisationInfo?.(id),
		...(addSignatures === undefined ? {} : { addSignatures: (path, names) => addSignatures.call(store, path, names) }),
		...(addBuildLog === undefined ? {} : { addBuildLog: (drvPath, log) => addBuildLog.call(store, drvPath, log) }),
	};
};

/** A store of this machine as daemons serve it. */
export const serveHost = (commandStore: CommandStore, serve: ServeSettings): ServeHost => {
	const store = commandStore.open();
	const options = (settings: ClientSettings): Promise<RealiseOptions> =>
		serve.realiseOptions(settings.overrides ?? new Map());
	return {
		...storeOperations(commandStore, store, serve.local),
		store,
		version: serve.version,
		trusted: serve.trusted,
		print: serve.print,
		settings: serve.settings,
		receiveTree: () => receiveSpilling(nodeSpill),
		...(serve.requireFeature === undefined ? {} : { requireFeature: serve.requireFeature }),
		build: async (targets, mode, request) => buildForClient(targets, mode, await options(request.settings), request),
		buildDerivation: async (drvPath, drv, mode, request) =>
			buildDerivationForClient(drvPath, drv, mode, await options(request.settings), request),
		queryMissing: async (targets, request) => missingForClient(targets, await options(request.settings)),
		substitute: async (paths, request) => {
			const wanted = paths.map((path) => ({ kind: "opaque", path }) as const);
			await buildForClient(wanted, "normal", await options(request.settings), request);
		},
	};
};
