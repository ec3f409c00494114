import { hostPath } from "../../accessors/fs";
import type { ByteString } from "../../byte-string";
import type { FileLocks, LockKind } from "./file-locks";
import type { StoreFs } from "./write-tree";

/** Opens a lock file for reading and writing, making it where it is not there. */
export const openLockFile = (fs: StoreFs, path: ByteString): number => fs.openSync(hostPath(fs, path), "a+", 0o600);

/** Removes a lock file that is held, and tells those who wait for it that it is gone by writing to it. */
export const deleteLockFile = (fs: StoreFs, path: ByteString, fd: number): void => {
	try {
		fs.unlinkSync(hostPath(fs, path));
	} catch {
		// Removing it only keeps the folder small.
	}
	fs.writeSync(fd, token);
};

const token = new Uint8Array([0x64]);

/** Bytes in an open file. */
export const fileSize = (fs: StoreFs, fd: number): number => fs.fstatSync?.(fd).size ?? 0;

/** Lock, waiting if need be, which `onWait` is told of. */
export const lockWaiting = (locks: FileLocks, fd: number, kind: LockKind, onWait?: () => void): void => {
	if (locks.lock(fd, kind, false)) return;
	onWait?.();
	locks.lock(fd, kind, true);
};

/** Releases the lock of a path; with `true` the lock file goes, too, as the path is there now. */
export type ReleasePath = (remove: boolean) => void;

/** Holds the lock of a path, `PATH.lock`, so that no other process makes the same path. Waits for it. */
export const lockPath = (fs: StoreFs, locks: FileLocks, path: ByteString): ReleasePath =>
	takeLock(fs, locks, path, true) as ReleasePath;

/** The same without waiting: undefined where another process has it. */
export const tryLockPath = (fs: StoreFs, locks: FileLocks, path: ByteString): ReleasePath | undefined =>
	takeLock(fs, locks, path, false);

const takeLock = (fs: StoreFs, locks: FileLocks, path: ByteString, wait: boolean): ReleasePath | undefined => {
	const file = `${path}.lock`;
	for (;;) {
		const fd = openLockFile(fs, file);
		if (!locks.lock(fd, "exclusive", wait)) {
			fs.closeSync(fd);
			return undefined;
		}
		if (fileSize(fs, fd) === 0)
			return (remove) => {
				if (remove) deleteLockFile(fs, file, fd);
				fs.closeSync(fd);
			};
		// Whoever held it has removed it: the next is another file.
		fs.closeSync(fd);
	}
};
