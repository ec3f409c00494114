import { type Attr, type Attrs, getStrAttr, parseCount } from "../attrs";
import { type Input, inputNarHash } from "../input";
import { type ParsedURL, parseURL, parseUrlScheme, urlToString } from "../url";

/** The attributes that files and tarballs take. */
export const curlAttrs: ReadonlySet<string> = new Set([
	"url",
	"narHash",
	"name",
	"unpack",
	"rev",
	"revCount",
	"lastModified",
]);

const transports = new Set(["file", "http", "https"]);
const tarballExtensions = [".zip", ".tar", ".tgz", ".tar.gz", ".tar.xz", ".tar.bz2", ".tar.zst"];

/** Whether a URL's last segment ends as an archive does. */
export const hasTarballExtension = (url: ParsedURL): boolean => {
	const last = url.path.at(-1);
	return last !== undefined && tarballExtensions.some((extension) => last.endsWith(extension));
};

/** Whether a URL is one of this scheme: it says so (`tarball+https:`), or `plain` holds for it. */
export const isCurlURL = (url: ParsedURL, scheme: string, plain: () => boolean): boolean => {
	const { application, transport } = parseUrlScheme(url.scheme);
	return transports.has(transport) && (application === undefined ? plain() : application === scheme);
};

/** The attributes of a file or tarball: some of the query is meant for Nix, the rest for the server. */
export const curlAttrsFromURL = (url: ParsedURL, scheme: string): Attrs => {
	const attrs: Record<string, Attr> = {};
	for (const name of ["narHash", "rev"]) {
		const value = url.query.get(name);
		if (value !== undefined) attrs[name] = value;
	}
	for (const name of ["revCount", "lastModified"]) {
		const count = parseCount(url.query.get(name) ?? "");
		if (count !== undefined) attrs[name] = count;
	}
	const query = new Map([...url.query].filter(([name]) => !curlAttrs.has(name)));
	attrs.type = scheme;
	attrs.url = urlToString({ ...url, scheme: parseUrlScheme(url.scheme).transport, query });
	return attrs;
};

/** The URL of a file or tarball, with its NAR hash. */
export const curlToURL = (input: Input): ParsedURL => {
	const url = parseURL(getStrAttr(input.attrs, "url"));
	const narHash = inputNarHash(input);
	return narHash === undefined ? url : { ...url, query: new Map([...url.query, ["narHash", narHash.sri()]]) };
};
