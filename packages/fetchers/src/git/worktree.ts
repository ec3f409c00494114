import { bytesToString, type FsStat, fromHostName, hashBytes, hostPath, stringToBytes } from "@tsnix/store";
import { GitAttributes } from "./attributes";
import { parseCommit, peelToCommit } from "./commit";
import { isTrue } from "./config";
import { type GitIndex, type IndexEntry, parseIndex } from "./index-file";
import { lookupRef } from "./refs";
import { type GitRepository, readOptional } from "./repository";
import { parseSubmodules, type Submodule } from "./submodules";
import { kindOfMode, type TreeEntry } from "./tree";
import { flattenTree } from "./tree-accessor";

/** What is checked out, compared with HEAD. Paths are relative to the worktree (`a/b`). */
export interface WorktreeInfo {
	/** Undefined where there is no commit yet. */
	readonly headRev: string | undefined;
	/** Whether anything that Git tracks differs from HEAD. */
	readonly isDirty: boolean;
	/** Everything that Git tracks and that is there. */
	readonly files: ReadonlySet<string>;
	/** Those of the files that differ from HEAD. */
	readonly dirtyFiles: ReadonlySet<string>;
	/** What HEAD or the index has, and the index or the worktree has not. */
	readonly deletedFiles: ReadonlySet<string>;
	/** From `.gitmodules`, checked out or not. */
	readonly submodules: readonly Submodule[];
}

/** What stands for HEAD's revision where there is no commit yet. */
export const noRev = "0".repeat(40);

const statKind = (stat: FsStat): TreeEntry["kind"] | undefined => {
	if (stat.isSymbolicLink()) return "symlink";
	if (stat.isDirectory()) return "directory";
	if (!stat.isFile()) return undefined;
	return (stat.mode & 0o100) === 0 ? "regular" : "executable";
};

const sameTime = (entry: IndexEntry, stat: FsStat): boolean => {
	const changed = stat.ctimeMs;
	if (entry.ctimeSeconds !== 0 && changed !== undefined && Math.floor(Number(changed) / 1000) !== entry.ctimeSeconds)
		return false;
	const milliseconds = Number(stat.mtimeMs);
	if (Math.floor(milliseconds / 1000) !== entry.mtimeSeconds) return false;
	const fraction = Math.floor(entry.mtimeNanoseconds / 1e6);
	return entry.mtimeNanoseconds === 0 || fraction === Math.floor(milliseconds) % 1000;
};

/** The id that Git gives a file's contents. */
export const blobId = (contents: Uint8Array): string => {
	const header = stringToBytes(`blob ${contents.length}\0`);
	const whole = new Uint8Array(header.length + contents.length);
	whole.set(header);
	whole.set(contents, header.length);
	return hashBytes("sha1", whole).base16();
};

const withoutCarriageReturns = (contents: Uint8Array): Uint8Array =>
	stringToBytes(bytesToString(contents).replaceAll("\r\n", "\n"));

/** Reads the status of a worktree's files. */
class StatusReader {
	private readonly attributes: GitAttributes;
	private readonly indexTime: number;

	constructor(
		private readonly repository: GitRepository,
		private readonly root: string,
		indexPath: string,
	) {
		const { fs } = repository;
		this.indexTime = fs.existsSync(indexPath) ? Number(fs.lstatSync(indexPath).mtimeMs) : 0;
		this.attributes = new GitAttributes(
			(path) => readOptional(fs, `${root}/${path}`),
			readOptional(fs, `${repository.commonDir}/info/attributes`),
		);
	}

