import { parseHash } from "@tsnix/store";
import { forgeJson, member, stringOf } from "./forge-answer";
import { type Forge, gitArchiveScheme } from "./git-archive";

const github: Forge = {
	name: "github",
	defaultHost: "github.com",
	accessHeader: (token) => ["Authorization", `token ${token}`],
	*revOfRef({ host, owner, repo, headers }, ref, world) {
		const api = host === "github.com" ? `https://api.${host}` : `https://${host}/api/v3`;
		const url = `${api}/repos/${owner}/${repo}/commits/${ref}`;
		const answer = yield* forgeJson("GitHub", url, headers, world);
		const rev = parseHash(stringOf(member(answer, "sha")), "sha1");
		// The tree's hash is not used, but has to be there.
		parseHash(stringOf(member(member(member(answer, "commit"), "tree"), "sha")), "sha1");
		return rev;
	},
	archiveURL({ host, owner, repo, headers }, rev) {
		if (host !== "github.com") return `https://${host}/api/v3/repos/${owner}/${repo}/tarball/${rev}`;
		// Without a token the public URL is not rate-limited, the API is.
		return Object.keys(headers).length === 0
			? `https://${host}/${owner}/${repo}/archive/${rev}.tar.gz`
			: `https://api.${host}/repos/${owner}/${repo}/tarball/${rev}`;
	},
};

/** `github:owner/repo/ref` */
export const githubScheme = gitArchiveScheme(github);
