import {
	type BinaryCache,
	type BlockingDuplex,
	bytesToString,
	daemonStore,
	memoryStore,
	NixError,
	type OpenedStore,
	type Store,
	type StorePath,
	type SyncStore,
} from "@tsnix/store";
import {
	type AutoCollectPlace,
	type LocalStorePlace,
	nodeFs,
	nodeSpill,
	openNodeDatabase,
	rootsDaemonSocket,
} from "@tsnix/store/node";
import { localStore } from "../node";
import type { StoreStart } from "../worker/start";
import { type CacheSurroundings, openCache } from "./open-cache";
import { openRemoteStore, type RemoteSurroundings } from "./open-remote";
import { checkOverlayMount } from "./overlay-mount";
import { readOnlyStore } from "./read-only-store";
import type { RemoteBuilds } from "./remote-builds";
import { canonicalPath, parseStoreReference } from "./store-reference";
import { checkStoreSettings } from "./store-settings";

/** A store that a command works on: how each thread opens it. */
export interface CommandStore {
	/** What it was named by. */
	readonly reference?: string;
	/** The store in this thread, opened when it is first asked for. Throws where it cannot answer at once. */
	readonly open: () => SyncStore;
	/** Whether it is open. */
	readonly isOpen?: () => boolean;
	/** Opens a store that cannot. */
	readonly openWaiting?: () => Promise<Store>;
	/** Opens one that is elsewhere for those who can wait, with a connection of its own. */
	readonly openAsync?: () => OpenedStore;
	/** How the evaluation's thread gets at it. */
	readonly start: StoreStart;
	readonly storeDir: string;
	/** Where its files lie on the host; absent for stores in memory. */
	readonly realStoreDir?: string;
	/** Where what is known of it lies. */
	readonly stateDir?: string;
	/** The socket of the daemon that knows what processes use, where that is to be asked: `?use-roots-daemon=true`. */
	readonly rootsDaemon?: string;
	/** Where logs of builds go. */
	readonly logDir?: string;
	/** Has a link to a link to a store path kept among the roots, where that is not ours to do. */
	readonly addIndirectRoot?: (link: string) => void;
	/** Has the other side make a link to a store path, and keep it; where links are its affair. Gives the link. */
	readonly addPermanentRoot?: (path: StorePath, link: string) => string;
	/** False for a store that takes what is not signed, whatever the settings say: `?require-sigs=false`. */
	readonly requireSignatures?: boolean;
	/** What builders of this store can do, where its reference says so. */
	readonly systemFeatures?: readonly string[];
	/** Builds are somebody else's affair: where that is so, who does them. */
	readonly builds?: RemoteBuilds;
}

/** What of the surroundings decides which store is meant. */
export interface StoreSurroundings {
	readonly env: (name: string) => string | undefined;
	readonly workingDirectory: string;
	/** Told what a local store waits for, and that it makes space. */
	readonly notice?: (message: string) => void;
	readonly warn?: (message: string) => void;
	/** What stores elsewhere are reached with. */
	readonly remote: Omit<RemoteSurroundings, "storeDir" | "daemonSocket" | "stateDir" | "logDir">;
	/** Nothing is to be written, so that a store that is not there need not be made. */
	readonly readOnly: boolean;
	/** What binary caches need; without it there are none. */
	readonly caches?: CacheSurroundings;
	/** How local stores are used, whatever their references say. */
	readonly local?: LocalStoreUse;
	/** The group that builders are in, where local stores are shared with them. */
	readonly buildGroup?: string;
	/** How a local store whose files lie there makes space where it runs out. */
	readonly autoCollect?: (realStoreDir: string) => AutoCollectPlace | undefined;
}

/** How local stores are used. */
type LocalStoreUse = Pick<
	LocalStorePlace,
	"autoOptimise" | "allowSymlinkedStore" | "fsyncStorePaths" | "fsyncMetadata" | "reservedSpace"
>;

