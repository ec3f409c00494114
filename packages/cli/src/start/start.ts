import { join } from "node:path";
import { hasCode, loadScript } from "./code-cache";
import { leaveForProgram, startWorker } from "./early-worker";
import { evaluates } from "./evaluates";
import { asBeforeWarmUp, tune } from "./tune";

/** Where a process begins: its thread is started, then its program is loaded. */
const { argv, env } = process;
// What a library should do otherwise is nothing for whoever runs the command.
process.noDeprecation = true;
const evaluating = evaluates(argv, env);
const tuned = evaluating && tune();
const flags = tuned ? "-tuned" : "";
if (evaluating) {
	const worker = join(__dirname, "worker.cjs");
	leaveForProgram(startWorker(join(__dirname, "start-worker.cjs"), flags, hasCode(worker, flags, env)));
}
const program = loadScript(join(__dirname, "tsnix.cjs"), flags, env);
if (!program.codeIsSaved) process.once("exit", () => (tuned ? asBeforeWarmUp(program.save) : program.save()));
