/** What a NAR says of a regular file before its contents. */
export interface NarFile {
	readonly executable: boolean;
	/** In bytes. */
	readonly size: number;
	/** Where the contents begin, in bytes from the NAR's beginning. */
	readonly offset: number;
}

/** Takes a regular file's contents. */
export interface NarFileSink {
	/** A piece; valid until this returns. */
	write(chunk: Uint8Array): void;
	end?(): void;
}

/**
 * Is told what a NAR holds, in its order: a directory before its entries. Paths are absolute within the archive, byte
 * strings; the root is `/`.
 */
export interface NarVisitor {
	directory(path: string): void;
	/** After the last entry. */
	endDirectory?(path: string): void;
	/** Gives what takes the contents, or nothing to pass them over. */
	regular(path: string, file: NarFile): NarFileSink | undefined;
	symlink(path: string, target: string): void;
}

/** The bounds of names and of targets in a NAR, in bytes. */
export const maxName = 255;
export const maxTarget = 4095;
