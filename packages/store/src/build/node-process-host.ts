import { execFileSync, spawn } from "node:child_process";
import { closeSync, constants, openSync, unlinkSync } from "node:fs";
import { Socket } from "node:net";
import { constants as os, tmpdir } from "node:os";
import type { BuilderExit } from "./errors";
import type { Command, ProcessHost } from "./builders/process-host";
import { watchdog } from "./node-watchdog";

/** What the C library calls signals. */
const descriptions: Readonly<Record<number, string>> = {
	1: "Hangup",
	2: "Interrupt",
	3: "Quit",
	4: "Illegal instruction",
	5: "Trace/breakpoint trap",
	6: "Aborted",
	7: "Bus error",
	8: "Floating point exception",
	9: "Killed",
	10: "User defined signal 1",
	11: "Segmentation fault",
	12: "User defined signal 2",
	13: "Broken pipe",
	14: "Alarm clock",
	15: "Terminated",
};

const startErrors: Readonly<Record<string, string>> = {
	ENOENT: "No such file or directory",
	EACCES: "Permission denied",
	ENOEXEC: "Exec format error",
	E2BIG: "Argument list too long",
	ENOTDIR: "Not a directory",
};

/** Node's processes. `scratchDir` holds a named pipe for a moment whenever a program is started. */
export const nodeProcessHost = (scratchDir: string = tmpdir()): ProcessHost => {
	let count = 0;
	const uniqueName = (): string => `${process.pid}-${process.hrtime.bigint().toString(36)}-${count++}`;
	return {
		uniqueName,
		run: (command, onOutput, signal) => run(command, onOutput, signal, `${scratchDir}/tsnix-log-${uniqueName()}`),
	};
};

/**
 * Both ends of a pipe. Node's own pipes are sockets, which programs cannot open again as `/dev/stderr`; and two of
 * them lose the order of what is written to both. Undefined where there is no `mkfifo`.
 */
const openPipe = (place: string): { read: number; write: number } | undefined => {
	try {
		execFileSync("mkfifo", ["-m", "600", place], { stdio: "ignore" });
	} catch {
		return undefined;
	}
	try {
		const read = openSync(place, constants.O_RDONLY | constants.O_NONBLOCK);
		return { read, write: openSync(place, constants.O_WRONLY) };
	} finally {
		unlinkSync(place);
	}
};

const run = async (
	{ program, argv0, args, env, cwd }: Command,
	onOutput: (chunk: Uint8Array) => void,
	signal: AbortSignal,
	place: string,
): Promise<BuilderExit> => {
	if (signal.aborted) return { signal: { number: 9, description: "Killed" } };
	const pipe = openPipe(place);
	const dog = watchdog();
	const ends = pipe === undefined ? (["pipe", "pipe"] as const) : ([pipe.write, pipe.write] as const);
	const child = spawn(program, [...args], {
		...(argv0 === undefined ? {} : { argv0 }),
		env: { ...env },
		cwd,
		stdio: ["ignore", ...ends],
		detached: true,
	});
	if (child.pid !== undefined) dog.add(child.pid);
	if (pipe !== undefined) closeSync(pipe.write);
	const streams = pipe === undefined ? [child.stdout, child.stderr] : [new Socket({ fd: pipe.read, writable: false })];
	const closed = streams.map(
		(stream) =>
			new Promise<void>((resolve) => {
				stream?.on("data", onOutput);
				stream?.on("close", () => resolve());
				stream?.on("error", () => resolve());
			}),
	);
	const killAll = (): void => {
		if (child.pid === undefined) return;
		try {
			process.kill(-child.pid, "SIGKILL");
		} catch {
			// Nobody is left in the group.
		}
	};
	signal.addEventListener("abort", killAll, { once: true });
	// Nothing more can be heard of a builder that has closed its output: it has ended, or is ended.
	const silent = Promise.all(closed).then(killAll);
	try {
		const exit = await new Promise<BuilderExit>((resolve) => {
			child.on("error", (error: NodeJS.ErrnoException) => {
				const reason = startErrors[error.code ?? ""] ?? error.message;
				onOutput(Buffer.from(`error: executing '${program}': ${reason}\n`));
				resolve({ code: 1 });
			});
			child.on("exit", (code, name) => {
				if (name === null) return resolve({ code: code ?? 1 });
				const number = os.signals[name];
				const description = descriptions[number];
				resolve({ signal: { number, ...(description === undefined ? {} : { description }) } });
			});
		});
		killAll();
		if (child.pid === undefined) for (const stream of streams) stream?.destroy();
		await silent;
		return exit;
	} finally {
		if (child.pid !== undefined) dog.remove(child.pid);
		signal.removeEventListener("abort", killAll);
	}
};
