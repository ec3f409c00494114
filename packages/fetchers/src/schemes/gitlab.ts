import { parseHash } from "@tsnix/store";
import { FetchError } from "../errors";
import { forgeJson, member, shownJson, stringOf } from "./forge-answer";
import { type Forge, gitArchiveScheme } from "./git-archive";

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
		if (Array.isArray(answer) && answer.length === 0)
			throw new FetchError("NO_SUCH_REF", "No commits returned by GitLab API -- does the git ref really exist?");
		const id = Array.isArray(answer) ? member(answer[0], "id") : null;
		if (id !== null) return parseHash(stringOf(id), "sha1");
		// Asking for what is not there leaves a null.
		const seen = Array.isArray(answer) ? [{ ...(answer[0] as object | null), id: null }, ...answer.slice(1)] : answer;
		throw new FetchError("BAD_ANSWER", `Unexpected response received from GitLab: ${shownJson(seen)}`);
	},
	archiveURL: ({ host, owner, repo }, rev) =>
		`https://${host}/api/v4/projects/${owner}%2F${repo}/repository/archive.tar.gz?sha=${rev}`,
};

/** `gitlab:owner/repo/ref`; groups within groups have their slashes encoded (`%2F`). */
export const gitlabScheme = gitArchiveScheme(gitlab);
