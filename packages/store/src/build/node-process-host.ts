import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import {
	chmodSync,
	chownSync,
	closeSync,
	constants,
	openSync,
	readFileSync,
	readlinkSync,
	unlinkSync,
	writeFileSync,
} from "node:fs";
import { Socket } from "node:net";
import { constants as os, tmpdir } from "node:os";
import { ReadStream } from "node:tty";
import type { BuilderExit } from "./errors";
import type { Command, Confinement, ProcessHost } from "./builders/process-host";
import { openTerminal, type Terminal } from "./node-terminal";
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
		sleep: (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000)),
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

/**
 * Kills what a process that waits for its only child has started, so that it says how that ended: one that was about to
 * end keeps its own exit code.
 */
const killChildren = (parent: number | undefined): void => {
	try {
		const children = readFileSync(`/proc/${parent}/task/${parent}/children`, "latin1");
		for (const id of children.split(" ")) if (id !== "" && !isEnding(id)) process.kill(Number(id), "SIGKILL");
	} catch {
		// They are gone.
	}
};

/** What the reference writes to a log where a builder cannot be executed. */
const cannotExecute = (program: string, reason: string): Uint8Array =>
	Buffer.from(`\x1b[31;1merror:\x1b[0m executing '\x1b[35;1m${program}\x1b[0m': \x1b[35;1m${reason}\x1b[0m`);

/** The kernel's flag of a process that is about to be gone. */
const exiting = 0x4;

const isEnding = (id: string): boolean => {
	const stat = readFileSync(`/proc/${id}/stat`, "latin1");
	const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
	return (Number(fields[6]) & exiting) !== 0;
};

/** Ends what is read from a terminal that nobody may have opened. */
const endTerminal = (terminal: Terminal): void => {
	try {
		closeSync(terminal.open());
	} catch {
		// It has ended.
	}
};

type OtherUser = NonNullable<Command["user"]>;

const hasMoreGroups = (user: OtherUser | undefined): boolean => (user?.supplementaryGroups.length ?? 0) > 0;

/** What is run for a program to run as another user: Node's own way has no other groups. */
const asUser = (user: OtherUser | undefined, program: string, args: readonly string[]): [string, string[]] =>
	user === undefined || !hasMoreGroups(user)
		? [program, [...args]]
		: [
				"setpriv",
				[
					...[`--reuid=${user.userId}`, `--regid=${user.groupId}`, `--groups=${user.supplementaryGroups.join(",")}`],
					...["--", program, ...args],
				],
			];

/** Sees to what of a program's namespaces is settled from outside, as soon as it is in them. */
const confine = async (pid: number, { idMaps, cgroup }: Confinement): Promise<void> => {
	const own = readlinkSync("/proc/self/ns/user");
	const isIn = (): boolean | undefined => {
		try {
			return readlinkSync(`/proc/${pid}/ns/user`) !== own;
		} catch {
			return undefined; // It has ended, and says why.
		}
	};
	let inside = isIn();
	while (inside === false) {
		await new Promise((resolve) => setTimeout(resolve, 1));
		inside = isIn();
	}
	if (inside === undefined) return;
	if (cgroup !== undefined) {
		writeFileSync(`${cgroup}/cgroup.procs`, String(pid));
		const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "latin1");
		for (const id of children.split(" ")) if (id !== "") writeFileSync(`${cgroup}/cgroup.procs`, id);
	}
	if (idMaps === undefined) return;
	if (idMaps.denySetgroups) writeFileSync(`/proc/${pid}/setgroups`, "deny");
	writeFileSync(`/proc/${pid}/gid_map`, idMaps.groups);
	writeFileSync(`/proc/${pid}/uid_map`, idMaps.users);
};

const run = async (
	{ program, argv0, args, env, cwd, opensTerminal = false, user, confinement }: Command,
	onOutput: (chunk: Uint8Array) => void,
	signal: AbortSignal,
	place: string,
): Promise<BuilderExit> => {
	if (signal.aborted) return { signal: { number: 9, description: "Killed" } };
	const terminal = openTerminal();
	const own = terminal !== undefined && opensTerminal;
	const pipe = terminal === undefined ? openPipe(place) : undefined;
	// A terminal whose other end nobody has open yet waits for somebody; one that was open and is not ends.
	const write = own ? undefined : (terminal?.open() ?? pipe?.write);
	const read = terminal?.master ?? pipe?.read;
	const dog = watchdog();
	const owner = user?.userId ?? confinement?.terminalOwner;
	if (terminal !== undefined && owner !== undefined) {
		// What makes the sandbox opens it by its group, and then takes that right away.
		chmodSync(terminal.path, own ? 0o660 : 0o600);
		chownSync(terminal.path, owner, 0);
	}
	const ends = write === undefined ? (["pipe", "pipe"] as const) : ([write, write] as const);
	let child: ChildProcess;
	try {
		child = spawn(...asUser(user, program, args), {
			...(argv0 === undefined || hasMoreGroups(user) ? {} : { argv0 }),
			...(user === undefined || hasMoreGroups(user) ? {} : { uid: user.userId, gid: user.groupId }),
			// That is how groups that this process has beside its own are given up.
			...(confinement !== undefined && process.getuid?.() === 0 ? { uid: 0, gid: 0 } : {}),
			env: own ? { ...env, TERMINAL: terminal.path } : { ...env },
			cwd,
			stdio: own ? ["ignore", "ignore", "pipe"] : ["ignore", ...ends],
			detached: true,
		});
	} catch (error) {
		// What is too large to be handed over is no program's failure for Node.
		const code = (error as NodeJS.ErrnoException).code ?? "";
		for (const fd of [read, write]) if (fd !== undefined) closeSync(fd);
		terminal?.rest();
		if (startErrors[code] === undefined) throw error;
		onOutput(cannotExecute(program, startErrors[code]));
		return { code: 1 };
	}
	if (child.pid !== undefined) dog.add(child.pid);
	if (write !== undefined) closeSync(write);
	if (child.pid !== undefined && confinement !== undefined) await confine(child.pid, confinement);
	const streams =
		read === undefined
			? [child.stdout, child.stderr]
			: [terminal === undefined ? new Socket({ fd: read, writable: false }) : new ReadStream(read)];
	// `unshare` cannot end as its child did where that was killed, and says so.
	let complaint = "";
	if (own) child.stderr?.on("data", (chunk: Uint8Array) => void (complaint += Buffer.from(chunk).toString("latin1")));
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
	const silent = Promise.all(closed).then(() => {
		for (const piece of terminal?.rest() ?? []) onOutput(piece);
		return own ? killChildren(child.pid) : killAll();
	});
	try {
		const exit = await new Promise<BuilderExit>((resolve) => {
			child.on("error", (error: NodeJS.ErrnoException) => {
				const reason = startErrors[error.code ?? ""] ?? error.message;
				onOutput(cannotExecute(program, reason));
				resolve({ code: 1 });
			});
			child.on(own ? "close" : "exit", (code: number | null, name: NodeJS.Signals | null) => {
				if (complaint.startsWith("unshare: sigprocmask"))
					return resolve({ signal: { number: 9, description: "Killed" } });
				if (name === null) return resolve({ code: code ?? 1 });
				const number = os.signals[name];
				const description = descriptions[number];
				resolve({ signal: { number, ...(description === undefined ? {} : { description }) } });
			});
		});
		killAll();
		if (own) endTerminal(terminal);
		if (child.pid === undefined) for (const stream of streams) stream?.destroy();
		await silent;
		return exit;
	} finally {
		if (child.pid !== undefined) dog.remove(child.pid);
		signal.removeEventListener("abort", killAll);
	}
};
