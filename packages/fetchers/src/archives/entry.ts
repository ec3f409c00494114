import type { ByteSource } from "./bytes";

/** One member of an archive. Paths and link targets are byte strings, as the archive has them. */
export type ArchiveEntry = {
	readonly path: string;
	/** Seconds since 1970. */
	readonly mtime: number;
} & (
	| { readonly kind: "regular"; readonly executable: boolean; readonly contents: ByteSource }
	| { readonly kind: "directory" }
	| { readonly kind: "symlink"; readonly target: string }
	| { readonly kind: "hardlink"; readonly target: string }
	| { readonly kind: "other"; readonly mode: number }
);
