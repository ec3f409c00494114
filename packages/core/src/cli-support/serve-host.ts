import {
	buildDerivationForClient,
	buildForClient,
	type ClientSettings,
	type DaemonOptions,
	missingForClient,
	type RealiseOptions,
	type ServeHost,
} from "@tsnix/store";
import type { CommandStore } from "./open-store";

/** What serving a store heeds. */
export interface ServeSettings {
	/** What clients are told. */
	readonly version: string;
	readonly trusted: boolean;
	/** Whether objects need a signature of a key that is trusted. */
	readonly requireSignatures: boolean;
	/** What realisations work with, for a client's settings. */
	readonly realiseOptions: (overrides: ReadonlyMap<string, string>) => RealiseOptions;
	readonly print: (line: string) => void;
	/** The settings that a client may set, of those that it wants to. */
	readonly settings: (options: DaemonOptions, warn: (message: string) => void) => ClientSettings;
}

/** A store of this machine as daemons serve it. */
export const serveHost = (commandStore: CommandStore, serve: ServeSettings): ServeHost => {
	const store = commandStore.open();
	const options = (settings: ClientSettings): RealiseOptions => serve.realiseOptions(settings.overrides ?? new Map());
	return {
		store,
		version: serve.version,
		trusted: serve.trusted,
		print: serve.print,
		settings: serve.settings,
		build: (targets, mode, request) => buildForClient(targets, mode, options(request.settings), request),
		buildDerivation: (drvPath, drv, mode, request) =>
			buildDerivationForClient(drvPath, drv, mode, options(request.settings), request),
		queryMissing: (targets, request) => missingForClient(targets, options(request.settings)),
	};
};
