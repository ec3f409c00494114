import { cpus, tmpdir } from "node:os";
import { createFetchWorld, downloadFile, type FetchFunction, runAsync, unpackArchive } from "@tsnix/fetchers";
import { nodeCodecs, nodeFetch, nodeHttp } from "@tsnix/fetchers/node";
import {
	type Builder,
	builtinBuilder,
	copyToMemory,
	type ExternalBuilder,
	externalBuilder,
	fileLogs,
	parseSandboxPath,
	processBuilder,
	type RealiseOptions,
} from "@tsnix/store";
import {
	type BuildUserSettings,
	type CgroupSettings,
	findNodeSandbox,
	nodeBuildUsers,
	nodeCgroups,
	nodeFs,
	nodeProcessHost,
	nodeTimers,
	type SandboxSettings,
} from "@tsnix/store/node";
import { compressLog } from "./cache-codecs";
import { diffHook } from "./diff-hook";
import { hookPaths } from "./pre-build-hook";
import type { CommandStore } from "./open-store";
import type { TransferSettings } from "./transfer-settings";

/** Settings that building heeds. */
export interface BuildSettings {
	readonly system: string;
	readonly extraPlatforms: readonly string[];
	readonly systemFeatures: readonly string[];
	readonly sandbox: boolean | "relaxed";
	readonly sandboxPaths: Readonly<Record<string, string>>;
	readonly sandboxBuildDir: string;
	readonly sandboxing?: SandboxSettings;
	/** Devices that sandboxes have beside the usual ones. */
	readonly devices?: readonly string[];
	/** The certificates that builds with a network find at the usual place. */
	readonly caFile?: string;
	/** Where paths have to lie that derivations may ask for themselves (`__impureHostDeps`). */
	readonly allowedImpureHostDeps?: readonly string[];
	/** A program that names more paths for a sandbox. */
	readonly preBuildHook?: string;
	readonly buildDir: string | undefined;
	/** Builders are users of their own: of a group, or such as belong to nobody. */
	readonly buildUsers?: Omit<BuildUserSettings, "stateDir">;
	/** Which builders in sandboxes run in cgroups of their own. */
	readonly cgroups?: CgroupSettings;
	/** 0 for as many as there are processors. */
	readonly cores: number;
	readonly maxJobs: number | "auto";
	readonly keepGoing: boolean;
	readonly keepFailed: boolean;
	readonly fallback: boolean;
	readonly keepBuildLog: boolean;
	/** Logs are compressed once a build is over. */
	readonly compressBuildLog: boolean;
	readonly logLines: number;
	readonly maxLogSize: number;
	readonly timeout: number;
	readonly maxSilentTime: number;
	readonly hashedMirrors: readonly string[];
	readonly features: readonly string[];
	readonly env: (name: string) => string | undefined;
	readonly transfers: TransferSettings;
	/** A program that is run where a check finds that outputs differ. */
	readonly diffHook?: string;
	/** What programs of the host are run with. */
	readonly environment?: Readonly<Record<string, string>>;
	/** Programs that build for other systems; asked before anything else. */
	readonly externalBuilders?: readonly ExternalBuilder[];
	/** A program that is run after builds, and its environment. */
	readonly postBuildHook?: {
		readonly program: string;
		readonly env: Readonly<Record<string, string>>;
		readonly cwd: string;
	};
	/** Whether logs are shown as they come. */
	readonly showsLogs: boolean;
}

/** What {@link RealiseOptions} are for a command on a store of this machine. */
export const buildOptions = (store: CommandStore, settings: BuildSettings): Omit<RealiseOptions, "onEvent"> => {
	const { env } = settings;
	const processors = Math.max(1, cpus().length);
	return {
		store: store.open(),
		builders: builders(store, settings),
		system: settings.system,
		extraPlatforms: settings.extraPlatforms,
		systemFeatures: settings.systemFeatures,
		maxJobs: settings.maxJobs === "auto" ? processors : Math.max(0, settings.maxJobs),
		cores: settings.cores === 0 ? processors : settings.cores,
		keepGoing: settings.keepGoing,
		keepFailed: settings.keepFailed,
		fallback: settings.fallback,
		contentAddressedDerivations: settings.features.includes("ca-derivations"),
		impureDerivations: settings.features.includes("impure-derivations"),
		impureEnvironment: env,
		logLines: settings.showsLogs ? 0 : settings.logLines,
		...(settings.maxLogSize === 0 ? {} : { maxLogSize: settings.maxLogSize }),
		...(settings.timeout === 0 ? {} : { timeout: settings.timeout }),
		...(settings.maxSilentTime === 0 ? {} : { maxSilentTime: settings.maxSilentTime }),
		timers: nodeTimers,
		...(settings.keepBuildLog && store.logDir !== undefined
			? { logs: fileLogs(nodeFs, store.logDir, settings.compressBuildLog ? compressLog : undefined) }
			: {}),
		logCommand: settings.features.includes("nix-command") ? "nix log" : "nix-store -l",
		...(settings.diffHook === undefined ? {} : { diffHook: diffHook(settings.diffHook, settings.environment ?? {}) }),
		now: () => Math.floor(Date.now() / 1000),
		...(settings.postBuildHook === undefined
			? {}
			: { postBuildHook: { ...settings.postBuildHook, host: nodeProcessHost() } }),
	};
};

