import { spawnSync } from "node:child_process";
import { writeSync } from "node:fs";
import type { MessagePort } from "node:worker_threads";
import type { HostStore, RealiseRequest } from "@tsnix/eval";
import { FetchError, type HttpTransport, runAsync } from "@tsnix/fetchers";
import { nodeCodecs, nodeGit, nodeHttp, nodeMercurial, nodeSpool } from "@tsnix/fetchers/node";
import { parseBaseName, type StorePath } from "@tsnix/store";
import { type LocalStoreListeners, nodeFs, nodeLocalStore, openNodeDatabase } from "@tsnix/store/node";
import { namedTrees } from "../engine/named-trees";
import { nodeFetchCache } from "../engine/node-fetch-cache";
import { openEngine } from "../engine/open-engine";
import { openWorld } from "../engine/world";
import { type AttrDb, openAttrDb } from "../eval-cache/attr-db";
import { CachedEvalError } from "../eval-cache/cached-cursor";
import { writeLockOnHost } from "../flake/write-lock";
import { openingRegistries, openRegistries, type RegistryPlaces } from "../registry/open-registries";
import type { Registries, RegistryEntry } from "../registry/registry";
import type { ReplHost } from "../repl/repl-host";
import { blockingHttp } from "../worker/blocking-http";
import { BlockingCaller, type Message, serve } from "../worker/channel";
import { errorCodec } from "../worker/errors";
import { remoteStore } from "../worker/remote-store";
import type { Notice, StoreStart, WorkerStart } from "../worker/start";
import { debugRepl } from "./debug-repl";
import { PackageElements } from "./environment/package-elements";
import { downloadTarballSync } from "./fetch-archive";
import { fetchFlakeTree } from "./fetch-flake-tree";
import type { AppliedConfig, FlakeConfig } from "./flake-config";
import { CommandFlakes } from "./flakes";
import { lateStore } from "./late-store";
import { CommandRegistries } from "./registries";
import { CommandScope } from "./served/command-scope";
import { FlakeCommands } from "./served/flake-commands";
import { PackageCommands } from "./served/package-commands";
import { RegistryCommands } from "./served/registry-commands";
import { ReplCommands, replOptions } from "./served/repl-commands";
import { handlersOf, type Topics } from "./served/served";
import { ValueCommands } from "./served/value-commands";
import type { TransferSettings } from "./transfer-settings";

/** What a command's worker is started with. Its files are Node's. */
export interface CommandStart extends WorkerStart {
	readonly workingDirectory: string;
	readonly registries: RegistryPlaces;
	readonly transfers: TransferSettings;
	/** The open file that a profile of calls goes to. */
	readonly profileFd?: number;
	/** `eval-cache` */
	readonly evalCache?: boolean;
}

/** Answers a command's calls to its evaluation, in a thread of its own. */
export const serveCommands = (
	start: CommandStart,
	receive: (port: MessagePort) => { message: Message } | undefined,
): void => {
	const caller = new BlockingCaller(start.blocking, new Int32Array(start.signal), receive, errorCodec);
	const handlers = commandHandlers(start, {
		call: (method, args) => caller.call(method, args),
		notice: (n) => start.port.postMessage({ type: "notice", ...n } satisfies Message),
	});
	serve(start.port, handlers, errorCodec);
};

/** How an evaluation reaches the command that it is for. */
export interface CommandSurroundings {
	/** Asks for what the command does for its evaluation, and waits. */
	readonly call: (method: string, args: readonly unknown[]) => unknown;
	readonly notice: (notice: Notice) => void;
	/** Given in the command's own thread: it ends downloads, and what takes time is done while they are waited for. */
	readonly signal?: AbortSignal;
}

/** What the calls to an evaluation are answered by: its methods, by name. */
export type CommandHandlers = Readonly<Record<string, (...args: never[]) => unknown>>;

/** A command's evaluation in the command's own thread. */
export interface CommandEvaluation {
	readonly handlers: CommandHandlers;
	/** What it throws, as it crosses to who has loaded the same classes another time. */
	readonly encodeError: (error: unknown) => unknown;
}

/** Opens an evaluation in this thread. */
export const commandEvaluation = (
	start: Parameters<typeof commandHandlers>[0],
	surroundings: CommandSurroundings,
): CommandEvaluation => ({
	handlers: commandHandlers(start, surroundings),
	encodeError: (error) => errorCodec.encode(error),
});

