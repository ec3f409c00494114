import { leaveQuickly } from "./leave";
import { run } from "./run";
import { processShell } from "./process-shell";

/** Runs the program that the process was started as. */
const main = async (): Promise<void> => {
	const shell = processShell();
	process.exitCode = await run(shell);
	// What was interrupted may still wait for servers.
	if (shell.signal.aborted) process.exit();
	leaveQuickly(process);
};

void main();
