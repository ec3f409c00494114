import type { Worker } from "node:worker_threads";
import type { EvalSettings, FetchClosureRequest, LogEntry } from "@tsnix/eval";
import type { FetchEvent, FetchSettings } from "@tsnix/fetchers";
import { nodeHttp } from "@tsnix/fetchers/node";
import type { RealiseResult, RealiseTarget, StorePath, SyncStore } from "@tsnix/store";
import { parseBaseName } from "@tsnix/store";
import type { RegistryPlaces } from "../registry/open-registries";
import { EngineWorker, type WorkerServices, type WorkerThreads } from "../worker/client";
import { storeHandlers } from "../worker/remote-store";
import type { Notice, StoreStart } from "../worker/start";
import type { ReplHost } from "../repl/repl-host";
import type { AppliedConfig, FlakeConfig } from "./flake-config";
import { type EvaluationCaller, InThreadEvaluation } from "./in-thread";
import type { commandEvaluation } from "./serve-commands";
import type { Served } from "./served/served";
import type { TransferSettings } from "./transfer-settings";

/** What a command's evaluation is opened with. */
export interface CommandsOptions {
	/** Node's module of worker threads. */
	readonly threads: WorkerThreads;
	/** The built `worker.ts` of this folder. */
	readonly script: URL;
	/** Makes the evaluation in this thread, as long as it need not block. */
	readonly evaluation?: typeof commandEvaluation | undefined;
	/** A thread of that script that was started before. */
	readonly prepared?: Worker;
	readonly workingDirectory: string;
	readonly storeStart: StoreStart;
	/** The store, opened when it is first needed in this thread. */
	readonly store: () => SyncStore;
	readonly settings: Partial<EvalSettings>;
	readonly fetchSettings: Partial<FetchSettings>;
	readonly env: Readonly<Record<string, string>>;
	readonly home?: string;
	readonly cacheDir?: string;
	/** What settings say of downloads. */
	readonly transfers: TransferSettings;
	/** The open file that a profile of calls goes to. */
	readonly profileFd?: number;
	/** `eval-cache`: what flakes evaluate to is remembered. */
	readonly evalCache: boolean;
	readonly registries: Omit<RegistryPlaces, "workingDirectory">;
	/** Builds for import from derivation. */
	readonly realise: (targets: readonly RealiseTarget[]) => Promise<RealiseResult>;
	/** Copies a closure out of another store (`builtins.fetchClosure`). */
	readonly fetchClosure: (request: FetchClosureRequest) => Promise<StorePath>;
	/** Applies what a flake says of settings. */
	readonly flakeConfig?: (config: FlakeConfig) => AppliedConfig;
	/** Whom a REPL talks to. */
	readonly repl?: ReplService;
	readonly log: (entry: LogEntry) => void;
	readonly onFetch: (event: FetchEvent) => void;
}

/** A {@link ReplHost} in the thread that has the terminal; it may wait. */
export type ReplService = {
	readonly [M in keyof ReplHost]: (
		...args: Parameters<ReplHost[M]>
	) => ReturnType<ReplHost[M]> | Promise<ReturnType<ReplHost[M]>>;
};

/** What a command's worker serves: the same calls, as promises. */
export type Commands = {
	readonly [M in keyof Served]: (...args: Parameters<Served[M]>) => Promise<Awaited<ReturnType<Served[M]>>>;
} & { readonly close: () => Promise<void> };

/** Starts a command's evaluation in a thread of its own, with a stack that holds all the calls that Nix allows. */
export const openCommands = (options: CommandsOptions): Commands => {
	const http = nodeHttp({
		...options.transfers,
		warn: (text) => options.log({ kind: "warning", text }),
	});
	const start = {
		fs: { kind: "node" },
		store: options.storeStart,
		settings: options.settings,
		fetchSettings: options.fetchSettings,
		env: options.env,
		home: options.home,
		hasClock: true,
		hasHttp: true,
		hasGit: true,
		hasRealise: true,
		cacheDir: options.cacheDir,
		transfers: options.transfers,
		evalCache: options.evalCache,
		workingDirectory: options.workingDirectory,
		...(options.profileFd === undefined ? {} : { profileFd: options.profileFd }),
		registries: { ...options.registries, workingDirectory: options.workingDirectory },
	} as const;
	const { repl } = options;
	const services: WorkerServices = {
		...(options.storeStart.kind === "remote" ? { store: options.store() } : {}),
		http: (request) => http.request(request),
		realise: async (wanted) => {
			const { storeDir } = options.store();
			const result = await options.realise(
				wanted.map((w) => ({ drvPath: parseBaseName(w.drvPath), outputs: [w.output] })),
			);
			return wanted.map((w) => result.outputs.get(`${storeDir}/${w.drvPath}`)?.get(w.output)?.baseName ?? "");
		},
		fetchClosure: async ({ fromPath, toPath, ...request }) => {
			const to = toPath === undefined || toPath === "unknown" ? toPath : parseBaseName(toPath);
			const from = { ...request, fromPath: parseBaseName(fromPath) };
			return (await options.fetchClosure(to === undefined ? from : { ...from, toPath: to })).baseName;
		},
		...(options.flakeConfig === undefined ? {} : { flakeConfig: options.flakeConfig }),
		...(repl === undefined
			? {}
			: {
					repl: (method: keyof ReplHost, args: readonly unknown[]): unknown =>
						(repl[method] as (...args: readonly unknown[]) => unknown)(...args),
				}),
	};
	const notice = (n: Notice): void => {
		if (n.name === "log") options.log(n.value);
		else options.onFetch(n.value);
	};
	const thread = (wasTold: (n: Notice) => boolean = () => false): EvaluationCaller => {
		const tell = (n: Notice): void => {
			if (!wasTold(n)) notice(n);
		};
		const told = {
			log: (value: LogEntry) => tell({ name: "log", value }),
			onFetch: (value: FetchEvent) => tell({ name: "fetch", value }),
		};
		return new EngineWorker(options.threads, options.script, start, { ...services, ...told }, options.prepared);
	};
	const inThisThread = (open: typeof commandEvaluation): EvaluationCaller => {
		const here: InThreadEvaluation = new InThreadEvaluation({
			open: (surroundings) => open(start, surroundings),
			services: {
				...(services.store === undefined ? {} : storeHandlers(services.store)),
				...(services.flakeConfig === undefined ? {} : { flakeConfig: services.flakeConfig }),
			},
			notice,
			thread: () => thread((n) => here.wasTold(n)),
		});
		return here;
	};
	const evaluation = options.evaluation === undefined ? thread() : inThisThread(options.evaluation);
	return new Proxy({} as Commands, {
		get: (_, method) =>
			method === "close"
				? () => evaluation.close()
				: method === "then"
					? undefined
					: (...args: unknown[]) => evaluation.call(method as string, ...args),
	});
};