/** A command's evaluation, whichever thread it is in. */
const commandHandlers = (
	start: Omit<CommandStart, "port" | "blocking" | "signal">,
	{ call, notice, signal }: CommandSurroundings,
): CommandHandlers => {
	const { env = {}, cacheDir, profileFd } = start;
	const say = (text: string): void => notice({ name: "log", value: { kind: "trace-function", text } });
	const listeners: LocalStoreListeners = {
		onNotice: (text) => notice({ name: "log", value: { kind: "info", text } }),
		onWarning: (text) => notice({ name: "log", value: { kind: "warning", text } }),
	};
	const store =
		signal === undefined || start.store.kind === "remote"
			? openStore(start.store, call, listeners)
			: lateStore(start.store.storeDir ?? "/nix/store", () => openStore(start.store, call, listeners));
	let registries: Registries | undefined;
	/** What `--inputs-from` adds to the registry of flags. */
	const overrides: RegistryEntry[] = [];
	/** What a flake's configuration makes of where registries are. */
	const changed: { global?: string } = {};
	const withOverrides = (all: Registries): Registries =>
		all.map((registry) =>
			registry.type === "flag" ? { ...registry, entries: [...registry.entries, ...overrides] } : registry,
		);
	const startedAt = BigInt(Date.now()) * 1_000_000n - process.hrtime.bigint();
	const open = openWorld({
		fs: nodeFs,
		store,
		settings: start.settings,
		fetchSettings: start.fetchSettings,
		env: (name: string) => env[name],
		clock: () => Date.now() / 1000,
		nanoseconds: () => startedAt + process.hrtime.bigint(),
		...(profileFd === undefined ? {} : { profile: (lines) => void writeSync(profileFd, lines, null, "latin1") }),
		...(start.home === undefined ? {} : { home: start.home }),
		http: blockingHttp(call),
		git: nodeGit({ interactive: true }),
		hg: nodeMercurial(),
		codecs: nodeCodecs,
		spool: nodeSpool(),
		...(cacheDir === undefined ? {} : { cache: nodeFetchCache(cacheDir), clones: { fs: nodeFs, dir: cacheDir } }),
		workingDirectory: start.workingDirectory,
		clonesLocal: env._NIX_FORCE_HTTP === "1",
		log: (value) => notice({ name: "log", value }),
		onFetch: (value) => notice({ name: "fetch", value }),
		writeLockFile: (request) =>
			writeLockOnHost(request, { fs: nodeFs, git: (args, input) => runGit(args, input, say), hg: runMercurial }),
		...(start.store.kind === "local" ? { shownStoreDir: shownStoreDir(start.store) } : {}),
		registries: () => {
			registries ??= openRegistries({ ...start.registries, ...changed }, open.fetch);
			return withOverrides(registries);
		},
		fetchClosure: ({ fromStore, fromPath, toPath, inputAddressed }): StorePath => {
			const to = toPath === undefined || toPath === "unknown" ? toPath : toPath.baseName;
			const request = { fromStore, fromPath: fromPath.baseName, inputAddressed };
			return parseBaseName(call("fetchClosure", [to === undefined ? request : { ...request, toPath: to }]) as string);
		},
		realise: (wanted: readonly RealiseRequest[]): StorePath[] =>
			(call("realise", [wanted.map((w) => ({ drvPath: w.drvPath.baseName, output: w.output }))]) as string[]).map(
				parseBaseName,
			),
	});
	const archive = (url: string): string =>
		url.startsWith("flake:")
			? fetchFlakeTree(url.slice(6), open)
			: downloadTarballSync(url, open).toString(open.host.store.storeDir);
	const people = replHost(call);
	const host = {
		...open.host,
		workingDirectory: start.workingDirectory,
		resolveLookupPath: (value: string): string | undefined => {
			if (!isArchive(value)) return undefined;
			try {
				return archive(value);
			} catch (error) {
				// Another entry may have it; that this one has not is a warning.
				if (value.startsWith("flake:") || !(error instanceof FetchError)) throw error;
				return undefined;
			}
		},
		...(start.settings.debugger === true ? { debug: debugRepl(() => replOptions(scope, people)) } : {}),
	};
	const engine = openEngine(open, host);
	const downloads = nodeHttp({
		...start.transfers,
		...(signal === undefined ? {} : { signal }),
		warn: (text) => notice({ name: "log", value: { kind: "warning", text } }),
	});
	const http = signal === undefined ? downloads : whileWaiting(downloads, () => store.uri);
	const lateRegistries = async (): Promise<Registries> => {
		const world = { ...open.fetch, http };
		registries ??= await runAsync(openingRegistries({ ...start.registries, ...changed }, world), world);
		return withOverrides(registries);
	};
	const applyConfig = (entries: FlakeConfig): AppliedConfig => {
		const applied = call("flakeConfig", [entries]) as AppliedConfig;
		for (const value of applied.messages) notice({ name: "log", value });
		Object.assign(open.fetch.settings, applied.fetchSettings);
		changed.global = applied.flakeRegistry;
		return applied;
	};
	const attrDb = (fingerprint: string, source: string | undefined): AttrDb | undefined => {
		if (start.evalCache !== true || cacheDir === undefined || openNodeDatabase === undefined) return undefined;
		// A flake that the caches lie in would change while it is evaluated.
		if (source !== undefined && `${cacheDir}/`.startsWith(`${source}/`)) return undefined;
		const path = `${cacheDir}/eval-cache-v6/${fingerprint}.sqlite`;
		return openAttrDb(() => {
			nodeFs.mkdirSync(`${cacheDir}/eval-cache-v6`, { recursive: true });
			return openNodeDatabase!(path);
		});
	};
	const settle =
		start.store.kind === "local"
			? namedTrees(open.trees, open.world.store, (path) => notice({ name: "fetch", value: { type: "copying", path } }))
			: <T>(answer: T): T => answer;
	const scope: CommandScope = new CommandScope(engine.st, open, start.workingDirectory, archive);
	const flakes = new CommandFlakes(open, engine.st, start.workingDirectory, applyConfig, {
		http,
		registries: lateRegistries,
		keepTrees: settle,
		attrDb,
	});
	const registryFiles = new CommandRegistries(open, start.registries.user, start.workingDirectory, overrides);
	const settled = (answer: unknown): unknown => (answer instanceof Promise ? answer.then(settle) : settle(answer));
	const topics: Topics = {
		values: new ValueCommands(scope),
		packages: new PackageCommands(scope),
		elements: new PackageElements(scope, (text) => notice({ name: "log", value: { kind: "info", text } })),
		flakes: new FlakeCommands(scope, flakes, registryFiles),
		registries: new RegistryCommands(registryFiles),
		repl: new ReplCommands(scope, flakes, people),
	};
	/** Of a failure that is only remembered, what it was is told. */
	const failed = (error: unknown): never => {
		engine.st.depth = 0;
		if (error instanceof CachedEvalError) error.evaluate();
		throw error;
	};
	const remembering = (call: () => unknown): unknown => {
		let answer: unknown;
		try {
			answer = call();
			return answer instanceof Promise ? answer.catch(failed).finally(() => flakes.remember()) : answer;
		} catch (error) {
			return failed(error);
		} finally {
			if (!(answer instanceof Promise)) flakes.remember();
		}
	};
	const answered = (call: () => unknown): unknown => {
		// What failed in an earlier call left its depth behind.
		engine.st.depth = 0;
		return settled(remembering(call));
	};
	return handlersOf(topics, answered);
};

