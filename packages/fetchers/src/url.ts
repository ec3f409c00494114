import { bytesToString } from "@tsnix/store";
import { BadURL } from "./errors";

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
	readonly hostType: "name" | "ipv4" | "ipv6" | "ipvfuture";
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

const unreserved = "A-Za-z0-9\\-._~";
const subDelims = "!$&'()*+,;=";
const pct = "%[0-9A-Fa-f]{2}";
const schemeAtStart = /^([A-Za-z][A-Za-z0-9+\-.]*):/;
const pathChars = new RegExp(`(?:[${unreserved}${subDelims}:@/]|${pct})*`, "y");
const segmentBeforeColon = new RegExp(`(?:[${unreserved}${subDelims}@]|${pct})+:`, "y");
const queryChars = new RegExp(`(?:[${unreserved}${subDelims}:@/?\\[\\]]|${pct})*`, "y");
const fragmentChars = new RegExp(`(?:[${unreserved}${subDelims}:@/?#]|${pct})*`, "y");
const userInfo = new RegExp(`((?:[${unreserved}${subDelims}]|${pct})*)(:((?:[${unreserved}${subDelims}:]|${pct})*))?@`, "y");
const regName = new RegExp(`(?:[${unreserved}${subDelims}]|${pct})*`, "y");
const ipLiteral = /\[([^\]]*)\]/y;
const ipvFuture = new RegExp(`^[vV][0-9A-Fa-f]+\\.[${unreserved}${subDelims}:]+$`);
const zoneId = new RegExp(`^(?:[${unreserved}]|${pct})+$`);

type Failure = "mismatch" | "leftover";

const matchAt = (pattern: RegExp, text: string, at: number): RegExpExecArray | undefined => {
	pattern.lastIndex = at;
	return pattern.exec(text) ?? undefined;
};

const isIPv4 = (text: string): boolean => {
	const parts = text.split(".");
	return parts.length === 4 && parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255);
};

const isIPv6 = (text: string): boolean => {
	let address = text;
	const lastColon = address.lastIndexOf(":");
	if (lastColon === -1) return false;
	if (address.includes(".")) {
		if (!isIPv4(address.slice(lastColon + 1))) return false;
		address = `${address.slice(0, lastColon)}:0:0`;
	}
	const halves = address.split("::");
	if (halves.length > 2) return false;
	const groups = halves.flatMap((half) => (half === "" ? [] : half.split(":")));
	if (!groups.every((group) => /^[0-9A-Fa-f]{1,4}$/.test(group))) return false;
	return halves.length === 2 ? groups.length < 8 : groups.length === 8;
};

interface RawAuthority {
	readonly user?: string;
	readonly password?: string;
	readonly hostType: Authority["hostType"];
	readonly host: string;
	readonly port?: string;
	readonly end: number;
}

const scanHost = (text: string, at: number): Pick<RawAuthority, "host" | "hostType" | "end"> | Failure => {
	if (text[at] === "[") {
		const literal = matchAt(ipLiteral, text, at);
		if (literal === undefined) return "mismatch";
		const end = at + literal[0].length;
		const inner = literal[1] as string;
		if (ipvFuture.test(inner)) return { host: inner, hostType: "ipvfuture", end };
		const zone = inner.indexOf("%25");
		const address = zone === -1 ? inner : inner.slice(0, zone);
		if (!isIPv6(address) || (zone !== -1 && !zoneId.test(inner.slice(zone + 3)))) return "mismatch";
		return { host: inner, hostType: "ipv6", end };
	}
	const name = (matchAt(regName, text, at) as RegExpExecArray)[0];
	const end = at + name.length;
	if (text[end] === "%") return "mismatch";
	return { host: name, hostType: isIPv4(name) ? "ipv4" : "name", end };
};

const scanAuthority = (text: string, at: number): RawAuthority | Failure => {
	const info = matchAt(userInfo, text, at);
	const host = scanHost(text, at + (info?.[0].length ?? 0));
	if (typeof host === "string") return host;
	const port = text[host.end] === ":" ? (/^\d*/.exec(text.slice(host.end + 1)) as RegExpExecArray)[0] : undefined;
	return {
		...host,
		user: info?.[1],
		password: info?.[2] === undefined ? undefined : info[3],
		port,
		end: host.end + (port === undefined ? 0 : port.length + 1),
	};
};

const decodeValid = (text: string): string =>
	text.includes("%") ? text.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))) : text;

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
	if (!new RegExp(`^(?:[${unreserved}${subDelims}:@/?\\[\\]]|${pct})*$`).test(text))
		throw new BadURL(`invalid URI query '${query}': mismatch`);
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

interface Scanned {
	readonly scheme?: string;
	readonly authority?: RawAuthority;
	readonly path: string;
	readonly query: string;
	readonly fragment: string;
}

/** What comes after the scheme: authority, path, query and fragment, up to the end of the text. */
const scanParts = (text: string, start: number, relative: boolean): Scanned | Failure => {
	let at = start;
	let authority: RawAuthority | undefined;
	if (text.startsWith("//", at)) {
		const scanned = scanAuthority(text, at + 2);
		if (typeof scanned === "string") return scanned;
		authority = scanned;
		at = scanned.end;
	} else if (relative && matchAt(segmentBeforeColon, text, at) !== undefined) return "mismatch";
	let path = "";
	if (authority === undefined ? !(relative && text[at] === ":") : text[at] === "/") {
		path = (matchAt(pathChars, text, at) as RegExpExecArray)[0];
		at += path.length;
		if (text[at] === "%") return "mismatch";
	}
	let query = "";
	if (text[at] === "?") {
		query = (matchAt(queryChars, text, at + 1) as RegExpExecArray)[0];
		at += query.length + 1;
		if (text[at] === "%") return "leftover";
	}
	let fragment = "";
	if (text[at] === "#") {
		fragment = (matchAt(fragmentChars, text, at + 1) as RegExpExecArray)[0];
		at += fragment.length + 1;
		if (text[at] === "%") return "mismatch";
	}
	return at === text.length ? { authority, path, query, fragment } : "leftover";
};

const scan = (text: string): Scanned | Failure => {
	const scheme = schemeAtStart.exec(text);
	if (scheme === null) return scanParts(text, 0, true);
	const parts = scanParts(text, scheme[0].length, false);
	return typeof parts === "string" ? parts : { ...parts, scheme: scheme[1] };
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
	const scanned = scan(text);
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
	for (const segment of absolute ? path.slice(1) : path) out += out === "" || out.endsWith("/") ? segment : `/${segment}`;
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
