import { inputSourcePath, inputToURL, inputType } from "@tsnix/fetchers";
import { fromBytes, hostPath, type NamedFs, stringToBytes, type WritableSyncFs } from "@tsnix/store";
import { FlakeError } from "./errors";
import type { WriteLockRequest } from "./world";

/** What writing a lock file needs of the host. */
export interface LockWriter {
	readonly fs: WritableSyncFs & Pick<NamedFs, "byteNames">;
	/** Runs git, given text to read; gives its exit status. Needed for flakes in Git repositories. */
	readonly git?: (args: readonly string[], input?: Uint8Array) => number;
	/** Runs `hg`; gives its exit status. Needed for flakes in Mercurial repositories. */
	readonly hg?: (args: readonly string[]) => number;
}

/** Why a file could not be written, in the system's words. */
const reasons: Readonly<Record<string, string | undefined>> = {
	ENOENT: "No such file or directory",
	EACCES: "Permission denied",
	ENOTDIR: "Not a directory",
	EISDIR: "Is a directory",
	EROFS: "Read-only file system",
	ENOSPC: "No space left on device",
};

/**
 * Write a lock file into its flake. In a Git repository it is added, so that it is part of the flake from now on, and
 * committed where that was asked for.
 *
 * @throws {FlakeError} where git refuses, or there is none
 */
export const writeLockOnHost = (request: WriteLockRequest, { fs, git, hg }: LockWriter): void => {
	try {
		fs.writeFileSync(hostPath(fs, request.path), stringToBytes(request.contents));
	} catch (error) {
		const reason = reasons[(error as { readonly code?: string }).code ?? ""];
		if (reason === undefined) throw error;
		throw new FlakeError("CANNOT_WRITE", `opening file "${request.path}": ${reason}`, { cause: error });
	}
	const { flake, relativePath: file, commitMessage } = request;
	if (flake === undefined || file === undefined) return;
	if (inputType(flake.input) === "hg") {
		if (hg === undefined) throw new FlakeError("NO_MERCURIAL", "executing 'hg': no such program was given");
		const run = (args: readonly string[]): void => {
			const status = hg(args.map(fromBytes));
			if (status !== 0) throw new FlakeError("MERCURIAL_FAILED", `hg failed with exit code ${status}`);
		};
		run(["add", request.path]);
		if (commitMessage !== undefined) run(["commit", request.path, "-m", commitMessage]);
		return;
	}
	if (inputType(flake.input) !== "git") return;
	const repository = inputSourcePath(flake.input);
	if (repository === undefined)
		throw new FlakeError(
			"READ_ONLY",
			`cannot commit '/${file}' to Git repository '${inputToURL(flake.input)}' because it's not a working tree`,
		);
	if (git === undefined) throw new FlakeError("NO_GIT", "executing 'git': no such program was given");
	const run = (args: readonly string[], input?: Uint8Array): number =>
		git(["-C", repository, ...args].map(fromBytes), input);
	// A file that git ignores stays as it is.
	if (run(["check-ignore", "--quiet", file]) === 0) return;
	const check = (status: number): void => {
		if (status !== 0) throw new FlakeError("GIT_FAILED", `program 'git' failed with exit code ${status}`);
	};
	check(run(["add", "--intent-to-add", "--", file]));
	if (commitMessage !== undefined) check(run(["commit", file, "-F", "-"], stringToBytes(commitMessage)));
};
