import { bytesToString } from "@tsnix/store";
import { GitError } from "../errors";
import { peelToCommit } from "./commit";
import { type GitRepository, readOptional } from "./repository";

const idPattern = /^[0-9a-f]{40}$/;

const packedRefs = (repository: GitRepository): Map<string, string> => {
	const found = new Map<string, string>();
	const text = bytesToString(readOptional(repository.fs, `${repository.commonDir}/packed-refs`) ?? new Uint8Array(0));
	for (const line of text.split("\n")) {
		const match = /^([0-9a-f]{40}) (.+)$/.exec(line);
		if (match !== null) found.set(match[2] as string, match[1] as string);
	}
	return found;
};

/** What the file of a reference says: another reference, or an object's id. */
const readRef = (repository: GitRepository, name: string): { symbolic?: string; id?: string } | undefined => {
	const folders =
		repository.gitDir === repository.commonDir ? [repository.gitDir] : [repository.gitDir, repository.commonDir];
	for (const folder of folders) {
		const data = readOptional(repository.fs, `${folder}/${name}`);
		if (data === undefined) continue;
		const text = bytesToString(data).trim();
		if (text.startsWith("ref:")) return { symbolic: text.slice(4).trim() };
		if (idPattern.test(text)) return { id: text };
	}
	const id = packedRefs(repository).get(name);
	return id === undefined ? undefined : { id };
};

/** The id that a reference of exactly this name leads to, through symbolic ones; undefined where there is none. */
export const lookupRef = (repository: GitRepository, name: string): string | undefined => {
	let current = name;
	for (let depth = 0; depth < 10; depth++) {
		const ref = readRef(repository, current);
		if (ref?.symbolic === undefined) return ref?.id;
		current = ref.symbolic;
	}
	return undefined;
};

/** The reference that HEAD names (`refs/heads/…`); undefined where HEAD is detached. */
export const headTarget = (repository: GitRepository): string | undefined => readRef(repository, "HEAD")?.symbolic;

/** What HEAD names as `git ls-remote --symref` tells it: a reference with a commit, or a commit. */
export const remoteHead = (repository: GitRepository): string | undefined => {
	const id = lookupRef(repository, "HEAD");
	return id === undefined ? undefined : (headTarget(repository) ?? id);
};

/** The commit that a branch, a tag or a full id stands for. Throws {@link GitError} where there is none. */
export const resolveRef = (repository: GitRepository, ref: string): string => {
	for (const rule of ["", "refs/", "refs/tags/", "refs/heads/", "refs/remotes/"]) {
		const id = lookupRef(repository, rule + ref);
		if (id !== undefined) return peelToCommit(repository.objects, id);
	}
	const remote = lookupRef(repository, `refs/remotes/${ref}/HEAD`);
	if (remote !== undefined) return peelToCommit(repository.objects, remote);
	if (idPattern.test(ref) && repository.objects.has(ref)) return peelToCommit(repository.objects, ref);
	throw new GitError(
		"NO_SUCH_REF",
		`resolving Git reference '${ref}': revspec '${ref}' not found (libgit2 error code = 4)`,
	);
};