interface Place extends LocalStoreUse {
	readonly root?: string;
	readonly storeDir?: string;
	readonly stateDir?: string;
	readonly realStoreDir?: string;
	readonly logDir?: string;
	readonly readOnly?: boolean;
	readonly requireSignatures?: boolean;
	readonly usesRootsDaemon?: boolean;
	readonly systemFeatures?: readonly string[];
}

/**
 * The store that a reference means: `auto`, `local`, a path, `local?root=…`, `memory:`, `dummy://`. Throws for stores
 * that cannot be had here.
 */
export const openCommandStore = (reference: string, surroundings: StoreSurroundings): CommandStore => {
	checkStoreSettings(reference, surroundings.workingDirectory, surroundings.warn);
	const at = reference.indexOf("?");
	const base = at < 0 ? reference : reference.slice(0, at);
	const params = new URLSearchParams(at < 0 ? "" : reference.slice(at + 1));
	const { env, workingDirectory } = surroundings;
	if (base === "memory:" || base === "memory://" || base === "dummy:" || base === "dummy://") {
		const storeDir = params.get("store") ?? env("NIX_STORE_DIR") ?? "/nix/store";
		if (!base.startsWith("dummy") || params.get("read-only") === "false") return inMemory(storeDir);
		const memory = inMemory(storeDir);
		const store = readOnlyStore(memory.open(), "dummy://");
		return { ...memory, open: () => store, start: { kind: "remote", storeDir, uri: store.uri } };
	}
	if (base === "" || base === "auto") {
		const remote = remoteSurroundings(surroundings);
		if (params.size === 0 && usesDaemon(surroundings, remote.daemonSocket))
			return openRemoteStore({ kind: "daemon", params: new Map() }, remote) as CommandStore;
		return atPlace(automaticPlace(surroundings), surroundings);
	}
	const fromUrl = /^local:\/\/(.*)$/s.exec(base);
	if (base === "local" || fromUrl !== null) {
		const path = fromUrl === null ? "" : decodeURIComponent(fromUrl[1]);
		return atPlace(placeOf(params, path, env), surroundings);
	}
	if (!base.includes("://") && base.includes("/")) {
		const path = base.startsWith("/") ? base : `${workingDirectory}/${base}`;
		return atPlace(placeOf(params, canonicalPath(path), env), surroundings);
	}
	const elsewhere = openRemoteStore(parseStoreReference(reference, workingDirectory), remoteSurroundings(surroundings));
	if (elsewhere !== undefined) return elsewhere;
	const scheme = /^([a-z][a-z0-9+.-]*):/.exec(base)?.[1] ?? base;
	if (["file", "http", "https", "s3"].includes(scheme) && surroundings.caches !== undefined) {
		const storeDir = params.get("store") ?? env("NIX_STORE_DIR") ?? "/nix/store";
		let cache: Promise<BinaryCache> | undefined;
		const { caches } = surroundings;
		return {
			// Who cannot wait for it talks to another process of ours, which can.
			open: servedElsewhere(reference, base, storeDir, surroundings),
			openWaiting: () => (cache ??= openCache(base, params, storeDir, caches, env("_NIX_FORCE_HTTP") === "1")),
			start: { kind: "remote", storeDir, uri: base },
			storeDir,
		};
	}
	if (scheme === "local-overlay") checkOverlay(params, surroundings);
	if (["file", "http", "https", "s3", "local-overlay"].includes(scheme))
		throw new NixError("NO_SUCH_STORE", `Nix store '${reference}' cannot be opened for this command here yet`);
	throw new NixError("NO_SUCH_STORE", `don't know how to open Nix store with scheme '${scheme}'`);
};

/** Throws where a local overlay store's folders are not mounted as they have to be. */
const checkOverlay = (params: URLSearchParams, surroundings: StoreSurroundings): void => {
	if (params.get("check-mount") === "false") return;
	const place = placeOf(params, "", surroundings.env);
	const { storeDir = "/nix/store", root } = place;
	checkOverlayMount(readMounts(), {
		realStoreDir: place.realStoreDir ?? (root === undefined ? storeDir : `${root}/nix/store`),
		lowerStoreDir: openCommandStore(params.get("lower-store") ?? "", surroundings).realStoreDir ?? "",
		upperLayer: params.get("upper-layer") ?? "",
	});
};

