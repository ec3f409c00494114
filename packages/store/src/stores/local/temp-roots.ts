import { hostPath } from "../../accessors/fs";
import { type ByteString, stringToBytes } from "../../byte-string";
import { StoreError } from "../../errors";
import type { FileLocks } from "./file-locks";
import { deleteLockFile, fileSize, openLockFile } from "./lock-file";
import type { StoreFs } from "./write-tree";

/** What temporary roots need to know. */
export interface TempRootsPlace {
	readonly fs: StoreFs;
	readonly locks: FileLocks;
	readonly stateDir: ByteString;
	/** The name of this process's file: its number, and where it has several stores open, something after it. */
	readonly name: string;
}

/**
 * The paths that this process uses and no collector may take. They stand in `temproots/NAME`, which is locked as long
 * as the process lives; a collector that is running is told through its socket.
 */
export class TempRoots {
	private readonly known = new Set<string>();
	private file: number | undefined;
	private gcLock: number | undefined;
	private socket: number | undefined;
	private holdsGcLock = false;

	constructor(private readonly place: TempRootsPlace) {}

	private get path(): ByteString {
		return `${this.place.stateDir}/temproots/${this.place.name}`;
	}

	/** `paths` whole, as they stand in messages. */
	add(paths: readonly string[]): void {
		const added = paths.filter((path) => !this.known.has(path));
		if (added.length === 0) return;
		const { fs, locks, stateDir } = this.place;
		this.file ??= this.open();
		this.gcLock ??= openLockFile(fs, `${stateDir}/gc.lock`);
		if (!locks.cheap) {
			// Collectors wait until this process is done.
			if (!this.holdsGcLock) locks.lock(this.gcLock, "shared", true);
			this.holdsGcLock = true;
			this.write(added);
		} else {
			for (;;) {
				if (locks.lock(this.gcLock, "shared", false)) {
					this.write(added);
					locks.lock(this.gcLock, "none", false);
					break;
				}
				if (added.every((path) => this.tellCollector(path))) {
					this.write(added);
					break;
				}
			}
		}
		for (const path of added) this.known.add(path);
	}

	private write(paths: readonly string[]): void {
		writeAll(this.place.fs, this.file as number, stringToBytes(paths.map((path) => `${path}\0`).join("")));
	}

	/** Opens and locks the file. One that is there is stale, as no two processes have one number. */
	private open(): number {
		const { fs, locks } = this.place;
		for (;;) {
			try {
				fs.unlinkSync(hostPath(fs, this.path));
			} catch (error) {
				if ((error as { code?: unknown }).code !== "ENOENT") throw error;
			}
			const fd = openLockFile(fs, this.path);
			locks.lock(fd, "exclusive", true);
			// A collector may have removed it before it was locked.
			if (fileSize(fs, fd) === 0) return fd;
			fs.closeSync(fd);
		}
	}

	/** Tells a collector that is at work; false where it is gone, so that its lock is to be tried again. */
	private tellCollector(path: string): boolean {
		const { fs, locks, stateDir } = this.place;
		this.socket ??= locks.connect?.(`${stateDir}/gc-socket/socket`);
		if (this.socket === undefined) {
			if (locks.connect === undefined) {
				locks.lock(this.gcLock as number, "shared", true);
				return true;
			}
			pause(100);
			return false;
		}
		try {
			writeAll(fs, this.socket, stringToBytes(`${path}\n`));
			const answer = new Uint8Array(1);
			if (fs.readSync(this.socket, answer, 0, 1, null) === 1) {
				if (answer[0] === 0x31) return true;
				throw new StoreError("BAD_GC_ANSWER", "the garbage collector gave an answer that is not understood");
			}
		} catch (error) {
			const { code } = error as { code?: unknown };
			if (code !== "EPIPE" && code !== "ECONNRESET") throw error;
		}
		fs.closeSync(this.socket);
		this.socket = undefined;
		return false;
	}

	/** Gives up all roots. */
	close(): void {
		const { fs } = this.place;
		if (this.file !== undefined) {
			deleteLockFile(fs, this.path, this.file);
			fs.closeSync(this.file);
		}
		if (this.gcLock !== undefined) fs.closeSync(this.gcLock);
		if (this.socket !== undefined) fs.closeSync(this.socket);
		this.file = this.gcLock = this.socket = undefined;
		this.holdsGcLock = false;
		this.known.clear();
	}
}

const writeAll = (fs: StoreFs, fd: number, bytes: Uint8Array): void => {
	for (let done = 0; done < bytes.length; ) done += fs.writeSync(fd, bytes, done, bytes.length - done);
};

const pause = (milliseconds: number): void => {
	Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
};
