/**
 * A read-only tree of files: a folder, a git tree, an unpacked archive, a store object. Paths are absolute within
 * the tree: the root is `/`, a child is `/a/b`; there is no `.`, `..` or trailing slash, and no link is followed.
 * File names, link targets and paths are byte strings (one character a byte, latin1), as everywhere in TSNix.
 */
export interface SourceAccessor {
	/** The file's kind, or undefined where nothing exists. Other kinds (sockets, devices) are `unknown`. */
	lstat(path: string): SourceStat | undefined;
	/** The contents of a regular file. Throws if it is not one. */
	readFile(path: string): Uint8Array;
	/** The contents piece by piece, so that large files need not be held whole. A piece is valid until the next. */
	readFileChunks?(path: string): Iterable<Uint8Array>;
	/** At most `length` bytes of a regular file, from its beginning, written to `buffer` at `offset`: how many. */
	readFileInto?(path: string, buffer: Uint8Array, offset: number, length: number): number;
	/** The names in a directory, where they come for less than with their kinds; in no promised order. */
	readNames?(path: string): string[];
	/** The entries of a directory by name, in no promised order; the kind where it came for free. */
	readDirectory(path: string): Iterable<readonly [name: string, kind: FileKind | undefined]>;
	/** The target of a symbolic link. */
	readLink(path: string): string;
	/** A file's place on the host's file system, where it has one. */
	physicalPath?(path: string): string | undefined;
	/** How a path of this tree is shown in messages; the path itself by default. */
	showPath?(path: string): string;
	/** Why nothing exists at a path, where there is more to say than that. */
	explainMissing?(path: string): Error | undefined;
	/** Lets go of what holds the files (a temporary file), where there is something to let go of. */
	dispose?(): void;
	/** Something that names the whole contents (a git revision, a NAR hash), if known: equal means equal trees. */
	readonly fingerprint?: string;
	/** The newest modification in the tree, in seconds since 1970, where that is known. */
	readonly lastModified?: number;
}

export type FileKind = "regular" | "directory" | "symlink" | "unknown";

export interface SourceStat {
	readonly kind: FileKind;
	/** Regular files only. */
	readonly executable?: boolean;
	/** Regular files only, in bytes. */
	readonly size?: number;
}
