// The grammar of URLs: RFC 3986, with IPv6 zones as in RFC 6874.

/** What kind of name a URL gives its host. */
export type HostType = "name" | "ipv4" | "ipv6" | "ipvfuture";

const unreserved = "A-Za-z0-9\\-._~";
const subDelims = "!$&'()*+,;=";
const pct = "%[0-9A-Fa-f]{2}";
const schemeAtStart = /^([A-Za-z][A-Za-z0-9+\-.]*):/;
const pathChars = new RegExp(`(?:[${unreserved}${subDelims}:@/]|${pct})*`, "y");
const segmentBeforeColon = new RegExp(`(?:[${unreserved}${subDelims}@]|${pct})+:`, "y");
const queryChars = new RegExp(`(?:[${unreserved}${subDelims}:@/?\\[\\]]|${pct})*`, "y");
const fragmentChars = new RegExp(`(?:[${unreserved}${subDelims}:@/?#]|${pct})*`, "y");
const userInfo = new RegExp(
	`((?:[${unreserved}${subDelims}]|${pct})*)(:((?:[${unreserved}${subDelims}:]|${pct})*))?@`,
	"y",
);
const regName = new RegExp(`(?:[${unreserved}${subDelims}]|${pct})*`, "y");
const ipLiteral = /\[([^\]]*)\]/y;
const ipvFuture = new RegExp(`^[vV][0-9A-Fa-f]+\\.[${unreserved}${subDelims}:]+$`);
const zoneId = new RegExp(`^(?:[${unreserved}]|${pct})+$`);

/** Why a text is no URL, as the reference says it. */
export type Failure = "mismatch" | "leftover";

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

/** An authority as it is written, still percent-encoded. */
export interface RawAuthority {
	readonly user?: string;
	readonly password?: string;
	readonly hostType: HostType;
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

/** The parts of a URL as they are written. */
export interface Scanned {
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

/** Take a URI reference (RFC 3986) apart at its delimiters, checking every character; nothing is decoded. */
export const scanURL = (text: string): Scanned | Failure => {
	const scheme = schemeAtStart.exec(text);
	if (scheme === null) return scanParts(text, 0, true);
	const parts = scanParts(text, scheme[0].length, false);
	return typeof parts === "string" ? parts : { ...parts, scheme: scheme[1] };
};

/** Whether a text can stand as a query. */
export const isQuery = (text: string): boolean =>
	(matchAt(queryChars, text, 0) as RegExpExecArray)[0].length === text.length;
