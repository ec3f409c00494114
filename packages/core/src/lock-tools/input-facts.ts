import { getStrAttr, inputLastModified, inputRev, inputType, maybeGetStrAttr, parseURL } from "@tsnix/fetchers";
import { type FlakeRef, flakeRefToAttrs, flakeRefToString } from "../flake/ref";

/** What is known of a locked input, as plain data. Byte strings, as in the lock file. */
export interface InputFacts {
	/** The reference it is locked to, as Nix prints it. */
	readonly url: string;
	/** Its scheme: `github`, `git`, `tarball`, `path`, … */
	readonly scheme: string;
	/** The server it comes from; absent for what lies on this machine. */
	readonly host?: string;
	readonly revision?: string;
	/** Seconds since 1970. */
	readonly lastModified?: number;
	/** `sha256-…` */
	readonly narHash?: string;
}

const forgeHosts: Readonly<Record<string, string>> = {
	github: "github.com",
	gitlab: "gitlab.com",
	sourcehut: "git.sr.ht",
};

/** The server that an input comes from, without its port's number; undefined for local ones. */
export const hostOf = (ref: FlakeRef): string | undefined => {
	const { attrs } = ref.input;
	const type = inputType(ref.input);
	if (Object.hasOwn(forgeHosts, type)) return (maybeGetStrAttr(attrs, "host") ?? forgeHosts[type]).toLowerCase();
	const url = maybeGetStrAttr(attrs, "url");
	if (url === undefined) return undefined;
	try {
		return parseURL(url).authority?.host.toLowerCase() || undefined;
	} catch {
		// `git@host:path`, as ssh takes it.
		return /^(?:[^@/:]*@)?([^/:]+):/.exec(url)?.[1]?.toLowerCase();
	}
};

/** Gather what is known of a locked reference. */
export const inputFacts = (ref: FlakeRef): InputFacts => {
	const host = hostOf(ref);
	const revision = inputRev(ref.input)?.base16();
	const lastModified = inputLastModified(ref.input);
	const narHash = maybeGetStrAttr(ref.input.attrs, "narHash");
	return {
		url: flakeRefToString(ref),
		scheme: inputType(ref.input),
		...(host === undefined ? {} : { host }),
		...(revision === undefined ? {} : { revision }),
		...(lastModified === undefined ? {} : { lastModified }),
		...(narHash === undefined ? {} : { narHash }),
	};
};

/** Where one reads what happened between two revisions, for forges that have such a page. */
export const compareUrl = (before: FlakeRef, now: FlakeRef): string | undefined => {
	const [from, to] = [inputRev(before.input)?.base16(), inputRev(now.input)?.base16()];
	const type = inputType(now.input);
	if (from === undefined || to === undefined || type !== inputType(before.input)) return undefined;
	const [a, b] = [flakeRefToAttrs(before), flakeRefToAttrs(now)];
	if (
		!["github", "gitlab"].includes(type) ||
		a.owner !== b.owner ||
		a.repo !== b.repo ||
		hostOf(before) !== hostOf(now)
	)
		return undefined;
	const repository = `https://${hostOf(now)}/${getStrAttr(b, "owner")}/${getStrAttr(b, "repo")}`;
	return type === "github" ? `${repository}/compare/${from}...${to}` : `${repository}/-/compare/${from}...${to}`;
};
