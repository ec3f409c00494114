import { read } from "node:fs";
import { createInterface, type Interface } from "node:readline";
import { type ByteString, fromBytes, toBytes } from "@tsnix/store";
import type { Lines, LinesOptions } from "./lines";

/**
 * Lines of an input that is no terminal, read byte by byte: what follows a line is left to programs that are started
 * between. They are shown after their prompts, as at a terminal.
 */
export const plainLines = (write: (text: ByteString) => void): Lines => {
	const byte = Buffer.alloc(1);
	const readByte = (): Promise<number | undefined> =>
		new Promise((resolve, reject) => {
			const attempt = (): void =>
				read(0, byte, 0, 1, null, (error, length) => {
					if (error === null) resolve(length === 0 ? undefined : byte[0]);
					else if (error.code === "EAGAIN") setTimeout(attempt, 5);
					else if (error.code === "EOF") resolve(undefined);
					else reject(error);
				});
			attempt();
		});
	return {
		next: async (prompt) => {
			write(prompt);
			const line: number[] = [];
			for (;;) {
				const char = await readByte();
				if (char === undefined && line.length === 0) return null;
				if (char === undefined || char === 10) break;
				line.push(char);
			}
			const text = Buffer.from(line).toString("latin1").replace(/\r$/, "");
			write(`${text}\n`);
			return text;
		},
		pause: () => {},
		resume: () => {},
		close: () => {},
	};
};

/** How many earlier lines are remembered. */
const historySize = 1000;

/** Lines typed at a terminal: edited, with a history and completion. */
export const terminalLines = (
	options: LinesOptions & {
		/** The user wants what is being worked out to end. */
		readonly onInterrupt: () => void;
	},
): Lines => {
	const waiting: string[] = [];
	let ended = false;
	let wanted: ((line: ByteString | null) => void) | undefined;
	let history: readonly string[] = [...options.history].reverse().map(fromBytes);
	const give = (line: ByteString | null): void => {
		const take = wanted;
		wanted = undefined;
		take?.(line);
	};
	const terminal: Interface = createInterface({
		input: process.stdin,
		output: process.stdout,
		terminal: true,
		history: [...history],
		historySize,
		removeHistoryDuplicates: true,
		completer: (line: string, done: (error: Error | null, found: [string[], string]) => void) => {
			options.complete(toBytes(line)).then(
				(found) => done(null, [found.map(fromBytes), line]),
				() => done(null, [[], line]),
			);
		},
	});
	terminal.on("line", (line) => {
		if (wanted === undefined) waiting.push(line);
		else give(toBytes(line));
	});
	terminal.on("history", (lines) => void (history = [...lines]));
	terminal.on("SIGINT", () => {
		if (wanted === undefined) return options.onInterrupt();
		// What was typed is let go of.
		terminal.write(null, { ctrl: true, name: "e" });
		terminal.write(null, { ctrl: true, name: "u" });
		process.stdout.write("^C\n");
		give("\x03");
	});
	terminal.on("close", () => {
		ended = true;
		give(null);
	});
	return {
		next: (prompt) => {
			const line = waiting.shift();
			if (line !== undefined) return Promise.resolve(toBytes(line));
			if (ended) return Promise.resolve(null);
			terminal.setPrompt(prompt);
			terminal.prompt();
			return new Promise((resolve) => void (wanted = resolve));
		},
		pause: () => {
			terminal.pause();
			process.stdin.setRawMode(false);
		},
		resume: () => {
			process.stdin.setRawMode(true);
			terminal.resume();
		},
		close: () => {
			terminal.close();
			options.onClose([...history].reverse().map(toBytes));
		},
	};
};
