import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { percentDecode } from "@tsnix/fetchers";
import {
	type BlockingDuplex,
	type DaemonOptions,
	type DaemonStore,
	daemonStore,
	type LogMessage,
	ServeStore,
	type SyncStore,
	WaitingDaemonStore,
	WaitingServeStore,
} from "@tsnix/store";
import { nodeFs, nodeSpill } from "@tsnix/store/node";
import type { ConnectionTarget } from "../worker/connection";
import { connect } from "../worker/connect";
import type { CommandStore } from "./open-store";
import { daemonBuilds, serveBuilds } from "./remote-builds";
import { type SshSurroundings, sshPlace, sshTarget } from "./ssh-command";
import { renderStoreReference, type StoreReference } from "./store-reference";

/** What stores elsewhere are reached with. */
export interface RemoteSurroundings {
	/** Connects, and blocks the thread whenever there is something to wait for. */
	readonly connectBlocking: (target: ConnectionTarget) => BlockingDuplex;
	readonly environment: Readonly<Record<string, string>>;
	readonly verbosity: number;
	/** Throws unless an experimental feature is enabled. */
	readonly requireFeature: (feature: string) => void;
	/** How this program is run, whatever it was called by. */
	readonly ownProgram: readonly string[];
	/** What of the environment gives it the settings of this run. */
	readonly ownSettings: () => Readonly<Record<string, string>>;
	/** What daemons are told of this command's settings; nothing without it. */
	readonly settings?: () => DaemonOptions;
	/** Hears what a daemon tells while it answers. */
	readonly log: (message: LogMessage) => void;
	readonly storeDir: string;
	/** Where a daemon of this machine listens. */
	readonly daemonSocket: string;
	/** Where what is known of a store, and logs, lie where no root is given. */
	readonly stateDir: string;
	readonly logDir: string;
}

const words = (text: string | undefined, otherwise: string): string[] =>
	(text ?? otherwise).split(/\s+/).filter((word) => word !== "");

/** A folder for files that last as long as the process. */
const temporaryFile = (contents: string): string => {
	const folder = mkdtempSync(join(tmpdir(), "nix-"));
	process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
	const path = join(folder, "host-key");
	writeFileSync(path, contents, { mode: 0o600 });
	return path;
};

/** Opens the stores that somebody else serves: `daemon`, `unix://`, `ssh-ng://`, `mounted-ssh-ng://`, `ssh://`; undefined for others. */
export const openRemoteStore = (
	reference: StoreReference,
	surroundings: RemoteSurroundings,
): CommandStore | undefined => {
	if (reference.kind === "daemon") return openDaemon(surroundings.daemonSocket, reference, surroundings);
	if (reference.kind !== "specified") return undefined;
	const { scheme, authority } = reference;
	if (scheme === "unix") return openDaemon(percentDecode(authority), reference, surroundings);
	if (scheme === "ssh-ng") return openSshNg(reference, surroundings);
	if (scheme === "mounted-ssh-ng") return openMountedSsh(reference, surroundings);
	return scheme === "ssh" ? openSsh(reference, surroundings) : undefined;
};

const openDaemon = (given: string, reference: StoreReference, surroundings: RemoteSurroundings): CommandStore => {
	const { params } = reference;
	const path = given === "" ? surroundings.daemonSocket : given;
	const uri = path === surroundings.daemonSocket ? "daemon" : renderStoreReference(reference, false);
	const storeDir = params.get("store") ?? surroundings.storeDir;
	const { realStoreDir, stateDir, logDir } = sharedFolders(params, storeDir, surroundings);
	const target: ConnectionTarget = { kind: "socket", path };
	const daemon = daemonAt(target, uri, storeDir, surroundings, surroundings.settings, realStoreDir);
	return {
		...daemon,
		addIndirectRoot: (link) => daemon.open().addIndirectRoot(link),
		realStoreDir,
		stateDir,
		logDir,
	};
};

/** Where the files of a store lie that somebody else serves, and that can be read here nonetheless. */
const sharedFolders = (
	params: ReadonlyMap<string, string>,
	storeDir: string,
	surroundings: RemoteSurroundings,
): { readonly realStoreDir: string; readonly stateDir: string; readonly logDir: string } => {
	const root = params.get("root") ?? "";
	const below = (path: string, otherwise: string): string => (root === "" ? otherwise : root + path);
	return {
		realStoreDir: params.get("real") ?? below("/nix/store", storeDir),
		stateDir: params.get("state") ?? below("/nix/var/nix", surroundings.stateDir),
		logDir: params.get("log") ?? below("/nix/var/log/nix", surroundings.logDir),
	};
};

