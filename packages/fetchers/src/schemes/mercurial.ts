import { getStrAttr, maybeGetStrAttr } from "../attrs";
import { BadURL } from "../errors";
import { inputRef, inputRev } from "../input";
import { fetchMercurial } from "../mercurial/fetch";
import { simpleRefPattern } from "../ref-name";
import { type ParsedURL, parseURL, urlPathToPath, urlToString } from "../url";
import type { InputScheme } from "./scheme";

const fromAttrs: InputScheme["fromAttrs"] = (attrs, context) => {
	parseURL(getStrAttr(attrs, "url"), { warn: context.warn });
	const ref = maybeGetStrAttr(attrs, "ref");
	if (ref !== undefined && !simpleRefPattern.test(ref)) throw new BadURL(`invalid Mercurial branch/tag name '${ref}'`);
	return attrs;
};

/** `hg+https://…`: a Mercurial repository. */
export const mercurialScheme: InputScheme = {
	name: "hg",
	allowedAttrs: new Set(["url", "ref", "rev", "revCount", "narHash", "name"]),
	fromURL(url: ParsedURL, context) {
		if (!/^hg\+(http|https|ssh|file)$/.test(url.scheme)) return undefined;
		const attrs: Record<string, string> = { type: "hg" };
		const query = new Map<string, string>();
		for (const [name, value] of url.query)
			if (name === "rev" || name === "ref") attrs[name] = value;
			else query.set(name, value);
		attrs.url = urlToString({ ...url, scheme: url.scheme.slice(3), query });
		return fromAttrs(attrs, context);
	},
	fromAttrs,
	toURL(input) {
		const url = parseURL(getStrAttr(input.attrs, "url"));
		const query = new Map(url.query);
		const rev = inputRev(input);
		const ref = inputRef(input);
		if (rev !== undefined) query.set("rev", rev.base16());
		if (ref !== undefined) query.set("ref", ref);
		return { ...url, scheme: `hg+${url.scheme}`, query };
	},
	applyOverrides: (input, ref, rev) => ({
		...input.attrs,
		...(rev === undefined ? {} : { rev: rev.base16() }),
		...(ref === undefined ? {} : { ref }),
	}),
	isLocked: (input) => inputRev(input) !== undefined,
	sourcePath(input) {
		const url = parseURL(getStrAttr(input.attrs, "url"));
		const unpinned = inputRef(input) === undefined && inputRev(input) === undefined;
		return url.scheme === "file" && unpinned ? urlPathToPath(url.path) : undefined;
	},
	fingerprint: (input) => inputRev(input)?.base16(),
	fetch: fetchMercurial,
};
