import { encodeBase64, stringToBytes, toBytes } from "@tsnix/store";

/** A login at a machine, as a netrc file tells it. Byte strings. */
export interface NetrcEntry {
	/** Undefined for `default`. */
	readonly machine: string | undefined;
	readonly login: string;
	readonly password: string;
}

/** The words of a netrc file: quoted ones may hold blanks, `#` begins a comment. */
const netrcWords = (text: string): string[] => {
	const words: string[] = [];
	const escapes: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t" };
	for (const [, comment, quoted, bare] of text.matchAll(/(^[ \t]*#.*$)|"((?:[^"\\]|\\[\s\S])*)"|(\S+)/gm)) {
		if (comment !== undefined) continue;
		words.push(bare ?? (quoted as string).replace(/\\([\s\S])/g, (_, char: string) => escapes[char] ?? char));
	}
	return words;
};

/**
 * The entries of a netrc file (a byte string), in order. Macros and accounts are passed over; what cannot be understood is left out.
 *
 *     parseNetrc("machine example.org login me password secret")
 */
export const parseNetrc = (text: string): NetrcEntry[] => {
	const entries: { machine: string | undefined; login: string; password: string }[] = [];
	const words = netrcWords(text.replace(/^[ \t]*macdef[\s\S]*?(\n[ \t]*\n|$(?![\s\S]))/gm, "\n"));
	for (let at = 0; at < words.length; at++) {
		const entry = entries.at(-1);
		if (words[at] === "machine" && at + 1 < words.length)
			entries.push({ machine: words[++at].toLowerCase(), login: "", password: "" });
		else if (words[at] === "default") entries.push({ machine: undefined, login: "", password: "" });
		else if (entry !== undefined && words[at] === "login") entry.login = words[++at] ?? "";
		else if (entry !== undefined && words[at] === "password") entry.password = words[++at] ?? "";
		else if (words[at] === "account") at++;
	}
	return entries;
};

const basic = (login: string, password: string): string =>
	`Basic ${encodeBase64(stringToBytes(`${login}:${password}`))}`;

const decoded = (text: string): string => {
	try {
		return toBytes(decodeURIComponent(text));
	} catch {
		return text;
	}
};

/**
 * A URL without the credentials in it, and the `Authorization` header that they, or else the netrc file's, ask for.
 * A user without a password in the URL gets that of the netrc file.
 */
export const credentialsFor = (
	url: string,
	netrc: readonly NetrcEntry[],
): { readonly url: string; readonly authorization?: string } => {
	const parsed = new URL(url);
	const { username, password, hostname } = parsed;
	const user = decoded(username);
	const entry = netrc.find(
		({ machine, login }) =>
			(machine === undefined || machine === hostname.toLowerCase()) && (user === "" || login === user || login === ""),
	);
	if (username === "" && password === "")
		return entry === undefined || (entry.login === "" && entry.password === "")
			? { url }
			: { url, authorization: basic(entry.login, entry.password) };
	parsed.username = "";
	parsed.password = "";
	const secret = password === "" && entry !== undefined ? entry.password : decoded(password);
	return { url: parsed.href, authorization: basic(user, secret) };
};
