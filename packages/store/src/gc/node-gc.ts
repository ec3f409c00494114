import { mkdirSync, readdirSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { bytesToString } from "../byte-string";
import type { RootsServer } from "./collect";
import type { RuntimeRootsSource } from "./roots";

const gone = new Set(["ENOENT", "EACCES", "ESRCH", "EPERM"]);

/** What `read` gives; undefined where a process is gone or not ours to look at. */
const ifAllowed = <T>(read: () => T): T | undefined => {
	try {
		return read();
	} catch (error) {
		const { code } = error as { code?: string };
		if (code !== undefined && gone.has(code)) return undefined;
		throw error;
	}
};

const linkTarget = (path: string): string | undefined => ifAllowed(() => bytesToString(readlinkSync(path, "buffer")));

const text = (path: string): string => ifAllowed(() => readFileSync(path, "latin1")) ?? "";

const mapped = /^\s*\S+\s+\S+\s+\S+\s+\S+\s+\S+\s+(\/\S+)\s*$/;

/** What the processes of this machine use, as `/proc` tells; nothing where there is none. */
export const nodeRuntimeRoots: RuntimeRootsSource = {
	*find(storeDir) {
		const quoted = storeDir.replace(/[.^$\\*+?()[\]{}|]/g, "\\$&");
		const inEnvironment = new RegExp(`${quoted}/[0-9a-z]+[0-9a-zA-Z+\\-._?=]*`, "g");
		for (const id of ifAllowed(() => readdirSync("/proc")) ?? []) {
			if (!/^[0-9]+$/.test(id)) continue;
			const process = `/proc/${id}`;
			const links = [`${process}/exe`, `${process}/cwd`];
			const open = ifAllowed(() => readdirSync(`${process}/fd`));
			for (const link of [...links, ...(open ?? []).map((fd) => `${process}/fd/${fd}`)]) {
				const target = linkTarget(link);
				if (target?.startsWith("/")) yield [target, link];
			}
			if (open === undefined) continue;
			for (const line of text(`${process}/maps`).split("\n")) {
				const file = mapped.exec(line)?.[1];
				if (file !== undefined) yield [file, `${process}/maps`];
			}
			for (const [path] of text(`${process}/environ`).matchAll(inEnvironment)) yield [path, `${process}/environ`];
		}
		for (const file of ["modprobe", "fbsplash", "poweroff_cmd"]) {
			const path = `/proc/sys/kernel/${file}`;
			yield [text(path), path];
		}
	},
};

/** A collector's socket, as Node has them. */
export const nodeRootsServer: RootsServer = {
	listen: (socket, onRoot) => {
		mkdirSync(socket.slice(0, socket.lastIndexOf("/")), { recursive: true });
		rmSync(socket, { force: true });
		const clients = new Set<Socket>();
		const server = createServer((client) => {
			clients.add(client);
			let pending = "";
			client.on("data", (bytes) => {
				pending += bytesToString(bytes as Uint8Array);
				for (let end = pending.indexOf("\n"); end >= 0; end = pending.indexOf("\n")) {
					onRoot(pending.slice(0, end));
					pending = pending.slice(end + 1);
					client.write("1");
				}
			});
			client.on("error", () => {});
			client.on("close", () => clients.delete(client));
		});
		return new Promise((resolve, reject) => {
			server.on("error", reject);
			server.listen({ path: socket, readableAll: true, writableAll: true }, () => {
				resolve(
					() =>
						new Promise((done) => {
							server.close(() => done());
							for (const client of clients) client.destroy();
						}),
				);
			});
		});
	},
};
