import { bytesToString } from "@tsnix/store";
import { BadURL } from "./errors";
import { type HostType, isQuery, type RawAuthority, scanURL } from "./url-grammar";

/**
 * A URL in its parts, percent-decoded. Paths are split at `/`: `/a/b` is `["", "a", "b"]`. All strings are byte
 * strings. Query parameters keep no order: they are written sorted.
 */
export interface ParsedURL {
	readonly scheme: string;
	readonly authority?: Authority;
	readonly path: readonly string[];
	readonly query: ReadonlyMap<string, string>;
	readonly fragment: string;
}

export interface Authority {
	readonly hostType: HostType;
	readonly host: string;
	readonly user?: string;
	readonly password?: string;
	readonly port?: number;
}

export interface ParseURLOptions {
	/** Allow unescaped spaces and `"` in queries, and those and `^` in fragments, as flake references do. */
	readonly lenient?: boolean;
	/** Told of query parameters without `=`, which are ignored. */
	readonly warn?: (message: string) => void;
}

const decodeValid = (text: string): string =>
	text.includes("%")
		? text.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
		: text;

/** Undo percent-encoding. Throws {@link BadURL} where a `%` is not followed by two hexadecimal digits. */
export const percentDecode = (text: string): string => {
	const bad = /%(?![0-9A-Fa-f]{2})/.exec(text);
	if (bad !== null) {
		const rest = text.slice(bad.index + 1);
		const reason = rest.length < 2 ? "incomplete encoding" : "bad pct hexdig";
		throw new BadURL(`invalid URI parameter '${text}': ${reason}`);
	}
	return decodeValid(text);
};

/** Percent-encode every byte but unreserved characters and those of `keep`. */
export const percentEncode = (text: string, keep = ""): string =>
	/^[A-Za-z0-9\-._~]*$/.test(text)
		? text
		: text.replace(/[^A-Za-z0-9\-._~]/g, (char) =>
				keep.includes(char) ? char : `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`,
			);

