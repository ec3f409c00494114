import {
	MemoryDirectory,
	MemoryFile,
	type MemoryNode,
	MemorySymlink,
	memoryAccessor,
	type SourceAccessor,
} from "@tsnix/store";
import { addTrace, ArchiveError } from "../errors";
import { canonicalPath, pathParts } from "../paths";
import type { UnpackLimits } from "../world";
import { type Codecs, decompress } from "./codecs";
import type { ArchiveEntry } from "./entry";
import { isTar, readTar } from "./tar";
import { isZip, readZip } from "./zip";

/** An archive, unpacked. */
export interface UnpackedArchive {
	readonly accessor: SourceAccessor;
	/** The newest time of a member, seconds since 1970. */
	readonly lastModified: number;
}

const entriesOf = (data: Uint8Array, codecs: Codecs, limits: UnpackLimits): Iterable<ArchiveEntry> => {
	if (isZip(data)) return readZip(data, codecs, limits.totalSize);
	const plain = decompress(data, codecs, limits.totalSize);
	if (plain.length > limits.totalSize) throw new ArchiveError("ARCHIVE_TOO_LARGE", "the archive is too large");
	if (isZip(plain)) return readZip(plain, codecs, limits.totalSize);
	if (plain.length === 0) return [];
	if (isTar(plain)) return readTar(plain, limits.totalSize);
	throw new ArchiveError("BAD_ARCHIVE", "Failed to open archive (Unrecognized archive format)");
};

/** The folder at a path, made with the folders above it where they are missing. */
const folderAt = (root: MemoryDirectory, parts: readonly string[], path: string): MemoryDirectory => {
	let folder = root;
	for (const name of parts) {
		const child = folder.entries.get(name);
		if (child instanceof MemoryDirectory) folder = child;
		else if (child === undefined) {
			const made = new MemoryDirectory();
			folder.entries.set(name, made);
			folder = made;
		} else throw new ArchiveError("BAD_ARCHIVE", `path '${path}' has a non-directory parent`);
	}
	return folder;
};

const place = (root: MemoryDirectory, path: string, node: MemoryNode): void => {
	const parts = pathParts(path);
	const name = parts.pop();
	if (name === undefined)
		throw new ArchiveError("BAD_ARCHIVE", "archive has a member without a name that is not a directory");
	if (name.toLowerCase() === ".git") throw new ArchiveError("BAD_ARCHIVE", `invalid name for a tree entry - ${name}`);
	folderAt(root, parts, path).entries.set(name, node);
};

const find = (root: MemoryDirectory, path: string): MemoryNode => {
	let node: MemoryNode = root;
	for (const name of pathParts(path)) {
		if (!(node instanceof MemoryDirectory))
			throw new ArchiveError("BAD_ARCHIVE", `path '${path}' has a non-directory parent`);
		const child = node.entries.get(name);
		if (child === undefined) throw new ArchiveError("BAD_ARCHIVE", `path '${path}' does not exist`);
		node = child;
	}
	return node;
};

const placeHardLinks = (root: MemoryDirectory, links: ReadonlyMap<string, string>): void => {
	for (const [path, target] of [...links].sort((a, b) => (a[0] < b[0] ? -1 : 1)))
		try {
			if (target === "/") continue;
			const node = find(root, target);
			if (node instanceof MemoryDirectory)
				throw new ArchiveError("BAD_ARCHIVE", "cannot create a hard link to a directory");
			place(root, path, node);
		} catch (error) {
			addTrace(error, `while creating a hard link from '${path}' to '${target}'`);
			throw error;
		}
};

/**
 * Unpack a tar (plain, gzip, bzip2, xz, zstd) or zip archive into memory, as the reference does: paths are taken as
 * below the root whatever they say, the last member of a name wins, and a single folder at the top is left away.
 * Throws {@link ArchiveError} for damaged archives, kinds of files that a tree cannot hold, and beyond the limits.
 */
export const unpackArchive = (data: Uint8Array, codecs: Codecs, limits: UnpackLimits): UnpackedArchive => {
	const root = new MemoryDirectory();
	const hardLinks = new Map<string, string>();
	let lastModified = 0;
	let count = 0;
	let total = 0;
	for (const entry of entriesOf(data, codecs, limits)) {
		if (++count > limits.entries) throw new ArchiveError("ARCHIVE_TOO_LARGE", "the archive has too many members");
		lastModified = Math.max(lastModified, entry.mtime);
		const path = canonicalPath(entry.path);
		switch (entry.kind) {
			case "directory": {
				if (path !== "/") folderAt(root, pathParts(path), path);
				break;
			}
			case "regular":
				total += entry.contents.length;
				if (total > limits.totalSize) throw new ArchiveError("ARCHIVE_TOO_LARGE", "the archive is too large");
				place(root, path, new MemoryFile(entry.contents, entry.executable));
				break;
			case "symlink":
				place(root, path, new MemorySymlink(entry.target));
				break;
			case "hardlink":
				hardLinks.set(path, canonicalPath(entry.target));
				break;
			case "other":
				throw new ArchiveError(
					"BAD_ARCHIVE",
					`file '${entry.path}' in tarball has unsupported file type ${entry.mode}`,
				);
		}
	}
	placeHardLinks(root, hardLinks);
	const [only] = root.entries.values();
	const top = root.entries.size === 1 && only instanceof MemoryDirectory ? only : root;
	return { accessor: memoryAccessor(top), lastModified };
};
