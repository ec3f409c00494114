import { bytesToString } from "@tsnix/store";
import { GitError } from "../errors";

/** An entry of a Git tree. */
export interface TreeEntry {
	readonly name: string;
	/** `directory` is a tree, `submodule` the commit of another repository. */
	readonly kind: "regular" | "executable" | "symlink" | "directory" | "submodule";
	readonly id: string;
}

/** The kind that an entry's mode stands for. */
export const kindOfMode = (mode: number): TreeEntry["kind"] => {
	switch (mode & 0o170000) {
		case 0o040000:
			return "directory";
		case 0o120000:
			return "symlink";
		case 0o160000:
			return "submodule";
		case 0o100000:
			return (mode & 0o100) === 0 ? "regular" : "executable";
		default:
			throw new GitError("BAD_TREE", "file has an unsupported Git file type");
	}
};

const hexDigits = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** 20 bytes as 40 hexadecimal digits. */
export const idAt = (data: Uint8Array, at: number): string => {
	let id = "";
	for (let i = at; i < at + 20; i++) id += hexDigits[data[i] as number];
	return id;
};

/** An entry whose identifier is written out when it is asked for: most are only listed. */
class ParsedEntry implements TreeEntry {
	constructor(
		readonly name: string,
		readonly kind: TreeEntry["kind"],
		private readonly data: Uint8Array,
		private readonly at: number,
	) {}

	get id(): string {
		return idAt(this.data, this.at);
	}
}

/** Git itself makes no such names; in a repository that somebody else made there may be any. */
const checkName = (name: string): void => {
	if (name === "" || name === "." || name === ".." || name.includes("/"))
		throw new GitError("BAD_TREE", `invalid name for a tree entry - ${name}`);
};

/** Parse a tree's contents, which are not to change after: entries by name, in Git's order. Throws GitError. */
export const parseTree = (data: Uint8Array): Map<string, TreeEntry> => {
	const entries = new Map<string, TreeEntry>();
	const text = bytesToString(data);
	for (let at = 0; at < data.length; ) {
		const space = text.indexOf(" ", at);
		const end = text.indexOf("\0", space);
		if (space === -1 || end === -1 || end + 21 > data.length) throw new GitError("BAD_TREE", "damaged Git tree");
		const mode = Number.parseInt(text.slice(at, space), 8);
		const name = text.slice(space + 1, end);
		checkName(name);
		entries.set(name, new ParsedEntry(name, kindOfMode(mode), data, end + 1));
		at = end + 21;
	}
	return entries;
};