/** The folder that a local store really keeps its objects in. */
const shownStoreDir = ({ root = "", storeDir = "/nix/store", realStoreDir }: StoreStart & { kind: "local" }): string =>
	realStoreDir ?? (root === "" ? storeDir : `${root}/nix/store`);

/** How long, in milliseconds, requests take to be on their way. */
const sending = 10;

/** Does something once, as soon as requests are on their way: there is time until they are answered. */
const whileWaiting = (http: HttpTransport, act: () => unknown): HttpTransport => {
	let acts = false;
	return {
		request: (request) => {
			// What goes wrong shows again when it matters.
			if (!acts)
				setTimeout(() => {
					try {
						act();
					} catch {}
				}, sending).unref();
			acts = true;
			return http.request(request);
		},
	};
};

/** Runs git; what it has to say is shown in its turn. */
const runGit = (args: readonly string[], input: Uint8Array | undefined, say: (text: string) => void): number => {
	const { status, stderr } = spawnSync("git", [...args], {
		stdio: [input === undefined ? "ignore" : "pipe", "ignore", "pipe"],
		encoding: "latin1",
		...(input === undefined ? {} : { input }),
	});
	if (stderr) say(stderr.replace(/\n$/, ""));
	return status ?? 255;
};

/** Runs `hg`. */
const runMercurial = (args: readonly string[]): number =>
	spawnSync("hg", [...args], { stdio: ["ignore", "ignore", "inherit"], env: { ...process.env, HGPLAIN: "" } }).status ??
	255;

const isArchive = (value: string): boolean => /^(channel:|flake:|https?:\/\/|file:\/\/)/.test(value);

const openStore = (
	start: StoreStart,
	call: (method: string, args: readonly unknown[]) => unknown,
	listeners: LocalStoreListeners,
): HostStore => {
	if (start.kind === "remote") return remoteStore(call, start.storeDir, start.uri);
	const { kind: _, ...place } = start;
	return nodeLocalStore(place, listeners);
};

/** Whom the REPL talks to: the thread that has the terminal. */
const replHost = (call: (method: string, args: readonly unknown[]) => unknown): ReplHost =>
	new Proxy({} as ReplHost, {
		get:
			(_, method) =>
			(...args: unknown[]) =>
				call("repl", [method, args]),
	});
