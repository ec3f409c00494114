import type { FileKind } from "./source-accessor";

/**
 * The part of Node's synchronous `fs` that TSNix asks of a file system. Node's own `fs`, memfs and most
 * in-memory file systems have it as they are. Paths are `/`-separated; a host on another system translates.
 */
export interface SyncFs {
	/**
	 * Whether `lstatSync` tells, as `ctimeMs`, when a file was last changed in any way, and nobody can set that to another
	 * time. Files whose inode, size, mode and times are the same are then taken to be the same.
	 */
	readonly tellsChanges?: boolean;
	readFileSync(path: string): Uint8Array;
	readdirSync(path: string): string[];
	/** Names with their kinds, where the file system can tell both at once. */
	readdirKindsSync?(path: string): (readonly [name: string, kind: FileKind | undefined])[];
	lstatSync(path: string): FsStat;
	statSync(path: string): FsStat;
	readlinkSync(path: string): string;
	realpathSync(path: string): string;
	existsSync(path: string): boolean;
}

/** What a store on a file system asks beyond reading. */
export interface WritableSyncFs extends SyncFs {
	writeFileSync(path: string, data: Uint8Array | string, options?: { mode?: number; flag?: string }): void;
	mkdirSync(path: string, options?: { recursive?: boolean; mode?: number }): unknown;
	symlinkSync(target: string, path: string): void;
	linkSync(existing: string, path: string): void;
	renameSync(from: string, to: string): void;
	rmSync(path: string, options?: { recursive?: boolean; force?: boolean }): void;
	rmdirSync(path: string): void;
	unlinkSync(path: string): void;
	chmodSync(path: string, mode: number): void;
	utimesSync(path: string, atime: number, mtime: number): void;
	lutimesSync?(path: string, atime: number, mtime: number): void;
	openSync(path: string, flags: string, mode?: number): number;
	readSync(fd: number, buffer: Uint8Array, offset: number, length: number, position: number | null): number;
	writeSync(fd: number, buffer: Uint8Array, offset?: number, length?: number, position?: number | null): number;
	fsyncSync?(fd: number): void;
	closeSync(fd: number): void;
	fstatSync?(fd: number): FsStat;
	ftruncateSync?(fd: number, length: number): void;
	fchmodSync?(fd: number, mode: number): void;
	futimesSync?(fd: number, atime: number, mtime: number): void;
}

/** The fields of `fs.Stats` that are read. */
export interface FsStat {
	isFile(): boolean;
	isDirectory(): boolean;
	isSymbolicLink(): boolean;
	mode: number;
	size: number;
	mtimeMs: number;
	ctimeMs?: number;
	uid?: number;
	ino?: number;
	dev?: number;
	nlink?: number;
	/** 512 bytes each. */
	blocks?: number;
}
