import { isIPv6 } from "node:net";
import { authorityToString, BadURL, decodeQuery, encodeQuery, encodeUrlPath, parseURL } from "@tsnix/fetchers";
import { NixError } from "@tsnix/store";

/** What `--store` and its kin mean: one of three names, or a scheme with what follows it (percent-encoded). */
export type StoreReference = { readonly params: ReadonlyMap<string, string> } & (
	| { readonly kind: "auto" | "daemon" | "local" }
	| { readonly kind: "specified"; readonly scheme: string; readonly authority: string }
);

const specified = (scheme: string, authority: string, params: ReadonlyMap<string, string>): StoreReference => ({
	kind: "specified",
	scheme,
	authority,
	params,
});

/**
 * Parse a store reference: `auto`, `daemon`, `local`, a path, or a URL, each with parameters. Relative paths are seen
 * from the working directory. Throws {@link NixError} `USAGE`. Implements the manual's "Store URL format".
 *
 *     parseStoreReference("ssh-ng://me@host?remote-program=/bin/nix-daemon", "/")
 */
export const parseStoreReference = (text: string, workingDirectory: string): StoreReference => {
	try {
		const url = parseURL(text, { lenient: true });
		const authority = url.authority === undefined ? "" : authorityToString(url.authority);
		return specified(url.scheme, authority + encodeUrlPath(url.path), url.query);
	} catch (error) {
		if (!(error instanceof BadURL)) throw error;
	}
	const question = text.indexOf("?");
	const base = question < 0 ? text : text.slice(0, question);
	const params = question < 0 ? new Map<string, string>() : decodeQuery(text.slice(question + 1), { lenient: true });
	if (base === "" || base === "auto") return { kind: "auto", params };
	if (base === "daemon") return params.size === 0 ? { kind: "daemon", params } : specified("unix", "", params);
	if (base === "local") return params.size === 0 ? { kind: "local", params } : specified("local", "", params);
	if (!base.includes("://") && base.includes("/")) {
		const path = canonicalPath(base.startsWith("/") ? base : `${workingDirectory}/${base}`);
		return specified("local", encodeUrlPath(path.split("/")), params);
	}
	const found = unbracketed(base);
	if (found !== undefined) return specified(found.scheme, found.authority, params);
	throw new NixError("USAGE", `Cannot parse Nix store '${text}'`);
};

/** Addresses of IPv6 without the brackets that URLs have around them, and zones without their encoding. */
const unbracketed = (text: string): { readonly scheme: string; readonly authority: string } | undefined => {
	const colon = text.indexOf(":");
	if (colon < 0) return undefined;
	let rest = text.slice(colon + 1);
	if (rest.startsWith("//")) rest = rest.slice(2);
	const at = rest.indexOf("@");
	const user = at < 0 ? "" : rest.slice(0, at + 1);
	rest = rest.slice(at + 1);
	if (rest.startsWith("[") && rest.endsWith("]")) rest = rest.slice(1, -1);
	const percent = rest.indexOf("%");
	const address = percent < 0 ? rest : rest.slice(0, percent);
	if (!isIPv6(address)) return undefined;
	const zone = percent < 0 ? "" : `%25${rest.slice(percent + 1)}`;
	return { scheme: text.slice(0, colon), authority: `${user}[${address}${zone}]` };
};

/** A path without `.`, `..` and doubled slashes. */
export const canonicalPath = (path: string): string => {
	const out: string[] = [];
	for (const part of path.split("/"))
		if (part === "..") out.pop();
		else if (part !== "" && part !== ".") out.push(part);
	return `/${out.join("/")}`;
};

/** What {@link parseStoreReference} reads. */
export const renderStoreReference = (reference: StoreReference, withParams = true): string => {
	const base = reference.kind === "specified" ? `${reference.scheme}://${reference.authority}` : reference.kind;
	return withParams && reference.params.size > 0 ? `${base}?${encodeQuery(reference.params)}` : base;
};
