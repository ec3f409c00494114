import { spawnSync } from "node:child_process";
import { closeSync } from "node:fs";
import { NixError } from "../../errors";
import { nativePackage } from "../../node-native-package";
import type { FileLocks, LockKind } from "./file-locks";

/** The part of the library `koffi` that is used: calls into the system's C library. */
interface Koffi {
	load(path: string | null): { func(prototype: string): (...args: unknown[]) => number };
	errno(): number;
	readonly os: { readonly errno: Readonly<Record<string, number>> };
}

const operation: Readonly<Record<LockKind, number>> = { shared: 1, exclusive: 2, none: 8 };
const withoutWaiting = 4;

/** `flock` itself. */
const nativeLocks = (koffi: Koffi): FileLocks => {
	const library = koffi.load(null);
	const flock = library.func("int flock(int fd, int operation)");
	const { errno } = koffi.os;
	const socket = library.func("int socket(int domain, int type, int protocol)");
	const connect = library.func("int connect(int fd, const void *address, unsigned int length)");
	return {
		cheap: true,
		lock: (fd, kind, wait) => {
			for (;;) {
				if (flock(fd, operation[kind] | (wait ? 0 : withoutWaiting)) === 0) return true;
				const error = koffi.errno();
				if (error === errno.EINTR) continue;
				if (!wait && error === (errno.EWOULDBLOCK ?? errno.EAGAIN)) return false;
				throw new NixError("LOCK_FAILED", `acquiring/releasing lock: error ${error}`);
			}
		},
		...(process.platform === "linux"
			? {
					connect: (path: string) => {
						const name = Buffer.from(path, "latin1");
						if (name.length > 107) return undefined;
						const address = Buffer.alloc(110);
						address.writeUInt16LE(1, 0);
						name.copy(address, 2);
						const fd = socket(1, 1 | 0o2000000, 0);
						if (fd < 0) return undefined;
						if (connect(fd, address, 3 + name.length) === 0) return fd;
						closeSync(fd);
						return undefined;
					},
				}
			: {}),
	};
};

/**
 * `flock` by way of a program: a lock belongs to the open file, which a child that inherits it can lock, and keeps it
 * when the child is gone.
 */
const programLocks = (): FileLocks | undefined => {
	const flags: Readonly<Record<LockKind, string>> = { shared: "-s", exclusive: "-x", none: "-u" };
	const run = (fd: number, args: readonly string[]): number | null =>
		spawnSync("flock", [...args, "3"], { stdio: ["ignore", "ignore", "ignore", fd] }).status;
	if (spawnSync("flock", ["--version"], { stdio: "ignore" }).status !== 0) return undefined;
	return {
		cheap: false,
		lock: (fd, kind, wait) => {
			const status = run(fd, [flags[kind], ...(wait ? [] : ["-n"])]);
			if (status === 0) return true;
			if (!wait && status === 1) return false;
			throw new NixError("LOCK_FAILED", `acquiring/releasing lock: the program 'flock' failed`);
		},
	};
};

let found: FileLocks | null | undefined;

/**
 * The locks of this machine, found when they are first asked for: `flock` called through the optional package `koffi`,
 * else through the program of that name. Undefined where neither is there: then processes do not see each other.
 */
export const nodeFileLocks = (): FileLocks | undefined => {
	if (found === undefined) found = findLocks() ?? null;
	return found ?? undefined;
};

const findLocks = (): FileLocks | undefined => {
	if (process.platform === "win32") return undefined;
	try {
		return nativeLocks(nativePackage("koffi") as Koffi);
	} catch {
		return programLocks();
	}
};
