import { parseHash } from "@tsnix/store";
import { FetchError } from "../errors";
import { field, forgeJson } from "./forge-answer";
import { type Forge, gitArchiveScheme } from "./git-archive";

/** JSON as messages show it. */
const shown = (answer: unknown): string => {
	try {
		return JSON.stringify(answer);
	} catch {
		return "JSON that is nested too deeply";
	}
};

const gitlab: Forge = {
	name: "gitlab",
	defaultHost: "gitlab.com",
	accessHeader(token, warn) {
		const colon = token.indexOf(":");
		const kind = colon === -1 ? token : token.slice(0, colon);
		const value = token.slice(colon + 1);
		if (kind === "OAuth2") return ["Authorization", `Bearer ${value}`];
		if (kind === "PAT") return ["Private-token", value];
		warn(`Unrecognized GitLab token type ${kind}`);
		return [kind, value];
	},
	*revOfRef({ host, owner, repo, headers }, ref, world) {
		const url = `https://${host}/api/v4/projects/${owner}%2F${repo}/repository/commits?ref_name=${ref}`;
		const answer = yield* forgeJson("GitLab", url, headers, world);
		const id = Array.isArray(answer) ? field(answer[0], "id") : undefined;
		if (typeof id === "string") return parseHash(id, "sha1");
		if (Array.isArray(answer) && answer.length === 0)
			throw new FetchError("NO_SUCH_REF", "No commits returned by GitLab API -- does the git ref really exist?");
		throw new FetchError("BAD_ANSWER", `Unexpected response received from GitLab: ${shown(answer)}`);
	},
	archiveURL: ({ host, owner, repo }, rev) =>
		`https://${host}/api/v4/projects/${owner}%2F${repo}/repository/archive.tar.gz?sha=${rev}`,
};

/** `gitlab:owner/repo/ref`; groups within groups have their slashes encoded (`%2F`). */
export const gitlabScheme = gitArchiveScheme(gitlab);
