import { spawn } from "node:child_process";
import { createConnection } from "node:net";
import { type Duplex, NixError } from "@tsnix/store";
import { nodeDuplex } from "@tsnix/store/node";
import type { ConnectionTarget } from "./connection";

const reasons: Readonly<Record<string, string>> = {
	ENOENT: "No such file or directory",
	ECONNREFUSED: "Connection refused",
	EACCES: "Permission denied",
};

/** Connects to a socket. Throws as the reference words it. */
export const connectSocket = (path: string): Promise<Duplex> =>
	new Promise((resolve, reject) => {
		const socket = createConnection({ path, allowHalfOpen: true });
		socket.once("connect", () => {
			socket.removeAllListeners("error");
			resolve(nodeDuplex(socket, socket, () => socket.destroySoon()));
		});
		socket.once("error", (error: NodeJS.ErrnoException) => {
			const reason = reasons[error.code ?? ""] ?? error.message;
			reject(new NixError("CANNOT_CONNECT", `cannot connect to socket at '${path}': ${reason}`));
		});
	});

/** Starts a program, and speaks with it by its standard input and output. */
export const connectProgram = (command: readonly string[], env: Readonly<Record<string, string>>): Duplex => {
	const child = spawn(command[0], command.slice(1), { stdio: ["pipe", "pipe", "inherit"], env: { ...env } });
	child.on("error", (error: NodeJS.ErrnoException) => {
		const reason = reasons[error.code ?? ""] ?? error.message;
		child.stdout.destroy(new NixError("CANNOT_EXECUTE", `unable to execute '${command[0]}': ${reason}`));
	});
	return nodeDuplex(child.stdout, child.stdin);
};

/** Connects to a target. Programs that say `started` first have that taken away. */
export const connect = async (target: ConnectionTarget): Promise<Duplex> => {
	if (target.kind === "socket") return connectSocket(target.path);
	const duplex = connectProgram(target.command, target.env);
	return target.announces === undefined ? duplex : afterAnnouncement(duplex, target.announces);
};

/** Passes over the line by which ssh says that it is connected. */
const afterAnnouncement = async (duplex: Duplex, host: string): Promise<Duplex> => {
	let line = "";
	let rest: Uint8Array | undefined;
	while (rest === undefined) {
		const bytes = await duplex.receive().catch(() => undefined);
		if (bytes === undefined) break;
		const end = bytes.indexOf(10);
		line += Buffer.from(end < 0 ? bytes : bytes.subarray(0, end)).toString("latin1");
		if (end >= 0) rest = bytes.subarray(end + 1);
		if (line.length > 4096) break;
	}
	if (rest === undefined || line !== "started") {
		duplex.close();
		throw new NixError("CANNOT_CONNECT", `failed to start SSH connection to '${host}'`);
	}
	let kept: Uint8Array | undefined = rest.length === 0 ? undefined : rest;
	const take = (): Uint8Array | undefined => {
		const bytes = kept;
		kept = undefined;
		return bytes;
	};
	return {
		...duplex,
		receive: async () => take() ?? duplex.receive(),
		poll: () => take() ?? duplex.poll?.(),
	};
};
