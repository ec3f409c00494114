import { run } from "./run";
import { processShell } from "./process-shell";

/** Runs the program that the process was started as. */
const main = async (): Promise<void> => {
	process.exitCode = await run(processShell());
};

void main();
