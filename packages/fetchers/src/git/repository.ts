import { bytesToString, hostPath, type NamedFs } from "@tsnix/store";
import type { Codecs } from "../archives/codecs";
import { GitError } from "../errors";
import { type GitConfig, parseGitConfig } from "./config";
import { type ObjectDatabase, openObjects } from "./objects";

/** A Git repository on any file system, for reading. Paths are byte strings. */
export interface GitRepository {
	readonly fs: NamedFs;
	/** What is this worktree's own: HEAD, the index. */
	readonly gitDir: string;
	/** What all worktrees share: objects, references, configuration. */
	readonly commonDir: string;
	/** The folder of the checked-out files; undefined for bare repositories. */
	readonly workTree: string | undefined;
	readonly objects: ObjectDatabase;
	readonly config: GitConfig;
}

/** A file's contents, or undefined where it cannot be read. */
export const readOptional = (fs: NamedFs, path: string): Uint8Array | undefined => {
	try {
		return fs.readFileSync(hostPath(fs, path));
	} catch {
		return undefined;
	}
};

const readLine = (fs: NamedFs, path: string): string | undefined => {
	const data = readOptional(fs, path);
	return data === undefined ? undefined : bytesToString(data).replace(/\s+$/, "");
};

const under = (folder: string, path: string): string => (path.startsWith("/") ? path : `${folder}/${path}`);

const isDirectory = (fs: NamedFs, path: string): boolean => {
	try {
		return fs.statSync(hostPath(fs, path)).isDirectory();
	} catch {
		return false;
	}
};

/**
 * Open the repository at a path: a folder with `.git` in it (a folder, or the file of a linked worktree or
 * submodule), or a bare repository. Throws {@link GitError} where there is none, or its format is not SHA-1 Git.
 */
export const openRepository = (fs: NamedFs, path: string, codecs: Codecs): GitRepository => {
	const root = path.length > 1 ? path.replace(/\/+$/, "") : path;
	if (!fs.existsSync(hostPath(fs, root)))
		throw new GitError("NO_REPOSITORY", `Git repository "${path}" does not exist.`);
	let gitDir = root;
	let workTree: string | undefined;
	if (isDirectory(fs, `${root}/.git`)) {
		gitDir = `${root}/.git`;
		workTree = root;
	} else {
		const link = /^gitdir: (.*)$/s.exec(readLine(fs, `${root}/.git`) ?? "")?.[1];
		if (link !== undefined) {
			gitDir = under(root, link);
			workTree = root;
		}
	}
	const common = readLine(fs, `${gitDir}/commondir`);
	const commonDir = common === undefined ? gitDir : under(gitDir, common);
	if (!isDirectory(fs, `${commonDir}/objects`) || readOptional(fs, `${gitDir}/HEAD`) === undefined)
		throw new GitError(
			"NO_REPOSITORY",
			`opening Git repository "${path}": could not find repository at '${path}' (libgit2 error code = 6)`,
		);
	const config = parseGitConfig(readOptional(fs, `${commonDir}/config`) ?? new Uint8Array(0));
	const format = config.get("extensions.objectformat") ?? "sha1";
	if (format !== "sha1")
		throw new GitError(
			"OBJECT_FORMAT",
			`opening Git repository "${path}": unknown object format '${format}' (libgit2 error code = 6)`,
		);
	return { fs, gitDir, commonDir, workTree, config, objects: openObjects(fs, `${commonDir}/objects`, codecs) };
};

/** Whether a path of the repository, relative to its root, is a folder among the files that are checked out. */
export const isCheckedOutFolder =
	({ fs, workTree }: GitRepository) =>
	(path: string): boolean =>
		workTree !== undefined && isDirectory(fs, `${workTree}/${path}`);

/** The commits whose parents are left out of the repository. Those of a linked worktree are not told, as in libgit2. */
export const shallowCommits = (repository: GitRepository): ReadonlySet<string> => {
	const contents = readOptional(repository.fs, `${repository.gitDir}/shallow`);
	return new Set(
		contents === undefined
			? []
			: bytesToString(contents)
					.split("\n")
					.filter((line) => line !== ""),
	);
};

/** Whether the repository's history is cut off. */
export const isShallow = (repository: GitRepository): boolean => shallowCommits(repository).size > 0;
