import { isMainThread, parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import { type CommandStart, serveCommands } from "./serve-commands";

export { commandEvaluation } from "./serve-commands";

/** The worker thread of a command: its evaluation. What it starts with is there, or comes as its first message. */
const serve = (start: CommandStart): void => serveCommands(start, receiveMessageOnPort);

const given = workerData as CommandStart | null | undefined;
if (isMainThread) {
	// Loaded by a command that can do without another thread.
} else if (given === null || given === undefined) parentPort?.once("message", serve);
else serve(given);
