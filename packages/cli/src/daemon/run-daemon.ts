import { chmodSync, mkdirSync, rmSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { dirname } from "node:path";
import { type Duplex, isLocalStore, NixError, type ServeHost, serveDaemonClient } from "@tsnix/store";
import { nodeDuplex } from "@tsnix/store/node";
import { type CommandStore, daemonSocket, serveHost, serveWaitingHost } from "../core";
import { level } from "../output/log";
import { renderSize } from "../output/size";
import { nixVersion } from "../programs/version";
import type { Session } from "../session";
import { repairPath } from "../store-operations/validity";
import { authorize } from "./authorize";
import { clientSettings, validSettings } from "./client-settings";
import { groupMembers, knowsPeers, peerOf } from "./peer";

/** How a daemon runs. */
export interface DaemonFlags {
	/** Serve standard input and output, not a socket. */
	stdio: boolean;
	/** Whether clients are trusted, whoever they are. */
	trust: boolean | undefined;
}

/** A session's store as it is served. `repeatsLogs` is whether failures say how the builders' output ended. */
export const hostOf = (
	session: Session,
	trusted: boolean,
	commandStore: CommandStore = session.commandStore,
	repeatsLogs = true,
): ServeHost => {
	const { settings } = session;
	const trustedSubstituters = new Set([
		...settings.strings("trusted-substituters"),
		...settings.strings("substituters"),
	]);
	const print = (line: string): void => session.log.line(level.error, line);
	return serveHost(commandStore, {
		version: nixVersion,
		trusted,
		print,
		local: {
			requireSignatures: settings.boolean("require-sigs"),
			trustedKeys: () => session.substitution.trustedKeys,
			garbage: {
				keepOutputs: settings.boolean("keep-outputs"),
				keepDerivations: settings.boolean("keep-derivations"),
				renderSize,
			},
			substituters: () => session.substitution.substituters(),
			repair: (path) => repairPath(session, path),
			signal: session.shell.signal,
		},
		settings: (options, warn) =>
			validSettings(clientSettings(options, trusted, trustedSubstituters, warn), settings.copy(warn), warn),
		requireFeature: (feature) => session.requireFeature(feature),
		realiseOptions: async (overrides) => {
			const own = settings.copy((message) => session.log.warn(message));
			for (const [name, value] of overrides)
				try {
					own.set(name, value);
				} catch (error) {
					session.log.warn((error as Error).message);
				}
			const substituters = await session.substitution.substituters();
			return {
				...session.builds.realiseOptions(own, commandStore),
				...session.builds.remote(own),
				substituters,
				logLines: repeatsLogs ? own.number("log-lines") : 0,
			};
		},
	});
};

/** A session's store as it is served, one that has to wait, too. */
export const anyHostOf = async (session: Session, trusted: boolean, repeatsLogs = true): Promise<ServeHost> => {
	const { openWaiting } = session.commandStore;
	if (openWaiting === undefined) return hostOf(session, trusted, session.commandStore, repeatsLogs);
	const print = (line: string): void => session.log.line(level.error, line);
	const settings: ServeHost["settings"] = (options, warn) => clientSettings(options, trusted, new Set(), warn);
	return serveWaitingHost(await openWaiting(), { version: nixVersion, trusted, print, settings });
};

/** Serves a store to clients: of a socket until the process is told to end, or the one of standard input and output. */
export const runDaemon = async (session: Session, flags: DaemonFlags): Promise<void> => {
	if (flags.stdio) {
		const { input, output } = standardStreams();
		return serve(session, await anyHostOf(session, flags.trust ?? true), nodeDuplex(input, output));
	}
	await listen(session, flags);
};

/** Standard input and output, for a protocol. */
export const standardStreams = (): { readonly input: NodeJS.ReadStream; readonly output: NodeJS.WriteStream } => ({
	input: process.stdin,
	output: process.stdout,
});

const serve = async (session: Session, host: ServeHost, duplex: Duplex): Promise<void> => {
	try {
		await serveDaemonClient(host, duplex);
	} catch (error) {
		// What a client says may make no sense; the others are served on.
		session.log.error(error, false);
	}
};

/**
 * The store as one client has it: what a client holds on to in a store on disk (temporary roots, locks) is let go with
 * its connection.
 */
const storeOfClient = (session: Session): CommandStore => {
	const { realStoreDir, builds } = session.commandStore;
	return realStoreDir === undefined || builds !== undefined
		? session.commandStore
		: session.stores.storeAt(session.stores.ownStoreReference);
};

const accept = (session: Session, flags: DaemonFlags, socket: Socket): void => {
	try {
		const peer = flags.trust === undefined ? peerOf(socket) : {};
		const { settings } = session;
		const trusted =
			flags.trust ??
			authorize(
				peer,
				{
					trusted: settings.strings("trusted-users"),
					allowed: settings.strings("allowed-users"),
					buildGroup: settings.text("build-users-group"),
				},
				groupMembers,
			);
		session.log.info(
			`accepted connection from pid ${peer.pid ?? "<unknown>"}, user ${peer.user ?? "<unknown>"}${trusted ? " (trusted)" : ""}`,
		);
		const duplex = nodeDuplex(socket, socket, () => socket.destroySoon());
		const commandStore = storeOfClient(session);
		void serve(session, hostOf(session, trusted, commandStore), duplex).finally(() => {
			const store = commandStore.open();
			if (commandStore !== session.commandStore && isLocalStore(store)) store.close();
		});
	} catch (error) {
		session.log.error(error, false);
		socket.destroy();
	}
};

/** A socket that systemd opened for this process. */
const inherited = (env: (name: string) => string | undefined): number | undefined =>
	env("LISTEN_FDS") === "1" && env("LISTEN_PID") === String(process.pid) ? 3 : undefined;

const listen = async (session: Session, flags: DaemonFlags): Promise<void> => {
	session.commandStore.open(); // is it there at all?
	const { signal } = session.shell;
	const server = createServer({ allowHalfOpen: true }, (socket) => accept(session, flags, socket));
	const fd = inherited(session.env);
	const path = daemonSocket(session.env);
	const connections = new Set<Socket>();
	server.on("connection", (socket) => {
		connections.add(socket);
		socket.on("close", () => connections.delete(socket));
	});
	await new Promise<void>((resolve, reject) => {
		server.on("error", (error) =>
			reject(new NixError("CANNOT_LISTEN", `cannot bind to socket "${path}": ${error.message}`)),
		);
		const stop = (): void => {
			for (const socket of connections) socket.destroy();
			server.close(() => resolve());
		};
		if (signal.aborted) return stop();
		signal.addEventListener("abort", stop, { once: true });
		if (fd !== undefined) return void server.listen({ fd });
		mkdirSync(dirname(path), { recursive: true, mode: 0o755 });
		rmSync(path, { force: true });
		const mask = process.umask(knowsPeers() ? 0o111 : 0o177);
		server.listen(path, () => {
			process.umask(mask);
			// Where clients cannot be told apart, only this user may be one.
			chmodSync(path, knowsPeers() ? 0o666 : 0o600);
		});
	});
};
