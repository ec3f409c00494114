import { parseHash } from "@tsnix/store";
import { BadURL } from "../errors";
import { inputToURL, withAttr } from "../input";
import { parseLsRemoteLine } from "../git/ls-remote";
import { forgeText } from "./forge-answer";
import { type Forge, gitArchiveScheme } from "./git-archive";

const sourcehut: Forge = {
	name: "sourcehut",
	defaultHost: "git.sr.ht",
	accessHeader: (token) => ["Authorization", `Bearer ${token}`],
	*revOfRef({ input, host, owner, repo, headers }, ref, world) {
		const base = `https://${host}/${owner}/${repo}`;
		const shown = () => inputToURL(withAttr(input, "ref", ref));
		let wanted: (name: string) => boolean;
		if (ref === "HEAD") {
			const text = yield* forgeText(`${base}/HEAD`, headers, world);
			const head = parseLsRemoteLine(text.split("\n")[0] as string);
			if (head === undefined) throw new BadURL(`in '${shown()}', couldn't resolve HEAD ref '${ref}'`);
			wanted = (name) => name === head.target;
		} else wanted = (name) => name === `refs/heads/${ref}` || name === `refs/tags/${ref}`;
		const refs = yield* forgeText(`${base}/info/refs`, headers, world);
		for (const line of refs.split("\n")) {
			const parsed = parseLsRemoteLine(line);
			if (parsed?.reference !== undefined && wanted(parsed.reference)) return parseHash(parsed.target, "sha1");
		}
		throw new BadURL(`in '${shown()}', couldn't find ref '${ref}'`);
	},
	archiveURL: ({ host, owner, repo }, rev) => `https://${host}/${owner}/${repo}/archive/${rev}.tar.gz`,
};

/** `sourcehut:~owner/repo/ref` */
export const sourcehutScheme = gitArchiveScheme(sourcehut);
