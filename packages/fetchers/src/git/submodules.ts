import { canonicalPath } from "../paths";
import { type GitConfig, parseGitConfig } from "./config";
import { headTarget } from "./refs";
import type { GitRepository } from "./repository";
import { GitError } from "../errors";

/** An entry of `.gitmodules`. */
export interface Submodule {
	/** Relative to the worktree (`a/b`). */
	readonly path: string;
	readonly url: string;
	/** Empty where none is given; `.` is the branch of the repository around it. */
	readonly branch: string;
}

/** The submodules that a `.gitmodules` file lists, by their names in order. */
export const parseSubmodules = (contents: Uint8Array): Submodule[] => {
	const config: GitConfig = parseGitConfig(contents);
	const found: Submodule[] = [];
	for (const key of [...config.keys()].sort((a, b) => (a < b ? -1 : 1))) {
		if (!key.startsWith("submodule.") || !key.endsWith(".path")) continue;
		const name = key.slice(0, -".path".length);
		found.push({
			path: canonicalPath(config.get(key) as string).slice(1),
			url: config.get(`${name}.url`) ?? "",
			branch: config.get(`${name}.branch`) ?? "",
		});
	}
	return found;
};

const remoteURL = (repository: GitRepository): string | undefined => {
	const branch = headTarget(repository)?.replace(/^refs\/heads\//, "");
	const remote = repository.config.get(`branch.${branch}.remote`) ?? "origin";
	return repository.config.get(`remote.${remote}.url`);
};

/** The URL of a submodule: relative ones (`../other`) start from where the repository itself came from. */
export const resolveSubmoduleURL = (repository: GitRepository, url: string): string => {
	if (!url.startsWith("./") && !url.startsWith("../")) {
		if (url.includes(":") || url.startsWith("/")) return url;
		throw new GitError("BAD_SUBMODULE", `resolving Git submodule URL '${url}'`);
	}
	let base = remoteURL(repository) ?? repository.workTree ?? repository.gitDir;
	base = base.replace(/\/+$/, "");
	let rest = url;
	for (;;)
		if (rest.startsWith("../")) {
			const slash = base.lastIndexOf("/");
			const cut = slash === -1 ? base.lastIndexOf(":") : slash;
			if (cut === -1) throw new GitError("BAD_SUBMODULE", `resolving Git submodule URL '${url}'`);
			base = base.slice(0, cut);
			rest = rest.slice(3);
		} else if (rest.startsWith("./")) rest = rest.slice(2);
		else break;
	return `${base}/${rest.replace(/\/+$/, "")}`;
};
