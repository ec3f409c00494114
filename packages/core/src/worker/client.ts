import type { MessagePort, Worker } from "node:worker_threads";
import { limitError, type LogEntry } from "@tsnix/eval";
import type { FetchEvent, HttpRequest } from "@tsnix/fetchers";
import { NixError, type SyncFs, type SyncStore } from "@tsnix/store";
import { engineResources } from "../thread";
import { AsyncCaller, type Message, serve } from "./channel";
import { closedError, errorCodec } from "./errors";
import { answerFs, type FsMethod } from "./remote-fs";
import { storeHandlers } from "./remote-store";
import type { WorkerStart } from "./start";

/** What `builtins.fetchClosure` asks for, as plain data. */
export interface PlainClosureRequest {
	readonly fromStore: string;
	readonly fromPath: string;
	readonly toPath?: string;
	readonly inputAddressed: boolean;
}

/** What the thread that starts a worker does for it. */
export interface WorkerServices {
	readonly fs?: SyncFs;
	readonly store?: SyncStore;
	readonly http?: (request: HttpRequest) => Promise<unknown>;
	/** Makes outputs exist; takes base names of .drv files, gives base names. */
	readonly realise?: (wanted: readonly { readonly drvPath: string; readonly output: string }[]) => Promise<string[]>;
	/** Copies a closure out of another store (`builtins.fetchClosure`); paths are base names. */
	readonly fetchClosure?: (request: PlainClosureRequest) => Promise<string>;
	/** Gives the flake registries, as plain data. */
	readonly registries?: () => Promise<unknown>;
	/** Applies a flake's configuration; only of commands. */
	readonly flakeConfig?: (config: readonly (readonly [string, string])[]) => unknown;
	/** A method of whom a REPL talks to; only of commands. */
	readonly repl?: (method: never, args: readonly unknown[]) => unknown;
	readonly log?: (entry: LogEntry) => void;
	readonly onFetch?: (event: FetchEvent) => void;
}

/** Node's module of workers; handed in, so that nothing here loads it. */
export type WorkerThreads = Pick<
	typeof import("node:worker_threads"),
	"Worker" | "MessageChannel" | "receiveMessageOnPort"
>;

/** What ended a thread that was not told to end. Out of memory is worded as the reference words it. */
const threadError = (error: unknown): unknown =>
	(error as { readonly code?: unknown }).code === "ERR_WORKER_OUT_OF_MEMORY"
		? new NixError("NIX_OUT_OF_MEMORY", "out of memory", { cause: error })
		: error;

/** A worker thread with an engine in it. */
export class EngineWorker {
	private readonly worker: Worker;
	private readonly caller: AsyncCaller;
	private readonly port: MessagePort;
	private readonly blocking: MessagePort;
	/** Why the thread has ended, once it has. */
	private ended: unknown;

	constructor(
		threads: WorkerThreads,
		script: URL,
		start: Omit<WorkerStart, "port" | "blocking" | "signal">,
		services: WorkerServices,
		/** A thread of that script that was started before, with no data. */
		prepared?: Worker,
		/** How many megabytes of data an evaluation may hold. */
		heapMegabytes: number = engineResources.maxOldGenerationSizeMb,
	) {
		const calls = new threads.MessageChannel();
		const blocking = new threads.MessageChannel();
		const signal = new SharedArrayBuffer(4);
		const word = new Int32Array(signal);
		this.port = calls.port1;
		this.blocking = blocking.port1;
		this.caller = new AsyncCaller(this.port, errorCodec);
		const take = (message: Message): void => {
			if (message.type === "notice") {
				if (message.name === "log") services.log?.(message.value as LogEntry);
				else if (message.name === "fetch") services.onFetch?.(message.value as FetchEvent);
			} else this.caller.take(message);
			this.settle();
		};
		this.port.on("message", take);
		// Data nested so deep that this thread's stack does not hold it: which call it was for cannot be read either.
		this.port.on("messageerror", (error) => {
			this.caller.fail(limitError(error));
			this.settle();
		});
		/** What was told before a call, by the other port, is taken before the call. */
		const drain = (): void => {
			for (;;) {
				const got = threads.receiveMessageOnPort(this.port) as { readonly message: Message } | undefined;
				if (got === undefined) return;
				take(got.message);
			}
		};
		serve(
			this.blocking,
			{
				...(services.fs === undefined
					? {}
					: { fs: (method: FsMethod, path: string) => answerFs(services.fs!, method, path) }),
				...(services.store === undefined ? {} : storeHandlers(services.store)),
				...(services.http === undefined ? {} : { http: services.http as (...args: never[]) => unknown }),
				...(services.flakeConfig === undefined
					? {}
					: { flakeConfig: services.flakeConfig as (...args: never[]) => unknown }),
				...(services.fetchClosure === undefined
					? {}
					: { fetchClosure: services.fetchClosure as (...args: never[]) => unknown }),
				...(services.registries === undefined ? {} : { registries: services.registries }),
				...(services.realise === undefined ? {} : { realise: services.realise as (...args: never[]) => unknown }),
				...(services.repl === undefined ? {} : { repl: services.repl as (...args: never[]) => unknown }),
			},
			errorCodec,
			() => {
				Atomics.store(word, 0, 1);
				Atomics.notify(word, 0);
			},
			drain,
		);
		const workerData: WorkerStart = { ...start, port: calls.port2, blocking: blocking.port2, signal };
		const transferList = [calls.port2, blocking.port2];
		if (prepared === undefined)
			this.worker = new threads.Worker(script, {
				workerData,
				transferList,
				resourceLimits: { ...engineResources, maxOldGenerationSizeMb: heapMegabytes },
			});
		else {
			this.worker = prepared;
			prepared.postMessage(workerData, transferList);
		}
		this.worker.on("error", (error) => this.fail(threadError(error)));
		this.worker.on("exit", () => this.fail(new NixError("THREAD_ENDED", "the evaluation's thread has ended")));
		this.settle();
	}

	/** An idle worker does not keep the process alive. */
	private settle(): void {
		if (this.ended !== undefined) return;
		if (this.caller.waiting === 0) {
			this.worker.unref();
			this.port.unref();
			this.blocking.unref();
		} else {
			this.worker.ref();
			this.port.ref();
			this.blocking.ref();
		}
	}

	private fail(error: unknown): void {
		if (this.ended !== undefined) return;
		this.ended = error;
		this.caller.fail(error);
		this.port.close();
		this.blocking.close();
	}

	/** Calls the engine. */
	call(method: string, ...args: readonly unknown[]): Promise<unknown> {
		if (this.ended !== undefined) return Promise.reject(this.ended);
		const answer = this.caller.call(method, args);
		this.settle();
		return answer;
	}

	/** Ends the thread; what waits for it is rejected. */
	async close(): Promise<void> {
		if (this.ended !== undefined) return;
		this.fail(closedError());
		await this.worker.terminate();
	}
}
