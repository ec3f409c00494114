import { parseHash } from "@tsnix/store";
import { type Attr, getStrAttr } from "../attrs";
import { BadURL, FetchError } from "../errors";
import { inputRef, inputRev, inputToURL } from "../input";
import { isLegalRefName, revPattern } from "../ref-name";
import { type ParsedURL, urlToString } from "../url";
import type { InputScheme } from "./scheme";

const flakeId = /^[a-zA-Z][a-zA-Z0-9_-]*$/;

const checkId = (id: string): void => {
	if (!flakeId.test(id)) throw new BadURL(`'${id}' is not a valid flake ID`);
};

/** `flake:nixpkgs`: an entry of a registry. */
export const indirectScheme: InputScheme = {
	name: "indirect",
	allowedAttrs: new Set(["id", "ref", "rev", "narHash"]),
	experimentalFeature: "flakes",
	fromURL(url: ParsedURL) {
		if (url.scheme !== "flake") return undefined;
		const path = url.path.filter((segment) => segment !== "");
		const shown = () => urlToString(url);
		let rev: string | undefined;
		let ref: string | undefined;
		const [id, second, third] = path;
		if (path.length === 2) {
			if (revPattern.test(second as string)) rev = second;
			else if (isLegalRefName(second as string)) ref = second;
			else throw new BadURL(`in flake URL '${shown()}', '${second}' is not a commit hash or branch/tag name`);
		} else if (path.length === 3) {
			if (!isLegalRefName(second as string))
				throw new BadURL(`in flake URL '${shown()}', '${second}' is not a branch/tag name`);
			ref = second;
			if (!revPattern.test(third as string))
				throw new BadURL(`in flake URL '${shown()}', '${third}' is not a commit hash`);
			rev = third;
		} else if (path.length !== 1) throw new BadURL(`GitHub URL '${shown()}' is invalid`);
		checkId(id as string);
		const attrs: Record<string, Attr> = { type: "indirect", id: id as string };
		if (rev !== undefined) attrs.rev = parseHash(rev, "sha1").base16();
		if (ref !== undefined) attrs.ref = ref;
		return attrs;
	},
	fromAttrs(attrs) {
		checkId(getStrAttr(attrs, "id"));
		return attrs;
	},
	toURL(input) {
		const path = [getStrAttr(input.attrs, "id")];
		const ref = inputRef(input);
		const rev = inputRev(input);
		if (ref !== undefined) path.push(ref);
		if (rev !== undefined) path.push(rev.base16());
		return { scheme: "flake", path, query: new Map(), fragment: "" };
	},
	applyOverrides: (input, ref, rev) => ({
		...input.attrs,
		...(rev === undefined ? {} : { rev: rev.base16() }),
		...(ref === undefined ? {} : { ref }),
	}),
	isDirect: () => false,
	isLocked: () => false,
	// biome-ignore lint/correctness/useYield: it needs nothing from the outside to refuse
	*fetch(input) {
		throw new FetchError("INDIRECT_INPUT", `indirect input '${inputToURL(input)}' cannot be fetched directly`);
	},
};
