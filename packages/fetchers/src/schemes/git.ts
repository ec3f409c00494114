import { type Attr, type Attrs, getStrAttr, maybeGetBoolAttr, maybeGetStrAttr } from "../attrs";
import { BadURL } from "../errors";
import { FetchError } from "../errors";
import { fetchGit } from "../git/fetch";
import { locationOf } from "../git/location";
import { publicKeysOf } from "../git/public-keys";
import { inputRef, inputRev, inputToURL } from "../input";
import { isLegalRefName } from "../ref-name";
import { requireFeature } from "../settings";
import { fixGitURL, type ParsedURL, parseURL, parseUrlScheme, urlToString } from "../url";
import type { InputScheme, SchemeContext } from "./scheme";

const textParameters = new Set(["rev", "ref", "keytype", "publicKey", "publicKeys"]);
const flagParameters = new Set(["shallow", "submodules", "lfs", "exportIgnore", "allRefs", "verifyCommit"]);
const verifying = ["verifyCommit", "keytype", "publicKey", "publicKeys"];

const fromAttrs = (attrs: Attrs, context: SchemeContext): Attrs => {
	if (verifying.some((name) => Object.hasOwn(attrs, name))) requireFeature(context.settings, "verified-fetches");
	maybeGetBoolAttr(attrs, "verifyCommit");
	const ref = maybeGetStrAttr(attrs, "ref");
	if (ref !== undefined && !isLegalRefName(ref)) throw new BadURL(`invalid Git branch/tag name '${ref}'`);
	const url = urlToString(fixGitURL(getStrAttr(attrs, "url"), { warn: context.warn }));
	for (const name of ["shallow", "submodules", "allRefs"]) maybeGetBoolAttr(attrs, name);
	return { ...attrs, url };
};

const flag = (attrs: Attrs, name: string): boolean => maybeGetBoolAttr(attrs, name) ?? false;

/** `git+https://…`, `git+ssh://…`, `git+file:///…`: a Git repository. */
export const gitScheme: InputScheme = {
	name: "git",
	allowedAttrs: new Set([
		"url",
		"ref",
		"rev",
		"shallow",
		"submodules",
		"lfs",
		"exportIgnore",
		"lastModified",
		"revCount",
		"narHash",
		"allRefs",
		"name",
		"dirtyRev",
		"dirtyShortRev",
		"verifyCommit",
		"keytype",
		"publicKey",
		"publicKeys",
	]),
	fromURL(url: ParsedURL, context) {
		if (url.scheme !== "git" && parseUrlScheme(url.scheme).application !== "git") return undefined;
		const attrs: Record<string, Attr> = { type: "git" };
		const query = new Map<string, string>();
		for (const [name, value] of url.query)
			if (textParameters.has(name)) attrs[name] = value;
			else if (flagParameters.has(name)) attrs[name] = value === "1";
			else query.set(name, value);
		attrs.url = urlToString({ ...url, query });
		return fromAttrs(attrs, context);
	},
	fromAttrs,
	toURL(input) {
		const { attrs } = input;
		const url = parseURL(getStrAttr(attrs, "url"));
		const query = new Map(url.query);
		const rev = inputRev(input);
		const ref = inputRef(input);
		if (rev !== undefined) query.set("rev", rev.base16());
		if (ref !== undefined) query.set("ref", ref);
		for (const name of ["shallow", "lfs", "submodules", "exportIgnore", "verifyCommit"])
			if (flag(attrs, name)) query.set(name, "1");
		const keys = publicKeysOf(attrs);
		const [key] = keys;
		if (keys.length === 1 && key !== undefined) {
			query.set("keytype", key.type);
			query.set("publicKey", key.key);
		} else if (keys.length > 1) query.set("publicKeys", JSON.stringify(keys.map(({ type, key }) => ({ key, type }))));
		return { ...url, scheme: url.scheme === "git" ? "git" : `git+${url.scheme}`, query };
	},
	applyOverrides(input, ref, rev) {
		const attrs = {
			...input.attrs,
			...(rev === undefined ? {} : { rev: rev.base16() }),
			...(ref === undefined ? {} : { ref }),
		};
		if (!Object.hasOwn(attrs, "ref") && Object.hasOwn(attrs, "rev"))
			throw new FetchError(
				"NO_OVERRIDE",
				`Git input '${inputToURL({ scheme: input.scheme, attrs })}' has a commit hash but no branch/tag name`,
			);
		return attrs;
	},
	isLocked(input) {
		return inputRev(input)?.bytes.some((byte) => byte !== 0) ?? false;
	},
	sourcePath(input) {
		const { location } = locationOf(input, undefined);
		return location.kind === "worktree" ? location.path : undefined;
	},
	fingerprint(input) {
		const rev = inputRev(input)?.base16();
		if (rev === undefined) return undefined;
		const suffix = [
			["submodules", ";s"],
			["exportIgnore", ";e"],
			["lfs", ";l"],
		] as const;
		return rev + suffix.map(([name, mark]) => (flag(input.attrs, name) ? mark : "")).join("");
	},
	fetch: fetchGit,
};
