import { readFileSync } from "node:fs";
import type { Socket } from "node:net";
import { nativePackage } from "@tsnix/store/node";
import type { Peer } from "./authorize";

/** The part of the library `koffi` that is used. */
interface Koffi {
	load(path: string | null): { func(prototype: string): (...args: unknown[]) => number };
}

/** The lines of a file of users or groups, taken apart. */
const entries = (path: string): string[][] => {
	try {
		return readFileSync(path, "latin1")
			.split("\n")
			.map((line) => line.split(":"));
	} catch {
		return [];
	}
};

/** A user's name by its number, or else the number. */
const userName = (id: number): string =>
	entries("/etc/passwd").find((entry) => entry[2] === String(id))?.[0] ?? `${id}`;
const groupName = (id: number): string =>
	entries("/etc/group").find((entry) => entry[2] === String(id))?.[0] ?? `${id}`;

/** The members of a group. */
export const groupMembers = (group: string): readonly string[] =>
	entries("/etc/group")
		.find((entry) => entry[0] === group)?.[3]
		?.split(",") ?? [];

type Credentials = (fd: number) => { pid: number; uid: number; gid: number } | undefined;

let found: Credentials | null | undefined;

/** Asks Linux who is at the other end of a socket; null where that cannot be asked. */
const credentials = (): Credentials | null => {
	if (found !== undefined) return found;
	found = null;
	if (process.platform !== "linux") return found;
	try {
		const koffi = nativePackage("koffi") as Koffi;
		const getsockopt = koffi
			.load(null)
			.func("int getsockopt(int fd, int level, int option, void *value, void *length)");
		found = (fd) => {
			const value = Buffer.alloc(12);
			const length = Buffer.alloc(4);
			length.writeUInt32LE(12);
			if (getsockopt(fd, 1, 17, value, length) !== 0) return undefined;
			return { pid: value.readInt32LE(0), uid: value.readUInt32LE(4), gid: value.readUInt32LE(8) };
		};
	} catch {
		// The optional package is not there.
	}
	return found;
};

/** Whether clients can be told apart here. */
export const knowsPeers = (): boolean => credentials() !== null;

/** Who is at the other end of a socket. Where that cannot be asked, only this process's user can connect. */
export const peerOf = (socket: Socket): Peer => {
	const fd = (socket as unknown as { _handle?: { fd?: number } })._handle?.fd;
	const ask = credentials();
	if (ask !== null && fd !== undefined && fd >= 0) {
		const known = ask(fd);
		if (known === undefined) return {};
		return { pid: known.pid, user: userName(known.uid), group: groupName(known.gid) };
	}
	const [uid, gid] = [process.getuid?.(), process.getgid?.()];
	return {
		...(uid === undefined ? {} : { user: userName(uid) }),
		...(gid === undefined ? {} : { group: groupName(gid) }),
	};
};
