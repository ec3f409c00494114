/**
 * What of Git cannot be had by reading files: talking to other repositories, and checking signatures. Everything
 * else (objects, references, worktrees) TSNix reads itself, from any file system. Calls may return promises; where
 * they never do, `synchronous` is true and fetching works in the synchronous face too.
 */
export interface GitTransport {
	readonly synchronous: boolean;
	/**
	 * Fetch a refspec into the bare repository in the folder `repository` (`git fetch --force`), with all its history or the one
	 * commit. `url` is a URL or the path of a repository. Throws where that fails.
	 */
	fetch(options: GitFetchOptions): void | Promise<void>;
	/** Makes a clone with a worktree in a folder that is not there yet (`git clone`). Throws where that fails. */
	clone?(options: GitCloneOptions): void | Promise<void>;
	/** The branch (`refs/heads/…`) or revision that the repository's HEAD names; undefined where it cannot be had. */
	readHead(url: string): string | undefined | Promise<string | undefined>;
	/** The number of commits that a revision consists of, where that is cheaper to ask for than to count. */
	countRevisions?(repository: string, rev: string): number | undefined | Promise<number | undefined>;
	/** Runs `ssh` with arguments, for what it says: to be let in to Git LFS (`git-lfs-authenticate`). */
	ssh?(args: readonly string[]): string | Promise<string>;
	/** `git verify-commit` against the text of an allowed-signers file: its exit status, and what it said. */
	verifyCommit?(repository: string, rev: string, allowedSigners: string): VerifyResult | Promise<VerifyResult>;
}

export interface GitFetchOptions {
	readonly repository: string;
	readonly url: string;
	readonly refspec: string;
	readonly shallow: boolean;
}

export interface GitCloneOptions {
	readonly url: string;
	/** A branch or tag. */
	readonly ref?: string;
	readonly folder: string;
}

export interface VerifyResult {
	readonly status: number;
	readonly output: string;
}
