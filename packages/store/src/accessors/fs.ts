import { type ByteString, bytesToString, fromBytes, toBytes } from "../byte-string";
import type { FsStat, SyncFs } from "../fs";
import type { FileKind, SourceAccessor, SourceStat } from "../source-accessor";
import { fileNotFound, FileAccessError } from "./access";

/**
 * A file system whose names are text, as Node's `fs` and memfs have them, unless it says that they are byte strings
 * (`byteNames`), as `nodeFs` does so that names that are not UTF-8 survive.
 */
export type NamedFs = SyncFs & { readonly byteNames?: boolean };

/** A byte-string path as that file system takes it. */
export const hostPath = (fs: NamedFs, path: ByteString): string => (fs.byteNames === true ? path : fromBytes(path));

/** A name or link target of that file system, as a byte string. */
export const fromHostName = (fs: NamedFs, name: string): ByteString => (fs.byteNames === true ? name : toBytes(name));

const kindOf = (stat: FsStat): FileKind =>
	stat.isFile() ? "regular" : stat.isDirectory() ? "directory" : stat.isSymbolicLink() ? "symlink" : "unknown";

const errorCode = (error: unknown): unknown => (error as { code?: unknown } | undefined)?.code;

type QuietLstat = { lstatSync(path: string, options: { throwIfNoEntry: false }): FsStat | undefined };

/** The part of a writable file system that reads in pieces. */
interface PiecewiseFs {
	openSync(path: string, flags: string): number;
	readSync(fd: number, buffer: Uint8Array, offset: number, length: number, position: number | null): number;
	closeSync(fd: number): void;
}

const pieceSize = 1 << 18;

class FsAccessor implements SourceAccessor {
	readonly readFileChunks?: (path: string) => Iterable<Uint8Array>;
	readonly readFileInto?: (path: string, buffer: Uint8Array, offset: number, length: number) => number;

	constructor(
		private readonly fs: NamedFs,
		private readonly root: ByteString,
		private readonly shown: ByteString | undefined,
	) {
		const piecewise = fs as Partial<PiecewiseFs>;
		if (piecewise.openSync !== undefined && piecewise.readSync !== undefined) {
			this.readFileChunks = (path) => this.chunks(fs as unknown as PiecewiseFs, path);
			this.readFileInto = (path, buffer, offset, length) =>
				this.into(fs as unknown as PiecewiseFs, path, buffer, offset, length);
		}
	}

	physicalPath(path: string): ByteString {
		if (path === "/") return this.root === "" ? "/" : this.root;
		return this.root + path;
	}

	showPath(path: string): string {
		if (this.shown === undefined) return this.physicalPath(path);
		return path === "/" ? this.shown : this.shown + path;
	}

	private at(path: string): string {
		return hostPath(this.fs, this.physicalPath(path));
	}

	private failed(path: string, doing: string, error: unknown): FileAccessError {
		const shown = this.showPath(path);
		const code = errorCode(error);
		if (code === "ENOENT" || code === "ENOTDIR") return fileNotFound(shown, error);
		const reason = error instanceof Error ? error.message : String(error);
		return new FileAccessError("CANNOT_READ", `${doing} '${shown}': ${reason}`, shown, { cause: error });
	}

	lstat(path: string): SourceStat | undefined {
		let stat: FsStat | undefined;
		try {
			stat = (this.fs as unknown as QuietLstat).lstatSync(this.at(path), { throwIfNoEntry: false });
		} catch (error) {
			const code = errorCode(error);
			if (code === "ENOENT" || code === "ENOTDIR") return undefined;
			throw this.failed(path, "getting status of", error);
		}
		if (stat === undefined) return undefined;
		const kind = kindOf(stat);
		if (kind !== "regular") return { kind };
		return { kind, executable: (stat.mode & 0o100) !== 0, size: Number(stat.size) };
	}

	readFile(path: string): Uint8Array {
		try {
			return this.fs.readFileSync(this.at(path));
		} catch (error) {
			throw this.failed(path, "opening file", error);
		}
	}

	private open(fs: PiecewiseFs, path: string): number {
		try {
			return fs.openSync(this.at(path), "r");
		} catch (error) {
			throw this.failed(path, "opening file", error);
		}
	}

	private into(fs: PiecewiseFs, path: string, buffer: Uint8Array, offset: number, length: number): number {
		const fd = this.open(fs, path);
		try {
			let done = 0;
			while (done < length) {
				const size = fs.readSync(fd, buffer, offset + done, length - done, null);
				if (size === 0) break;
				done += size;
			}
			return done;
		} finally {
			fs.closeSync(fd);
		}
	}

	private *chunks(fs: PiecewiseFs, path: string): Iterable<Uint8Array> {
		const fd = this.open(fs, path);
		try {
			const buffer = new Uint8Array(pieceSize);
			for (;;) {
				const size = fs.readSync(fd, buffer, 0, buffer.length, null);
				if (size === 0) return;
				yield buffer.subarray(0, size);
			}
		} finally {
			fs.closeSync(fd);
		}
	}

	readNames(path: string): string[] {
		const { fs } = this;
		try {
			const names = fs.readdirSync(this.at(path));
			return fs.byteNames === true ? names : names.map((name) => fromHostName(fs, name));
		} catch (error) {
			throw this.failed(path, "reading directory", error);
		}
	}

	readDirectory(path: string): Iterable<readonly [string, FileKind | undefined]> {
		const { fs } = this;
		try {
			const entries = fs.readdirKindsSync?.(this.at(path));
			if (entries === undefined)
				return fs.readdirSync(this.at(path)).map((name) => [fromHostName(fs, name), undefined] as const);
			return fs.byteNames === true ? entries : entries.map(([name, kind]) => [fromHostName(fs, name), kind] as const);
		} catch (error) {
			throw this.failed(path, "reading directory", error);
		}
	}

	readLink(path: string): ByteString {
		try {
			const target: unknown = this.fs.readlinkSync(this.at(path));
			return target instanceof Uint8Array ? bytesToString(target) : fromHostName(this.fs, target as string);
		} catch (error) {
			throw this.failed(path, "reading symbolic link", error);
		}
	}
}

/**
 * The tree below `root` (an absolute byte-string path; "/" for everything) of any file system with Node's synchronous
 * calls. Nothing is cached, no link is followed below the root. `shown` stands for the root in messages.
 */
export const fsAccessor = (fs: NamedFs, root: ByteString, shown?: ByteString): SourceAccessor =>
	new FsAccessor(fs, root.endsWith("/") ? root.replace(/\/+$/, "") : root, shown);
