import { fromHostName, hostPath, type NamedFs } from "../../accessors/fs";
import type { ByteString } from "../../byte-string";
import { StoreError } from "../../errors";
import { type Hash, hashBytes } from "../../formats/hash";
import { narHash } from "../../formats/nar/hash";
import { parseNar } from "../../formats/nar/parse";
import type { NarCopy } from "../../formats/nar/write";
import type { FsStat, WritableSyncFs } from "../../fs";
import type { SourceAccessor } from "../../source-accessor";

/** A file system that a store can lie on. */
export type StoreFs = WritableSyncFs & NamedFs;

/** Writes what it is told of below a path, with the permissions and times of store objects. */
const treeWriter = (fs: StoreFs, root: ByteString): NarCopy => {
	const at = (path: string): string => hostPath(fs, path === "/" ? root : root + path);
	return {
		directory: (path) => void fs.mkdirSync(at(path), { mode: 0o755 }),
		endDirectory: (path) => {
			fs.chmodSync(at(path), 0o555);
			fs.utimesSync(at(path), 1, 1);
		},
		regular: (path, file) => {
			const mode = file.executable ? 0o555 : 0o444;
			const host = at(path);
			const fd = fs.openSync(host, "wx", 0o644);
			return {
				write: (chunk) => {
					for (let done = 0; done < chunk.length; ) done += fs.writeSync(fd, chunk, done, chunk.length - done);
				},
				end: () => {
					if (fs.fchmodSync !== undefined && fs.futimesSync !== undefined) {
						fs.fchmodSync(fd, mode);
						fs.futimesSync(fd, 1, 1);
						fs.closeSync(fd);
						return;
					}
					fs.closeSync(fd);
					fs.chmodSync(host, mode);
					fs.utimesSync(host, 1, 1);
				},
			};
		},
		symlink: (path, target) => {
			fs.symlinkSync(hostPath(fs, target), at(path));
			fs.lutimesSync?.(at(path), 1, 1);
		},
	};
};

/**
 * Write a tree below a path where nothing is yet, canonicalised (mode 444 or 555, modified one second after 1970), and
 * tell the hash and size of the NAR of what was written.
 */
export const writeTree = (fs: StoreFs, root: ByteString, source: SourceAccessor): { hash: Hash; size: number } =>
	narHash(source, "/", undefined, "sha256", treeWriter(fs, root));

/** The same of a NAR; what comes after its end is passed over. Throws {@link BadArchiveError}. */
export const writeNarTree = (fs: StoreFs, root: ByteString, nar: Uint8Array): { hash: Hash; size: number } => {
	const size = parseNar(nar, treeWriter(fs, root));
	return { hash: hashBytes("sha256", nar.subarray(0, size)), size };
};

/** What lies at a host's path, without the cost of an error where nothing does. */
const lstatOrNothing = (fs: StoreFs, host: string): FsStat | undefined => {
	const quiet = fs as unknown as { lstatSync(path: string, options: { throwIfNoEntry: false }): FsStat | undefined };
	try {
		return quiet.lstatSync(host, { throwIfNoEntry: false });
	} catch (error) {
		if ((error as { code?: unknown }).code === "ENOENT") return undefined;
		throw error;
	}
};

/** Delete whatever lies at a path, read-only folders too. Nothing there is fine. */
export const removeTree = (fs: StoreFs, path: ByteString): void => {
	const host = hostPath(fs, path);
	const stat = lstatOrNothing(fs, host);
	if (stat === undefined) return;
	if (!stat.isDirectory()) {
		fs.unlinkSync(host);
		return;
	}
	fs.chmodSync(host, 0o755);
	for (const name of fs.readdirSync(host)) removeTree(fs, `${path}/${fromHostName(fs, name)}`);
	fs.rmdirSync(host);
};

/** Moves a tree to a place, where an attempt that did not come to its end may have left another. */
export const moveTree = (fs: StoreFs, from: ByteString, to: ByteString): void => {
	try {
		fs.renameSync(hostPath(fs, from), hostPath(fs, to));
	} catch {
		removeTree(fs, to);
		fs.renameSync(hostPath(fs, from), hostPath(fs, to));
	}
};

/**
 * Give a tree the permissions and times of store objects: mode 444, or 555 where the owner may run it, and one second
 * after 1970. Throws for what is no file, folder or link.
 */
export const canonicaliseTree = (fs: StoreFs, path: ByteString): void => {
	const host = hostPath(fs, path);
	const stat = fs.lstatSync(host);
	if (stat.isSymbolicLink()) {
		fs.lutimesSync?.(host, 1, 1);
		return;
	}
	if (!stat.isFile() && !stat.isDirectory())
		throw new StoreError("UNSUPPORTED_FILE", `file "${path}" has an unsupported type`);
	const mode = stat.mode & 0o7777;
	const wanted = stat.isDirectory() || (mode & 0o100) !== 0 ? 0o555 : 0o444;
	if (mode !== wanted) fs.chmodSync(host, wanted);
	if (Math.floor(stat.mtimeMs / 1000) !== 1) fs.utimesSync(host, 1, 1);
	if (!stat.isDirectory()) return;
	for (const name of fs.readdirSync(host)) canonicaliseTree(fs, `${path}/${fromHostName(fs, name)}`);
	fs.utimesSync(host, 1, 1);
};
