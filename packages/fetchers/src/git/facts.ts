import { maybeGetIntAttr } from "../attrs";
import { askGit, type Fetching } from "../effects";
import type { FetchWorld } from "../world";
import { commitTime, countRevisions } from "./commit";
import { type GitRepository, shallowCommits } from "./repository";

/** When a revision was committed (seconds since 1970), through the cache. */
export const lastModifiedOf = (repository: GitRepository, rev: string, world: FetchWorld): number => {
	const known = world.cache.lookup("gitLastModified", { rev });
	if (known !== undefined) return Number(maybeGetIntAttr(known.value, "lastModified") ?? 0);
	const lastModified = commitTime(repository.objects, rev);
	world.cache.upsert("gitLastModified", { rev }, { lastModified }, world.clock());
	return lastModified;
};

/** How many commits a revision consists of, through the cache; the transport is asked where it knows a shorter way. */
export function* revCountOf(repository: GitRepository, rev: string, world: FetchWorld): Fetching<number> {
	const known = world.cache.lookup("gitRevCount", { rev });
	if (known !== undefined) return Number(maybeGetIntAttr(known.value, "revCount") ?? 0);
	// Git knows that the history of a linked worktree is cut off; the reference does not, and lacks a commit.
	const linked = repository.gitDir !== repository.commonDir;
	const asked =
		world.git?.countRevisions === undefined || linked
			? undefined
			: yield* askGit(`counting the revisions of '${rev}'`, (git) => git.countRevisions?.(repository.gitDir, rev));
	const revCount = asked ?? countRevisions(repository.objects, rev, shallowCommits(repository));
	world.cache.upsert("gitRevCount", { rev }, { revCount }, world.clock());
	return revCount;
}