const compareBytes = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** The parameters of a query, sorted by name; of repeated ones the first. */
export const decodeQuery = (query: string, options: ParseURLOptions = {}): Map<string, string> => {
	const text = options.lenient ? query.replace(/[ "]/g, (char) => percentEncode(char)) : query;
	if (!isQuery(text)) throw new BadURL(`invalid URI query '${query}': leftover`);
	const found = new Map<string, string>();
	if (text === "") return found;
	for (const parameter of text.split("&")) {
		const equals = parameter.indexOf("=");
		if (equals === -1) {
			options.warn?.(`dubious URI query '${parameter}' is missing equal sign '=', ignoring`);
			continue;
		}
		const name = decodeValid(parameter.slice(0, equals));
		if (!found.has(name)) found.set(name, decodeValid(parameter.slice(equals + 1)));
	}
	return new Map([...found].sort((a, b) => compareBytes(a[0], b[0])));
};

/** `name=value` pairs joined by `&`, sorted by name. */
export const encodeQuery = (query: ReadonlyMap<string, string>): string =>
	[...query]
		.sort((a, b) => compareBytes(a[0], b[0]))
		.map(([name, value]) => `${percentEncode(name, ":@/?")}=${percentEncode(value, ":@/?")}`)
		.join("&");

/** Path segments joined by `/`, each percent-encoded (`:` and `@` stay). */
export const encodeUrlPath = (path: readonly string[]): string =>
	path.map((segment) => percentEncode(segment, ":@")).join("/");

export interface UrlScheme {
	/** The part before `+`: `git` in `git+https`. */
	readonly application?: string;
	readonly transport: string;
}

/** Split `git+https` into its application and its transport; without `+` there is only a transport. */
export const parseUrlScheme = (scheme: string): UrlScheme => {
	const plus = scheme.indexOf("+");
	return plus === -1
		? { transport: scheme }
		: { application: scheme.slice(0, plus), transport: scheme.slice(plus + 1) };
};

const finishAuthority = (raw: RawAuthority): Authority => {
	let port: number | undefined;
	if (raw.port !== undefined && raw.port !== "") {
		port = Number(raw.port);
		if (port === 0 || port > 65535) throw new BadURL(`port '${raw.port}' is invalid`);
	}
	return {
		hostType: raw.hostType,
		host: decodeValid(raw.host),
		...(raw.user === undefined ? {} : { user: decodeValid(raw.user) }),
		...(raw.password === undefined ? {} : { password: decodeValid(raw.password) }),
		...(port === undefined ? {} : { port }),
	};
};

/** `user:password@host:port`, percent-encoded. */
export const authorityToString = (authority: Authority): string => {
	let out = "";
	if (authority.user !== undefined) {
		out += percentEncode(authority.user);
		if (authority.password !== undefined) out += `:${percentEncode(authority.password)}`;
		out += "@";
	}
	if (authority.hostType === "name") out += percentEncode(authority.host);
	else if (authority.hostType === "ipv4") out += authority.host;
	else out += `[${percentEncode(authority.host, ":")}]`;
	return authority.port === undefined ? out : `${out}:${authority.port}`;
};

const fixLenient = (url: string): string => {
	const hash = url.indexOf("#");
	const question = url.indexOf("?");
	const encode = (text: string, set: RegExp) => text.replace(set, (char) => percentEncode(char));
	const beforeFragment = hash === -1 ? url : url.slice(0, hash);
	const fragment = hash === -1 ? "" : `#${encode(url.slice(hash + 1), /[ "^]/g)}`;
	if (question === -1 || (hash !== -1 && question > hash)) return beforeFragment + fragment;
	return `${beforeFragment.slice(0, question + 1)}${encode(beforeFragment.slice(question + 1), /[ "]/g)}${fragment}`;
};

/**
 * Take a URL apart (RFC 3986, and RFC 6874 for IPv6 zones).
 *
 *     parseURL("git+ssh://git@github.com/NixOS/nix?ref=master").scheme  // "git+ssh"
 *
 * Throws {@link BadURL} where it is malformed, has no scheme, or is a `file:` URL with a host.
 */
export const parseURL = (url: string, options: ParseURLOptions = {}): ParsedURL => {
	const text = options.lenient ? fixLenient(url) : url;
	const scanned = scanURL(text);
	if (typeof scanned === "string") throw new BadURL(`'${url}' is not a valid URL: ${scanned}`);
	if (scanned.scheme === undefined) throw new BadURL(`'${text}' doesn't have a scheme`);
	const authority = scanned.authority === undefined ? undefined : finishAuthority(scanned.authority);
	const isFile = parseUrlScheme(scanned.scheme).transport === "file";
	if (authority !== undefined && authority.host !== "" && isFile)
		throw new BadURL(`file:// URL '${text}' has unexpected authority '${authorityToString(authority)}'`);
	const path = isFile && scanned.path === "" ? "/" : scanned.path;
	return {
		scheme: scanned.scheme,
		...(authority === undefined ? {} : { authority }),
		path: path.split("/").map(decodeValid),
		query: decodeQuery(scanned.query, options),
		fragment: decodeValid(scanned.fragment),
	};
};

/** Write a URL, percent-encoding what has to be. The opposite of {@link parseURL}. */
export const urlToString = (url: ParsedURL): string => {
	let out = `${url.scheme}:`;
	if (url.authority !== undefined) out += `//${authorityToString(url.authority)}`;
	out += encodeUrlPath(url.path);
	if (url.query.size > 0) out += `?${encodeQuery(url.query)}`;
	if (url.fragment !== "") out += `#${percentEncode(url.fragment)}`;
	return out;
};

/** The same URL with some parts replaced. */
export const withURL = (url: ParsedURL, changes: Partial<ParsedURL>): ParsedURL => ({ ...url, ...changes });

/** The path on a file system that a URL's path names. Throws {@link BadURL} for segments with `/` or NUL. */
export const urlPathToPath = (path: readonly string[]): string => {
	for (const segment of path) {
		if (segment.includes("/"))
			throw new BadURL(`URL path component '${segment}' contains '/', which is not allowed in file names`);
		if (segment.includes("\0")) {
			const shown = segment.replaceAll("\0", bytesToString(new TextEncoder().encode("␀")));
			throw new BadURL(`URL path component '${shown}' contains NUL byte which is not allowed`);
		}
	}
	const absolute = path[0] === "";
	let out = absolute ? "/" : "";
	for (const segment of absolute ? path.slice(1) : path)
		out += out === "" || out.endsWith("/") ? segment : `/${segment}`;
	return out;
};

const scpLike = /^([^/]*)@(.*):(.*)$/;

/**
 * The URL of a Git repository as people write it: `git@host:path` becomes `ssh:`, a path becomes `file:`, and
 * `git+` is dropped. Throws {@link BadURL} for `host:path` without a user.
 */
export const fixGitURL = (text: string, options: ParseURLOptions = {}): ParsedURL => {
	let url = text;
	if (!url.startsWith("/") && !url.includes("\n")) url = url.replace(scpLike, "ssh://$1@$2/$3");
	if (!url.startsWith("file:") && !url.startsWith("git+file:") && !url.includes("://")) {
		const path = url.split("/");
		if (path[0]?.includes(":"))
			throw new BadURL(`SCP-like URL '${url}' is not supported; use SSH URL syntax instead (ssh://...)`);
		const plain = { scheme: "file", path, query: new Map<string, string>(), fragment: "" };
		return url.startsWith("/") ? { ...plain, authority: { hostType: "name", host: "" } } : plain;
	}
	const parsed = parseURL(url, options);
	const scheme = parseUrlScheme(parsed.scheme);
	return scheme.application === "git" ? withURL(parsed, { scheme: scheme.transport }) : parsed;
};
