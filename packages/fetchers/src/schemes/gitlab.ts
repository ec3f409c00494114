import { fromBytes, parseHash } from "@tsnix/store";
import { downloadText } from "../download";
import { FetchError } from "../errors";
import { type Forge, gitArchiveScheme } from "./git-archive";

const idOf = (commit: unknown): unknown =>
	typeof commit === "object" && commit !== null && "id" in commit ? commit.id : undefined;

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
		const answer: unknown = JSON.parse(fromBytes(yield* downloadText(url, headers, world)));
		const id = Array.isArray(answer) ? idOf(answer[0]) : undefined;
		if (typeof id === "string") return parseHash(id, "sha1");
		if (Array.isArray(answer) && answer.length === 0)
			throw new FetchError("NO_SUCH_REF", "No commits returned by GitLab API -- does the git ref really exist?");
		throw new FetchError("BAD_ANSWER", `Unexpected response received from GitLab: ${JSON.stringify(answer)}`);
	},
	archiveURL: ({ host, owner, repo }, rev) =>
		`https://${host}/api/v4/projects/${owner}%2F${repo}/repository/archive.tar.gz?sha=${rev}`,
};

/** `gitlab:owner/repo/ref`; groups within groups have their slashes encoded (`%2F`). */
export const gitlabScheme = gitArchiveScheme(gitlab);