const readMounts = (): string => {
	try {
		return bytesToString(nodeFs.readFileSync("/proc/self/mounts"));
	} catch {
		return "";
	}
};

/** A store that cannot answer at once, by calls that block: a process of ours serves it. */
const servedElsewhere = (
	reference: string,
	uri: string,
	storeDir: string,
	{ remote }: StoreSurroundings,
): (() => SyncStore) => {
	let store: SyncStore | undefined;
	const command = [...remote.ownProgram, "nix-daemon", "--stdio", "--store", reference];
	const connect = (): BlockingDuplex =>
		remote.connectBlocking({
			kind: "program",
			command,
			env: { ...remote.environment, ...remote.ownSettings() },
		});
	return () => (store ??= daemonStore({ storeDir, uri, connect, openSpill: nodeSpill, onLog: remote.log }));
};

/** Where the daemon of this machine listens. */
export const daemonSocket = (env: StoreSurroundings["env"]): string =>
	env("NIX_DAEMON_SOCKET_PATH") || `${env("NIX_STATE_DIR") || "/nix/var/nix"}/daemon-socket/socket`;

const remoteSurroundings = ({ env, remote }: StoreSurroundings): RemoteSurroundings => ({
	...remote,
	storeDir: env("NIX_STORE_DIR") || env("NIX_STORE") || "/nix/store",
	daemonSocket: daemonSocket(env),
	stateDir: env("NIX_STATE_DIR") || "/nix/var/nix",
	logDir: env("NIX_LOG_DIR") || "/nix/var/log/nix",
});

/** Whether the store of this machine is not ours to write, but a daemon's. */
const usesDaemon = ({ env }: StoreSurroundings, socket: string): boolean => {
	const state = env("NIX_STATE_DIR") || "/nix/var/nix";
	return !(nodeFs.existsSync(state) && isWritable(state)) && nodeFs.existsSync(socket);
};

const placeOf = (params: URLSearchParams, path: string, env: StoreSurroundings["env"]): Place => {
	const root = params.get("root") ?? (path === "" || path === "/" ? undefined : path);
	const given = (name: string, variable: string): string | undefined =>
		params.get(name) ?? (root === undefined ? env(variable) || undefined : undefined);
	const storeDir = params.get("store") ?? (env("NIX_STORE_DIR") || env("NIX_STORE") || undefined);
	const stateDir = given("state", "NIX_STATE_DIR");
	const logDir = given("log", "NIX_LOG_DIR");
	const realStoreDir = params.get("real") ?? undefined;
	const features = params.get("system-features");
	return {
		...(root === undefined ? {} : { root }),
		...(storeDir === undefined ? {} : { storeDir }),
		...(stateDir === undefined ? {} : { stateDir }),
		...(logDir === undefined ? {} : { logDir }),
		...(realStoreDir === undefined ? {} : { realStoreDir }),
		...(params.get("read-only") === "true" ? { readOnly: true } : {}),
		...(params.get("use-roots-daemon") === "true" ? { usesRootsDaemon: true } : {}),
		...(params.has("require-sigs") ? { requireSignatures: params.get("require-sigs") !== "false" } : {}),
		...(features === null ? {} : { systemFeatures: features.split(/\s+/).filter((name) => name !== "") }),
	};
};

/** Nix's own store where it is there and can be written, else one of the user's own. */
const automaticPlace = (surroundings: StoreSurroundings): Place => {
	const { env } = surroundings;
	const place = placeOf(new URLSearchParams(), "", env);
	if (env("NIX_STORE_DIR") || env("NIX_STATE_DIR")) return place;
	const state = "/nix/var/nix";
	if (nodeFs.existsSync(state) && nodeFs.existsSync("/nix/store") && isWritable(state) && !needsDatabase(state))
		return place;
	const data = env("XDG_DATA_HOME") || `${env("HOME") ?? ""}/.local/share`;
	return { ...place, root: `${data}/tsnix` };
};

