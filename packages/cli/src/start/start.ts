import { availableParallelism } from "node:os";
import { join } from "node:path";
import { hasCode, type LoadedScript, loadScript } from "./code-cache";
import { copies } from "./copies";
import { type EvaluationScript, leaveForProgram, startJobThread, startWorker } from "./early-worker";
import { evaluates, locks } from "./evaluates";
import { kindOfRun } from "./kind-of-run";
import { asLoaded, endWarmUpInTime, usualHeaps } from "./tune";

/** Where a process begins: its thread is started, if it will need one, then its program is loaded. */
const { argv, env } = process;
// What a library should do otherwise is nothing for whoever runs the command.
process.noDeprecation = true;
const evaluating = !locks(argv, env) && evaluates(argv, env);
const workerScript = join(__dirname, "worker.cjs");
const kind = kindOfRun(argv, env);

const keepingCode = (script: LoadedScript): LoadedScript => {
	// What came to a bad end may have run little of what runs of its kind do.
	if (!script.codeIsSaved)
		process.once("exit", (status) => {
			if (status === 0) asLoaded(script.save);
		});
	return script;
};

leaveForProgram({
	...(evaluating
		? startWorker(join(__dirname, "start-worker.cjs"), hasCode(workerScript, "", env))
		: { takeWorker: () => undefined, saveWorkerCode: async () => {} }),
	takeJobThread:
		copies(argv, env) && availableParallelism() > 1
			? startJobThread(join(__dirname, "start-job.cjs"), kind)
			: () => undefined,
	loadEvaluation: () => keepingCode(loadScript(workerScript, kind, env)).exports as EvaluationScript,
});
if (evaluating) endWarmUpInTime();
// By the time that the program is read, the thread has its heap.
keepingCode(loadScript(join(__dirname, "tsnix.cjs"), kind, env, evaluating ? usualHeaps : undefined));
