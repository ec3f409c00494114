import type { SourceAccessor } from "@tsnix/store";
import { addTrace, ArchiveError } from "../errors";
import { canonicalPath, pathParts } from "../paths";
import type { UnpackLimits } from "../world";
import { ArchiveAccessor, type ArchiveFolder, type ArchiveNode } from "./archive-accessor";
import { type ByteSource, memoryBytes, type Spool, type SpoolWriter } from "./bytes";
import type { Codecs } from "./codecs";
import { decompress } from "./decompress";
import type { ArchiveEntry } from "./entry";
import { isTar, readTar } from "./tar";
import { isZip, type KeepMember, readZip } from "./zip";

/** An archive, unpacked. */
export interface UnpackedArchive {
	/** What is in the single folder at the top, where that is all. */
	readonly accessor: SourceAccessor;
	/** All members, with that folder. */
	readonly whole: SourceAccessor;
	/** The newest time of a member, seconds since 1970. */
	readonly lastModified: number;
}

const tooLarge = (): ArchiveError => new ArchiveError("ARCHIVE_TOO_LARGE", "the archive is too large");

/** Keeps contents: in memory what is little, the rest aside. */
class Keeper {
	private held = 0;
	private aside: SpoolWriter | undefined;
	private written = 0;
	private readonly kept: { source?: ByteSource } = {};

	constructor(
		private readonly most: number,
		private readonly spool: Spool | undefined,
	) {}

	readonly keep: KeepMember = (size, fill) => {
		if (this.held + size <= this.most) {
			const contents = new Uint8Array(size);
			let end = 0;
			fill((piece) => {
				contents.set(piece, end);
				end += piece.length;
			});
			this.held += size;
			return memoryBytes(contents);
		}
		if (this.spool === undefined) throw tooLarge();
		const aside = (this.aside ??= this.spool.create());
		const start = this.written;
		fill((piece) => {
			aside.write(piece);
			this.written += piece.length;
		});
		const { kept } = this;
		return {
			size,
			read: (offset, length) =>
				(kept.source as ByteSource).read(start + offset, Math.min(length, Math.max(0, size - offset))),
		};
	};

	finish(): void {
		if (this.aside !== undefined) this.kept.source = this.aside.finish();
	}

	discard(): void {
		this.aside?.discard();
	}
}

const entriesOf = (
	source: ByteSource,
	codecs: Codecs,
	limits: UnpackLimits,
	held: number,
	spool: Spool | undefined,
	keeper: Keeper,
): Iterable<ArchiveEntry> => {
	if (isZip(source.read(0, 4))) return readZip(source, codecs, limits.totalSize, keeper.keep);
	const plain = decompress(source, codecs, { ...limits, held, ...(spool === undefined ? {} : { spool }) });
	if (plain.size > limits.totalSize) throw tooLarge();
	if (isZip(plain.read(0, 4))) return readZip(plain, codecs, limits.totalSize, keeper.keep);
	if (plain.size === 0) return [];
	if (isTar(plain)) return readTar(plain, limits.totalSize);
	throw new ArchiveError("BAD_ARCHIVE", "Failed to open archive (Unrecognized archive format)");
};

/** Folders within folders: no system takes longer paths. */
const maxDepth = 2048;

const partsOf = (path: string): string[] => {
	const parts = pathParts(path);
	if (parts.length > maxDepth)
		throw new ArchiveError("BAD_ARCHIVE", `path '${path.slice(0, 100)}…' in the archive is nested too deeply`);
	return parts;
};

const newFolder = (): ArchiveFolder => ({ kind: "directory", entries: new Map() });

/** The folder at a path, made with the folders above it where they are missing. */
const folderAt = (root: ArchiveFolder, parts: readonly string[], path: string): ArchiveFolder => {
	let folder = root;
	for (const name of parts) {
		const child = folder.entries.get(name);
		if (child?.kind === "directory") folder = child;
		else if (child === undefined) {
			const made = newFolder();
			folder.entries.set(name, made);
			folder = made;
		} else throw new ArchiveError("BAD_ARCHIVE", `path '${path}' has a non-directory parent`);
	}
	return folder;
};

