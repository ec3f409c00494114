import { childPath, requireStat, showPath } from "../accessors/access";
import { type ByteString, bytesToString, stringToBytes } from "../byte-string";
import { StoreError } from "../errors";
import type { SourceAccessor } from "../source-accessor";
import { createHasher, type Hash, type HashAlgorithm } from "./hash";

/** A file's mode in a git tree. */
export type GitMode = "40000" | "100644" | "100755" | "120000";

/** A node of a git tree: what it is, and the hash of its object. */
export interface GitEntry {
	readonly mode: GitMode;
	readonly hash: Hash;
}

const objectHash = (algorithm: HashAlgorithm, type: "blob" | "tree", contents: Uint8Array): Hash => {
	const hasher = createHasher(algorithm);
	hasher.update(stringToBytes(`${type} ${contents.length}\0`));
	hasher.update(contents);
	return hasher.digest();
};

/**
 * The git object of a tree, with git's own hashing (the manual's "Git file system object"): SHA-1 or SHA-256. Unlike
 * git, empty folders count. `filter` as for NARs.
 */
export const gitEntry = (
	accessor: SourceAccessor,
	path: string,
	algorithm: HashAlgorithm,
	filter?: (path: string) => boolean,
): GitEntry => {
	const stat = requireStat(accessor, path);
	if (stat.kind === "regular") {
		const hash = objectHash(algorithm, "blob", accessor.readFile(path));
		return { mode: stat.executable === true ? "100755" : "100644", hash };
	}
	if (stat.kind === "symlink") {
		return { mode: "120000", hash: objectHash(algorithm, "blob", stringToBytes(accessor.readLink(path))) };
	}
	if (stat.kind !== "directory") {
		throw new StoreError("CANNOT_ARCHIVE", `file '${showPath(accessor, path)}' has an unsupported type`);
	}
	// Git sorts folders as if their names ended in a slash.
	const entries: { key: ByteString; text: ByteString }[] = [];
	for (const [name] of accessor.readDirectory(path)) {
		const child = childPath(path, name);
		if (filter !== undefined && !filter(child)) continue;
		const { mode, hash } = gitEntry(accessor, child, algorithm, filter);
		const key = mode === "40000" ? `${name}/` : name;
		entries.push({ key, text: `${mode} ${name}\0${bytesToString(hash.bytes)}` });
	}
	entries.sort((a, b) => (a.key < b.key ? -1 : 1));
	const contents = stringToBytes(entries.map((entry) => entry.text).join(""));
	return { mode: "40000", hash: objectHash(algorithm, "tree", contents) };
};
