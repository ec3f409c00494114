import { spawn } from "node:child_process";
import { constants } from "node:os";
import { type ByteString, fromBytes } from "@tsnix/store";

const forwarded: readonly NodeJS.Signals[] = ["SIGTERM", "SIGHUP", "SIGUSR1", "SIGUSR2", "SIGCONT", "SIGWINCH"];
/** What a terminal sends to all that runs in front: the program has it already. */
const shared: readonly NodeJS.Signals[] = ["SIGINT", "SIGQUIT"];

/**
 * Runs a program on this one's standard input and output, hands signals on to it, and gives its status when it ends
 * (128 and the signal's number where one ended it). Throws what the system says where it cannot be started.
 */
export const spawnInPlace = async (
	program: ByteString,
	argv: readonly ByteString[],
	env: Readonly<Record<string, ByteString>>,
): Promise<number> => {
	const [name, ...args] = argv.map(fromBytes);
	const child = spawn(fromBytes(program), args, {
		argv0: name ?? "",
		env: Object.fromEntries(Object.entries(env).map(([key, value]) => [key, fromBytes(value)])),
		stdio: "inherit",
	});
	const handlers = [...forwarded, ...shared].map((signal) => {
		const handler = (): void => {
			if (!shared.includes(signal)) child.kill(signal);
		};
		return { signal, handler };
	});
	for (const { signal, handler } of handlers) process.on(signal, handler);
	try {
		return await new Promise<number>((resolve, reject) => {
			child.on("error", reject);
			child.on("exit", (code, signal) => resolve(signal === null ? (code ?? 1) : 128 + constants.signals[signal]));
		});
	} finally {
		for (const { signal, handler } of handlers) process.removeListener(signal, handler);
	}
};
