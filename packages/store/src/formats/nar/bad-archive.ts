import { FormatError } from "../../errors";

/** Bytes that are not a well-formed NAR, or a tree that a NAR must not hold. */
export class BadArchiveError extends FormatError {
	constructor(message: string) {
		super("BAD_ARCHIVE", message);
	}
}

/** The error for what an archive says. */
export const bad = (message: string): BadArchiveError => new BadArchiveError(`bad archive: ${message}`);

/** Throws unless a name can be that of a file in a directory. */
export const checkEntryName = (name: string): void => {
	if (name === "" || name === "." || name === ".." || name.includes("/") || name.includes("\0"))
		throw bad(`NAR contains invalid file name '${name}'`);
};

/** Throws unless a link can have that target. */
export const checkTarget = (target: string): void => {
	if (target === "" || target.includes("\0")) throw bad("NAR contains invalid symlink target");
};