	/** Compare a file with its entry. */
	status(entry: IndexEntry): "same" | "modified" | "deleted" {
		const { fs } = this.repository;
		const path = hostPath(fs, `${this.root}/${entry.path}`);
		let stat: FsStat;
		try {
			stat = fs.lstatSync(path);
		} catch {
			return "deleted";
		}
		const kind = statKind(stat);
		const expected = kindOfMode(entry.mode);
		if (kind === undefined || kind === "directory") return "deleted";
		if (entry.assumeUnchanged || entry.skipWorktree) return "same";
		if (entry.intentToAdd) return "modified";
		if (kind !== expected) {
			const modesCount = isTrue(this.repository.config.get("core.filemode") ?? "true");
			const onlyMode = kind !== "symlink" && expected !== "symlink";
			if (modesCount || !onlyMode) return "modified";
		}
		// A file written in the same moment as the index may have changed after it was looked at.
		const racy = entry.mtimeSeconds * 1000 + entry.mtimeNanoseconds / 1e6 >= Math.floor(this.indexTime);
		const sameSize = Number(stat.size) % 2 ** 32 === entry.size;
		if (!racy && sameSize && sameTime(entry, stat)) return "same";
		// A size of zero may only mean that Git has yet to look closer.
		if (!sameSize && entry.size !== 0) return "modified";
		return this.sameContents(entry, path, kind) ? "same" : "modified";
	}

	private sameContents(entry: IndexEntry, path: string, kind: TreeEntry["kind"]): boolean {
		const { fs } = this.repository;
		if (kind === "symlink") return blobId(stringToBytes(fromHostName(fs, fs.readlinkSync(path)))) === entry.id;
		const contents = fs.readFileSync(path);
		if (blobId(contents) === entry.id) return true;
		return this.convertsLineEnds(entry.path) && blobId(withoutCarriageReturns(contents)) === entry.id;
	}

	private convertsLineEnds(path: string): boolean {
		const text = this.attributes.get(path, "text");
		if (text === false) return false;
		if (text !== undefined || this.attributes.get(path, "eol") !== undefined) return true;
		const setting = this.repository.config.get("core.autocrlf");
		return setting === "input" || isTrue(setting);
	}
}

const readIndex = (repository: GitRepository): GitIndex => {
	const data = readOptional(repository.fs, `${repository.gitDir}/index`);
	return data === undefined ? { entries: [], tree: undefined } : parseIndex(data);
};

const sameEntry = (entry: IndexEntry, committed: TreeEntry | undefined): boolean =>
	committed !== undefined && committed.id === entry.id && committed.kind === kindOfMode(entry.mode);

/** Look at a worktree: what is tracked, and whether it differs from HEAD. Submodules are not looked into. */
export const worktreeInfo = (repository: GitRepository, root: string): WorktreeInfo => {
	const headRev = lookupRef(repository, "HEAD");
	const headTree =
		headRev === undefined
			? undefined
			: parseCommit(repository.objects.read(peelToCommit(repository.objects, headRev)).data).tree;
	const index = readIndex(repository);
	const reader = new StatusReader(repository, root, hostPath(repository.fs, `${repository.gitDir}/index`));
	const files = new Set<string>();
	const dirtyFiles = new Set<string>();
	const deletedFiles = new Set<string>();
	// Where Git noted that the index amounts to HEAD's tree, nothing is staged and the tree need not be read.
	const staged = headTree === undefined || index.tree !== headTree;
	const committed =
		staged && headTree !== undefined ? flattenTree(repository.objects, headTree) : new Map<string, TreeEntry>();
	for (const entry of index.entries) {
		const known = committed.get(entry.path);
		committed.delete(entry.path);
		if (kindOfMode(entry.mode) === "submodule") continue;
		const status = reader.status(entry);
		if (status === "deleted") {
			deletedFiles.add(entry.path);
			continue;
		}
		files.add(entry.path);
		if (status !== "same" || entry.stage !== 0 || (staged && !sameEntry(entry, known))) dirtyFiles.add(entry.path);
	}
	for (const [path, left] of committed) if (left.kind !== "submodule") deletedFiles.add(path);
	const modules = readOptional(repository.fs, `${root}/.gitmodules`);
	return {
		headRev,
		isDirty: dirtyFiles.size + deletedFiles.size > 0,
		files,
		dirtyFiles,
		deletedFiles,
		submodules: modules === undefined ? [] : parseSubmodules(modules),
	};
};