const sshSurroundings = (surroundings: RemoteSurroundings): SshSurroundings => ({
	env: surroundings.environment,
	verbosity: surroundings.verbosity,
	run: ([program, ...args], env) => spawnSync(program, args, { stdio: "ignore", env: { ...env } }).status ?? 255,
	temporaryFile,
});

const openSshNg = (reference: StoreReference, surroundings: RemoteSurroundings): CommandStore => {
	const { params } = reference;
	const place = sshPlace(reference);
	const program = [...words(params.get("remote-program"), "nix-daemon"), "--stdio"];
	const target = sshTarget(place, program, params, sshSurroundings(surroundings));
	const storeDir = params.get("store") ?? surroundings.storeDir;
	return daemonAt(target, renderStoreReference(reference, false), storeDir, surroundings, undefined, undefined);
};

/** A daemon reached through ssh whose store's files, and whose clients' files, are on a file system that both share. */
const openMountedSsh = (reference: StoreReference, surroundings: RemoteSurroundings): CommandStore => {
	surroundings.requireFeature("mounted-ssh-store");
	const { params } = reference;
	const program = [...words(params.get("remote-program"), "nix-daemon"), "--stdio"];
	const target = sshTarget(sshPlace(reference), program, params, sshSurroundings(surroundings), ["--process-ops"]);
	const storeDir = params.get("store") ?? surroundings.storeDir;
	const folders = sharedFolders(params, storeDir, surroundings);
	const uri = renderStoreReference(reference, false);
	const daemon = daemonAt(target, uri, storeDir, surroundings, undefined, folders.realStoreDir);
	return {
		...daemon,
		addPermanentRoot: (path, link) => daemon.open().addPermanentRoot(path, link),
		...folders,
	};
};

/** A command's store that is of a certain kind. */
type CommandStoreOf<S extends SyncStore> = Omit<CommandStore, "open"> & { readonly open: () => S };

const daemonAt = (
	target: ConnectionTarget,
	uri: string,
	storeDir: string,
	surroundings: RemoteSurroundings,
	settings: (() => DaemonOptions) | undefined,
	realStoreDir: string | undefined,
): CommandStoreOf<DaemonStore> => {
	const options = (): { storeDir: string; uri: string; settings?: DaemonOptions } => ({
		storeDir,
		uri,
		...(settings === undefined ? {} : { settings: settings() }),
	});
	let store: DaemonStore | undefined;
	const open = (): DaemonStore => {
		store ??= daemonStore({
			...options(),
			onLog: surroundings.log,
			connect: () => surroundings.connectBlocking(target),
			openSpill: nodeSpill,
			...(realStoreDir === undefined ? {} : { files: { fs: nodeFs, realStoreDir } }),
		});
		return store;
	};
	return {
		open,
		openAsync: () =>
			new WaitingDaemonStore({
				...options(),
				onLog: surroundings.log,
				connect: () => connect(target),
				openSpill: nodeSpill,
			}),
		start: { kind: "remote", storeDir, uri },
		storeDir,
		builds: daemonBuilds(options, () => connect(target), open),
	};
};

const openSsh = (reference: StoreReference, surroundings: RemoteSurroundings): CommandStore => {
	const { params } = reference;
	const place = sshPlace(reference);
	const program = [...words(params.get("remote-program"), "nix-store"), "--serve", "--write"];
	const target = sshTarget(place, program, params, sshSurroundings(surroundings));
	const storeDir = params.get("store") ?? surroundings.storeDir;
	const uri = renderStoreReference(reference, false);
	const { host } = place;
	let store: ServeStore | undefined;
	const open = (): ServeStore =>
		(store ??= new ServeStore({
			storeDir,
			uri,
			host,
			connect: () => surroundings.connectBlocking(target),
			openSpill: nodeSpill,
		}));
	const { maxSilentTime = 0, overrides } = surroundings.settings?.() ?? {};
	const number = (name: string): number => Number(overrides?.get(name) ?? 0);
	const limits = { maxSilentTime, timeout: number("timeout"), maxLogSize: number("max-build-log-size") };
	return {
		open,
		openAsync: () =>
			new WaitingServeStore({ storeDir, uri, host, connect: () => connect(target), openSpill: nodeSpill }),
		start: { kind: "remote", storeDir, uri },
		storeDir,
		builds: serveBuilds(storeDir, host, () => connect(target), open, limits),
	};
};