/** Asks servers, and tells when one answers. */
const told = ({ reach }: TransferSettings, onStart: () => void): FetchFunction => {
	const ask = nodeFetch(reach);
	return async (url, init) => {
		const answer = await ask(url, init);
		onStart();
		return answer;
	};
};

const builders = (store: CommandStore, settings: BuildSettings): Builder[] => {
	const { realStoreDir, storeDir } = store;
	const world = createFetchWorld({
		fs: nodeFs,
		http: nodeHttp(settings.transfers),
		codecs: nodeCodecs,
		settings: { tarballTtl: 0 },
	});
	const fetching = {
		download: async (
			url: string,
			_signal: AbortSignal,
			{ onStart, onWarning }: { onStart: () => void; onWarning: (message: string) => void },
		) => {
			const transport = { ...settings.transfers, warn: onWarning, fetch: told(settings.transfers, onStart) };
			const talking = { ...world, http: nodeHttp(transport) };
			return (await runAsync(downloadFile(url, {}, talking), talking)).contents;
		},
		...(nodeCodecs.unxz === undefined ? {} : { decompressXz: nodeCodecs.unxz }),
		hashedMirrors: settings.hashedMirrors,
		unpackTarball: (data: Uint8Array) => copyToMemory(unpackArchive(data, nodeCodecs, world.limits).whole),
	};
	if (realStoreDir === undefined) return [builtinBuilder(fetching)];
	const { env } = settings;
	const sandboxing =
		realStoreDir !== storeDir || settings.sandbox !== false
			? findNodeSandbox(env("PATH") ?? "/usr/bin:/bin", settings.sandboxing)
			: undefined;
	const places = {
		fs: nodeFs,
		host: nodeProcessHost(),
		storeDir,
		realStoreDir,
		buildDir:
			settings.buildDir ?? (store.stateDir === undefined ? env("TMPDIR") || tmpdir() : `${store.stateDir}/builds`),
		// Where no sandbox can be had, the setting `sandbox-fallback` has builds run without.
		sandbox: sandboxing === undefined && realStoreDir === storeDir ? false : settings.sandbox,
		...(sandboxing === undefined ? {} : { sandboxing }),
		sandboxPaths: Object.entries(settings.sandboxPaths).map(([target, source]) =>
			parseSandboxPath(source === "" ? target : `${target}=${source}`),
		),
		sandboxBuildDir: settings.sandboxBuildDir,
		...(settings.devices === undefined ? {} : { devices: settings.devices }),
		...(settings.caFile === undefined || settings.caFile === "" ? {} : { caFile: settings.caFile }),
		allowedImpureHostDeps: settings.allowedImpureHostDeps ?? [],
		...(settings.preBuildHook === undefined || settings.preBuildHook === ""
			? {}
			: { preBuildHook: hookPaths(settings.preBuildHook, settings.environment ?? {}) }),
	};
	// Users are shared by all stores of the machine.
	const stateDir = env("NIX_STATE_DIR") || "/nix/var/nix";
	const users = {
		...(settings.buildUsers === undefined ? {} : { users: nodeBuildUsers({ stateDir, ...settings.buildUsers }) }),
		...(settings.cgroups === undefined ? {} : { cgroups: nodeCgroups(stateDir, settings.cgroups) }),
	};
	const external = (settings.externalBuilders ?? []).map((definition) =>
		externalBuilder(places, definition, settings.environment ?? {}),
	);
	const builtins = builtinBuilder({
		...fetching,
		sandbox: realStoreDir !== storeDir ? true : places.sandbox,
		sandboxPaths: places.sandboxPaths.map(({ target }) => target),
	});
	return [...external, builtins, processBuilder({ ...places, ...users })];
};