const place = (root: ArchiveFolder, path: string, node: ArchiveNode): void => {
	const parts = partsOf(path);
	const name = parts.pop();
	if (name === undefined)
		throw new ArchiveError("BAD_ARCHIVE", "archive has a member without a name that is not a directory");
	if (name.toLowerCase() === ".git") throw new ArchiveError("BAD_ARCHIVE", `invalid name for a tree entry - ${name}`);
	folderAt(root, parts, path).entries.set(name, node);
};

const find = (root: ArchiveFolder, path: string): ArchiveNode => {
	let node: ArchiveNode = root;
	for (const name of partsOf(path)) {
		if (node.kind !== "directory") throw new ArchiveError("BAD_ARCHIVE", `path '${path}' has a non-directory parent`);
		const child = node.entries.get(name);
		if (child === undefined) throw new ArchiveError("BAD_ARCHIVE", `path '${path}' does not exist`);
		node = child;
	}
	return node;
};

/** `count` is told the size of every file that is there once more. */
const placeHardLinks = (
	root: ArchiveFolder,
	links: ReadonlyMap<string, string>,
	count: (size: number) => void,
): void => {
	for (const [path, target] of [...links].sort((a, b) => (a[0] < b[0] ? -1 : 1)))
		try {
			if (target === "/") continue;
			const node = find(root, target);
			if (node.kind === "directory") throw new ArchiveError("BAD_ARCHIVE", "cannot create a hard link to a directory");
			if (node.kind === "regular") count(node.contents.size);
			place(root, path, node);
		} catch (error) {
			addTrace(error, `while creating a hard link from '${path}' to '${target}'`);
			throw error;
		}
};

/**
 * Unpack a tar (plain, gzip, bzip2, xz, zstd) or zip archive, as the reference does: paths are taken as below the root
 * whatever they say, the last member of a name wins, and a single folder at the top is left away. With a spool, no
 * more than `limits.held` bytes are held in memory. Throws {@link ArchiveError} for damaged archives, kinds of files
 * that a tree cannot hold, and beyond the limits.
 */
export const unpackArchive = (
	data: Uint8Array | ByteSource,
	codecs: Codecs,
	limits: UnpackLimits,
	spool?: Spool,
): UnpackedArchive => {
	const root = newFolder();
	const hardLinks = new Map<string, string>();
	const held = limits.held ?? (spool === undefined ? 2 ** 30 : 2 ** 27);
	const keeper = new Keeper(held, spool);
	let lastModified = 0;
	let count = 0;
	let total = 0;
	const addSize = (size: number): void => {
		total += size;
		if (total > limits.totalSize) throw tooLarge();
	};
	const source = data instanceof Uint8Array ? memoryBytes(data) : data;
	try {
		for (const entry of entriesOf(source, codecs, limits, held, spool, keeper)) {
			if (++count > limits.entries) throw new ArchiveError("ARCHIVE_TOO_LARGE", "the archive has too many members");
			lastModified = Math.max(lastModified, entry.mtime);
			const path = canonicalPath(entry.path);
			switch (entry.kind) {
				case "directory":
					if (path !== "/") folderAt(root, partsOf(path), path);
					break;
				case "regular":
					addSize(entry.contents.size);
					place(root, path, { kind: "regular", executable: entry.executable, contents: entry.contents });
					break;
				case "symlink":
					place(root, path, { kind: "symlink", target: entry.target });
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
		placeHardLinks(root, hardLinks, addSize);
	} catch (error) {
		keeper.discard();
		throw error;
	}
	keeper.finish();
	const [only] = root.entries.values();
	const top = root.entries.size === 1 && only.kind === "directory" ? only : root;
	return { accessor: new ArchiveAccessor(top), whole: new ArchiveAccessor(root), lastModified };
};
