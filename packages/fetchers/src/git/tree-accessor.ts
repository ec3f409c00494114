import { bytesToString, type FileKind, type SourceAccessor, type SourceStat } from "@tsnix/store";
import { GitError } from "../errors";
import { peelToTreeOrBlob } from "./commit";
import type { ObjectDatabase } from "./objects";
import { parseTree, type TreeEntry } from "./tree";

const accessorKind: Readonly<Record<TreeEntry["kind"], FileKind>> = {
	regular: "regular",
	executable: "regular",
	symlink: "symlink",
	directory: "directory",
	submodule: "directory",
};

/** The files of a revision, read from the repository's objects when they are asked for. */
export class GitTreeAccessor implements SourceAccessor {
	private readonly root: { readonly id: string; readonly type: "tree" | "blob" };
	private readonly trees = new Map<string, Map<string, TreeEntry>>();

	constructor(
		private readonly objects: ObjectDatabase,
		/** A commit, tag, tree or blob. */
		rev: string,
		private readonly displayPrefix: string,
	) {
		this.root = peelToTreeOrBlob(objects, rev);
	}

	showPath(path: string): string {
		return this.displayPrefix + path;
	}

	lstat(path: string): SourceStat | undefined {
		if (path === "/") return { kind: this.root.type === "tree" ? "directory" : "regular" };
		const entry = this.lookup(path);
		if (entry === undefined) return undefined;
		const kind = accessorKind[entry.kind];
		return kind === "regular" ? { kind, executable: entry.kind === "executable" } : { kind };
	}

	readFile(path: string): Uint8Array {
		if (path === "/" && this.root.type === "blob") return this.objects.read(this.root.id).data;
		const entry = path === "/" ? undefined : this.need(path);
		if (entry?.kind !== "regular" && entry?.kind !== "executable")
			throw new GitError("WRONG_FILE_KIND", `'${this.showPath(path)}' is not a regular file`);
		return this.contents(entry.id, path);
	}

	/** Of a file or a link: what is missing is told of by its path. */
	private contents(id: string, path: string): Uint8Array {
		try {
			return this.objects.read(id).data;
		} catch (error) {
			if (!(error instanceof GitError) || error.code !== "NO_SUCH_OBJECT") throw error;
			const why = error.message.replace(/^getting Git object '[^']*': /, "");
			throw new GitError(error.code, `looking up file '${this.showPath(path)}': ${why}`, { cause: error });
		}
	}

	*readDirectory(path: string): Iterable<readonly [string, FileKind]> {
		for (const entry of this.folder(path).values()) yield [entry.name, accessorKind[entry.kind]];
	}

	readLink(path: string): string {
		const entry = path === "/" ? undefined : this.need(path);
		if (entry?.kind !== "symlink") throw new GitError("WRONG_FILE_KIND", `'${this.showPath(path)}' is not a symlink`);
		return bytesToString(this.contents(entry.id, path));
	}

	/** The revision of the submodule at a path; undefined where there is none. */
	submoduleRev(path: string): string | undefined {
		const entry = this.lookup(path);
		return entry?.kind === "submodule" ? entry.id : undefined;
	}

	private lookup(path: string): TreeEntry | undefined {
		const slash = path.lastIndexOf("/");
		const parent = this.tree(slash === 0 ? "/" : path.slice(0, slash));
		return parent?.get(path.slice(slash + 1));
	}

	private need(path: string): TreeEntry {
		const entry = this.lookup(path);
		if (entry === undefined) throw new GitError("FILE_NOT_FOUND", `'${this.showPath(path)}' does not exist`);
		return entry;
	}

	/** The entries of the tree at a path; undefined where there is none. */
	private tree(path: string): Map<string, TreeEntry> | undefined {
		const known = this.trees.get(path);
		if (known !== undefined) return known;
		let id: string;
		if (path === "/") {
			if (this.root.type === "blob") return undefined;
			id = this.root.id;
		} else {
			const entry = this.lookup(path);
			if (entry?.kind !== "directory") return undefined;
			id = entry.id;
		}
		const entries = parseTree(this.objects.read(id).data);
		this.trees.set(path, entries);
		return entries;
	}

	private folder(path: string): Map<string, TreeEntry> {
		const tree = this.tree(path);
		if (tree !== undefined) return tree;
		if (path === "/") throw new GitError("WRONG_FILE_KIND", `Git root object '${this.root.id}' is not a directory`);
		if (this.need(path).kind === "submodule") return new Map();
		throw new GitError("WRONG_FILE_KIND", `'${this.showPath(path)}' is not a directory`);
	}
}

/** Folders within folders: no system takes longer paths. */
const maxDepth = 2048;

/** Every file, link and submodule of a tree by its path within it (`a/b`). */
export const flattenTree = (objects: ObjectDatabase, id: string): Map<string, TreeEntry> => {
	const found = new Map<string, TreeEntry>();
	const visit = (tree: string, prefix: string, depth: number) => {
		if (depth > maxDepth) throw new GitError("BAD_TREE", "the Git tree is nested too deeply");
		for (const entry of parseTree(objects.read(tree).data).values())
			if (entry.kind === "directory") visit(entry.id, `${prefix}${entry.name}/`, depth + 1);
			else found.set(prefix + entry.name, entry);
	};
	visit(id, "", 0);
	return found;
};
