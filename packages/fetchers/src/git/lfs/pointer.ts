/** What stands for a file's contents in a repository with Git LFS. */
export interface LfsPointer {
	/** The SHA-256 of the contents, in base 16. */
	readonly oid: string;
	/** Bytes. */
	readonly size: number;
}

/** Read the text of a pointer (the specification of Git LFS, version 1); undefined where it is none. */
export const parseLfsPointer = (text: string): LfsPointer | undefined => {
	if (!text.startsWith("version https://git-lfs.github.com/spec/v1")) return undefined;
	let oid = "";
	let size = "";
	for (const line of text.split("\n"))
		if (line.startsWith("oid sha256:")) oid = line.slice("oid sha256:".length);
		else if (line.startsWith("size ")) size = line.slice("size ".length);
	return /^[0-9a-fA-F]{64}$/.test(oid) && /^[0-9]+$/.test(size) ? { oid, size: Number(size) } : undefined;
};
