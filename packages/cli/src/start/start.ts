import { join } from "node:path";
import { hasCode, loadScript } from "./code-cache";
import { leaveForProgram, startWorker } from "./early-worker";
import { evaluates } from "./evaluates";
import { kindOfRun } from "./kind-of-run";
import { asLoaded, endWarmUpInTime, usualHeaps } from "./tune";

/** Where a process begins: its thread is started, then its program is loaded. */
const { argv, env } = process;
// What a library should do otherwise is nothing for whoever runs the command.
process.noDeprecation = true;
const evaluating = evaluates(argv, env);
if (evaluating) {
	const worker = join(__dirname, "worker.cjs");
	leaveForProgram(startWorker(join(__dirname, "start-worker.cjs"), hasCode(worker, "", env)));
	endWarmUpInTime();
}
// By the time that the program is read, the thread has its heap.
const program = loadScript(
	join(__dirname, "tsnix.cjs"),
	kindOfRun(argv, env),
	env,
	evaluating ? usualHeaps : undefined,
);
// What came to a bad end may have run little of what runs of its kind do.
if (!program.codeIsSaved)
	process.once("exit", (status) => {
		if (status === 0) asLoaded(program.save);
	});
