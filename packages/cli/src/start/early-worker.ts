import { Worker } from "node:worker_threads";
import type { commandEvaluation } from "@tsnix/core/cli-support";
import { engineResources } from "@tsnix/core/thread";
import { largeHeaps } from "./tune";

/** What the script of the thread that evaluates is to one that is in no thread of its own. */
export interface EvaluationScript {
	readonly commandEvaluation: typeof commandEvaluation;
}

/** What the process began with before its program was loaded, for the program to take. */
export interface EarlyStart {
	/** The thread that evaluates, where one was started; for the one who asks first. */
	readonly takeWorker: () => Worker | undefined;
	/** The thread that does jobs, where one was started; for the one who asks first. */
	readonly takeJobThread: () => Worker | undefined;
	/** Loads the evaluation into this thread. */
	readonly loadEvaluation: () => EvaluationScript;
	/** Has the thread keep its compiled code for the next run, where it has none yet. */
	readonly saveWorkerCode: () => Promise<void>;
}

const key = Symbol.for("tsnix.early-start");

/** What `start.cjs` left for the program, a script of its own; nothing where the program was started without it. */
export const earlyStart = (): EarlyStart | undefined => (globalThis as { [key]?: EarlyStart })[key];

/** Leaves the thread for the program. */
export const leaveForProgram = (start: EarlyStart): void => {
	(globalThis as { [key]?: EarlyStart })[key] = start;
};

/** Starts the thread that evaluates, while the program itself is still being loaded: the two take as long. */
export const startWorker = (
	script: string,
	codeIsSaved: boolean,
): Pick<EarlyStart, "takeWorker" | "saveWorkerCode"> => {
	const Thread = Worker; // loaded before flags are set
	largeHeaps();
	const worker = new Thread(script, { resourceLimits: engineResources });
	// It must not keep a program alive that has no use for it.
	worker.unref();
	let offered: Worker | undefined = worker;
	return {
		takeWorker: () => {
			const taken = offered;
			offered = undefined;
			return taken;
		},
		saveWorkerCode: async () => {
			if (codeIsSaved || offered !== undefined) return;
			await new Promise<void>((resolve) => {
				const done = (): void => resolve();
				worker.once("message", done).once("exit", done);
				// A thread that is busy with something else has no time for it.
				setTimeout(done, patience).unref();
				worker.postMessage(saveCode);
			});
		},
	};
};

/** A thread that does jobs. Its compiled code is kept by the kind of the run. */
export const newJobThread = (script: string, kind: string): Worker =>
	new Worker(script, { workerData: { kind }, trackUnmanagedFds: false });

/** Starts such a thread while the program is still being loaded. */
export const startJobThread = (script: string, kind: string): EarlyStart["takeJobThread"] => {
	const worker = newJobThread(script, kind);
	worker.unref();
	let offered: Worker | undefined = worker;
	return () => {
		const taken = offered;
		offered = undefined;
		return taken;
	};
};

/** How long, in milliseconds, the end of a run waits for the thread to keep its code. */
const patience = 1000;

/** What the thread is told when it shall keep its code. */
export const saveCode = "save code";
