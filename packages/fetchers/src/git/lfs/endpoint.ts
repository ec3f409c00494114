import { hostPath, type NamedFs } from "@tsnix/store";
import { askGit, type Fetching } from "../../effects";
import { FetchError } from "../../errors";
import { canonicalPath } from "../../paths";
import { fixGitURL, type ParsedURL, urlPathToPath, urlToString } from "../../url";
import type { GitRepository } from "../repository";

/** Where the files of a repository with Git LFS are to be had. */
export type LfsEndpoint =
	| { readonly kind: "http"; readonly url: string; readonly authorization?: string }
	/** Folders of objects on the file system, the first that has one counts; and the URL that they stand for. */
	| { readonly kind: "folders"; readonly folders: readonly string[]; readonly url: string };

const inText = (value: unknown, name: string): unknown =>
	typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;

/** Asks the server of an SSH URL where its files are, and how to be let in there. */
function* throughSsh(url: ParsedURL): Fetching<LfsEndpoint> {
	const { authority } = url;
	const { port, user, host } = authority ?? { host: "" };
	const args = [
		...(port === undefined ? [] : [`-p${port}`]),
		`${user === undefined ? "" : `${user}@`}${host}`,
		"--",
		"git-lfs-authenticate",
		url.path.join("/"),
		"download",
	];
	const output = yield* askGit("asking for access to Git LFS", (git) => {
		if (git.ssh === undefined)
			throw new FetchError("NO_GIT", "Git LFS over SSH is not possible with this Git transport");
		return git.ssh(args);
	});
	if (output === "")
		throw new FetchError(
			"LFS",
			`git-lfs-authenticate: no output (cmd: 'ssh ${args.map((arg) => `'${arg.replaceAll("'", "'\\''")}'`).join(" ")}')`,
		);
	const answer: unknown = JSON.parse(output);
	const header = inText(answer, "header");
	if (header === undefined) throw new FetchError("LFS", "no header in git-lfs-authenticate response");
	const authorization = inText(header, "Authorization");
	if (typeof authorization !== "string")
		throw new FetchError("LFS", "no Authorization in git-lfs-authenticate response");
	const href = inText(answer, "href");
	if (typeof href !== "string") throw new FetchError("LFS", "no href in git-lfs-authenticate response");
	return { kind: "http", url: href, authorization };
}

/** Where the files of a repository are: beside its remote `origin`. The reference does not heed `lfs.url` either. */
export function* lfsEndpoint(repository: GitRepository): Fetching<LfsEndpoint> {
	const { config, commonDir } = repository;
	const own = `${commonDir}/lfs/objects`;
	const given = config.get("remote.origin.url") ?? "";
	if (given === "") return { kind: "folders", folders: [own], url: `file://${commonDir}/info/lfs` };
	const url = fixGitURL(given);
	if (url.scheme === "ssh") return yield* throughSsh(url);
	const shown = `${urlToString({ ...url, path: canonicalPath(url.path.join("/")).split("/") })}/info/lfs`;
	if (url.scheme !== "file") return { kind: "http", url: shown };
	const path = urlPathToPath(url.path);
	return { kind: "folders", folders: [own, `${path}/.git/lfs/objects`, `${path}/lfs/objects`], url: shown };
}

/** An object of one of the folders; undefined where none has it. */
export const readLfsObject = (fs: NamedFs, folders: readonly string[], oid: string): Uint8Array | undefined => {
	for (const folder of folders)
		try {
			return fs.readFileSync(hostPath(fs, `${folder}/${oid.slice(0, 2)}/${oid.slice(2, 4)}/${oid}`));
		} catch {
			// The next folder may have it.
		}
	return undefined;
};
