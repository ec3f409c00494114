import { maybeGetBoolAttr } from "../attrs";
import type { Fetching } from "../effects";
import { askGit } from "../effects";
import { FetchError } from "../errors";
import type { FetchedTree } from "../fetched-tree";
import { type Input, inputRef, inputRev, inputToURL } from "../input";
import type { FetchWorld } from "../world";
import { fetchCommit } from "./fetch-commit";
import { fetchWorktree } from "./fetch-worktree";
import { locationOf } from "./location";
import { allowedSigners, namesOneOf, publicKeysOf } from "./public-keys";
import type { GitRepository } from "./repository";

/** A flag of a Git input. */
export const gitFlag = (input: Input, name: "shallow" | "submodules" | "lfs" | "exportIgnore" | "allRefs"): boolean =>
	maybeGetBoolAttr(input.attrs, name) ?? false;

/** Fetch a Git input: the files checked out where neither branch nor revision is given, else a commit. */
export function* fetchGit(input: Input, world: FetchWorld): Fetching<FetchedTree> {
	const { location } = locationOf(input, world);
	if (gitFlag(input, "exportIgnore") && gitFlag(input, "submodules"))
		throw new FetchError("UNIMPLEMENTED", "exportIgnore and submodules are not supported together yet");
	const pinned = inputRef(input) !== undefined || inputRev(input) !== undefined;
	return location.kind === "worktree" && !pinned
		? yield* fetchWorktree(input, location, world)
		: yield* fetchCommit(input, location, world);
}

/** Check a commit's signature where the input asks for that; `repository` is undefined for dirty worktrees. */
export function* verifyCommit(input: Input, repository: GitRepository | undefined): Fetching<void> {
	const keys = publicKeysOf(input.attrs);
	if (!(maybeGetBoolAttr(input.attrs, "verifyCommit") ?? keys.length > 0)) return;
	const rev = inputRev(input)?.base16();
	if (rev === undefined || repository === undefined)
		throw new FetchError(
			"NOT_VERIFIED",
			`commit verification is required for Git repository '${inputToURL(input)}', but it's dirty`,
		);
	const signers = allowedSigners(keys);
	const { status, output } = yield* askGit(`verifying commit '${rev}'`, (git) => {
		if (git.verifyCommit === undefined)
			throw new FetchError("NO_GIT", `verifying commit '${rev}' is not possible with this Git transport`);
		return git.verifyCommit(repository.gitDir, rev, signers);
	});
	if (status !== 0 || !namesOneOf(keys, output))
		throw new FetchError(
			"NOT_VERIFIED",
			`Commit signature verification on commit ${rev} failed: \x1b[35;1m${output}\x1b[0m`,
		);
}