const isWritable = (path: string): boolean => {
	const access = process.getBuiltinModule?.("node:fs").accessSync ?? undefined;
	if (access === undefined) return (nodeFs.statSync(path).mode & 0o200) !== 0;
	try {
		access(path, 6);
		return true;
	} catch {
		return false;
	}
};

/** Whether a store's database cannot be read for want of SQLite. */
const needsDatabase = (stateDir: string): boolean =>
	openNodeDatabase === undefined && nodeFs.existsSync(`${stateDir}/db/db.sqlite`);

const inMemory = (storeDir: string): CommandStore => {
	const clock = (): number => Math.floor(Date.now() / 1000);
	let store: SyncStore | undefined;
	return {
		open: () => (store ??= memoryStore({ storeDir, clock })),
		start: { kind: "remote", storeDir, uri: "memory:" },
		storeDir,
	};
};

/** Whether a setting of a store's reference counts, which belongs to an experimental feature. */
const hasFeature = (setting: string, feature: string, { remote, warn }: StoreSurroundings): boolean => {
	try {
		remote.requireFeature(feature);
		return true;
	} catch {
		warn?.(`Ignoring setting '${setting}' because experimental feature '${feature}' is not enabled`);
		return false;
	}
};

const atPlace = (
	{ logDir, requireSignatures, systemFeatures, usesRootsDaemon, ...given }: Place,
	surroundings: StoreSurroundings,
): CommandStore => {
	if (given.readOnly === true) surroundings.remote.requireFeature("read-only-local-store");
	const { root = "", storeDir = "/nix/store" } = given;
	const realStoreDir = given.realStoreDir ?? (root === "" ? storeDir : `${root}/nix/store`);
	const autoCollect = given.readOnly === true ? undefined : surroundings.autoCollect?.(realStoreDir);
	const place = {
		...surroundings.local,
		...given,
		...(autoCollect === undefined ? {} : { autoCollect }),
		...(surroundings.buildGroup === undefined ? {} : { buildGroup: surroundings.buildGroup }),
	};
	const stateDir = place.stateDir ?? `${root}/nix/var/nix`;
	// Evaluation that writes nothing needs no store to be made for it.
	if (surroundings.readOnly && !nodeFs.existsSync(realStoreDir)) return inMemory(storeDir);
	if (needsDatabase(stateDir))
		throw new NixError(
			"NO_DATABASE",
			`the store's database '${stateDir}/db/db.sqlite' cannot be read: this Node has no SQLite (22.13 and later have)`,
		);
	const { notice, warn } = surroundings;
	const listeners = {
		...(notice === undefined ? {} : { onNotice: notice }),
		...(warn === undefined ? {} : { onWarning: warn }),
	};
	let store: SyncStore | undefined;
	return {
		open: () => (store ??= localStore(place, listeners)),
		isOpen: () => store !== undefined,
		...(requireSignatures === undefined ? {} : { requireSignatures }),
		start: { kind: "local", ...place },
		storeDir,
		realStoreDir,
		stateDir,
		...(usesRootsDaemon === true && hasFeature("use-roots-daemon", "local-overlay-store", surroundings)
			? { rootsDaemon: rootsDaemonSocket(stateDir) }
			: {}),
		logDir: logDir ?? `${root}/nix/var/log/nix`,
		...(systemFeatures === undefined ? {} : { systemFeatures }),
	};
};

/** Removes the temporary roots of threads of this process that have ended. */
export const removeThreadsRoots = (store: CommandStore, processId: number): void => {
	if (store.stateDir === undefined) return;
	const folder = `${store.stateDir}/temproots`;
	if (!nodeFs.existsSync(folder)) return;
	for (const name of nodeFs.readdirSync(folder))
		if (name.startsWith(`${processId}-`)) nodeFs.rmSync(`${folder}/${name}`, { force: true });
};
