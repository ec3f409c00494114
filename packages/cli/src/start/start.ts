import { join } from "node:path";
import { hasCode, type LoadedScript, loadScript } from "./code-cache";
import { type EvaluationScript, leaveForProgram, startWorker } from "./early-worker";
import { evaluates, locks } from "./evaluates";
import { asBeforeWarmUp, tune } from "./tune";

/** Where a process begins: its thread is started, if it will need one, then its program is loaded. */
const { argv, env } = process;
// What a library should do otherwise is nothing for whoever runs the command.
process.noDeprecation = true;
const locking = locks(argv, env);
const evaluating = !locking && evaluates(argv, env);
const tuned = (locking || evaluating) && tune();
// What locking runs is not what evaluating runs: their compiled code is kept apart.
const flags = `${tuned ? "-tuned" : ""}${locking ? "-locking" : ""}`;
const workerScript = join(__dirname, "worker.cjs");

const keepingCode = (script: LoadedScript): LoadedScript => {
	if (!script.codeIsSaved) process.once("exit", () => (tuned ? asBeforeWarmUp(script.save) : script.save()));
	return script;
};

leaveForProgram({
	...(evaluating
		? startWorker(join(__dirname, "start-worker.cjs"), flags, hasCode(workerScript, flags, env))
		: { takeWorker: () => undefined, saveWorkerCode: async () => {} }),
	loadEvaluation: () => keepingCode(loadScript(workerScript, flags, env)).exports as EvaluationScript,
});
keepingCode(loadScript(join(__dirname, "tsnix.cjs"), flags, env));
