import { fstatSync, readSync, statSync, writeSync } from "node:fs";
import { isatty } from "node:tty";
import { toBytes } from "@tsnix/store";
import { argumentBytes, environmentBytes } from "./process-bytes";
import type { Shell } from "./shell";
import { plainLines, terminalLines } from "./terminal/node-lines";

const machines: Readonly<Record<string, string>> = {
	x64: "x86_64",
	arm64: "aarch64",
	ia32: "i686",
	arm: "armv7l",
	riscv64: "riscv64",
};

/** Writes all of it, whatever the kind of file; the reader's going away ends the process quietly. */
const writeAll = (fd: number, data: Uint8Array): void => {
	for (let done = 0; done < data.length; ) {
		try {
			done += writeSync(fd, data, done, data.length - done);
		} catch (error) {
			const { code } = error as { code?: string };
			if (code === "EAGAIN") Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2);
			else if (code === "EPIPE") process.exit(fd === 1 ? 141 : 1);
			else throw error;
		}
	}
};

/** Whether a file is a terminal. Those that can be none are told without loading what knows of terminals. */
const isTerminal = (fd: number): boolean => {
	try {
		const stat = fstatSync(fd);
		if (process.platform !== "win32" && (!stat.isCharacterDevice() || stat.rdev === statSync("/dev/null").rdev))
			return false;
	} catch {
		// Node's own answer.
	}
	return isatty(fd);
};

/** What standard input still has, piece by piece. */
function* readPieces(): Generator<Uint8Array> {
	for (;;) {
		const buffer = Buffer.allocUnsafe(65536);
		let length: number;
		try {
			length = readSync(0, buffer, 0, buffer.length, null);
		} catch (error) {
			const { code } = error as { code?: string };
			if (code === "EOF") return;
			if (code !== "EAGAIN") throw error;
			Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2);
			continue;
		}
		if (length === 0) return;
		yield buffer.subarray(0, length);
	}
}

/** This process, as commands see it. */
export const processShell = (): Shell => {
	const cancel = new AbortController();
	let interrupts = 0;
	const interrupt = (): void => {
		if (interrupts++ > 0 || cancel.signal.aborted) process.exit(130);
		cancel.abort();
	};
	process.on("SIGINT", interrupt);
	process.on("SIGTERM", interrupt);
	const name = process.env.TSNIX_ARGV0 ?? process.argv[1];
	return {
		programName: name.slice(name.lastIndexOf("/") + 1),
		args: argumentBytes(process.argv.slice(2)),
		env: environmentBytes(process.env),
		workingDirectory: toBytes(process.cwd()),
		system: `${machines[process.arch] ?? process.arch}-${process.platform === "win32" ? "windows" : process.platform}`,
		writeOut: (data) => writeAll(1, typeof data === "string" ? Buffer.from(data, "latin1") : data),
		writeError: (bytes) => writeAll(2, Buffer.from(bytes, "latin1")),
		readInput: () => Buffer.concat([...readPieces()]),
		inputPieces: readPieces,
		openLines: (options) =>
			isTerminal(0)
				? terminalLines({ ...options, onInterrupt: interrupt })
				: plainLines((text) => writeAll(1, Buffer.from(text, "latin1"))),
		execute: async (next) => (await import("./execute/execute-program")).executeProgram(next),
		// Node's own streams change how the files behave, for the programs, too, that get them from here.
		isTerminal: { input: isTerminal(0), output: isTerminal(1), error: isTerminal(2) },
		columns: () => process.stderr.columns,
		signal: cancel.signal,
	};
};
