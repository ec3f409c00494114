import type { ByteString } from "@tsnix/store";

const reserved: ReadonlySet<string> = new Set(["if", "then", "else", "assert", "with", "let", "in", "rec", "inherit"]);

const magenta = "\x1b[35;1m";
const faint = "\x1b[2m";
const normal = "\x1b[0m";

const escapes: Readonly<Record<string, string>> = {
	'"': '\\"',
	"\\": "\\\\",
	"\n": "\\n",
	"\r": "\\r",
	"\t": "\\t",
	"${": "\\${",
};

/** How a string is printed: cut after some bytes, with terminal colours. */
export interface PrintStringOptions {
	/** How many bytes are shown; the rest is counted. */
	readonly maxLength?: number;
	readonly ansiColors?: boolean;
}

/** `«3 items elided»`, with the guillemets in UTF-8. */
export const printElided = (count: number, single: string, plural: string, ansiColors = false): ByteString => {
	const text = `\xc2\xab${count} ${count === 1 ? single : plural} elided\xc2\xbb`;
	return ansiColors ? `${faint}${text}${normal}` : text;
};

/** A string as a literal of the language: `printLiteralString('a "b"')` is `"a \"b\""`, quotes included. */
export const printLiteralString = (
	text: ByteString,
	{ maxLength = Number.POSITIVE_INFINITY, ansiColors = false }: PrintStringOptions = {},
): ByteString => {
	const cut = text.length > maxLength;
	const shown = cut ? text.slice(0, maxLength) : text;
	let out = shown.replace(/["\\\n\r\t]|\$\{/g, (c) => escapes[c]);
	// The `$` that is shown last is still escaped when a `{` follows it out of sight.
	if (cut && shown.endsWith("$") && text.charAt(maxLength) === "{") out = `${out.slice(0, -1)}\\$`;
	if (!ansiColors) return cut ? `"${out}" ${printElided(text.length - maxLength, "byte", "bytes")}` : `"${out}"`;
	return cut
		? `${magenta}"${out}" ${printElided(text.length - maxLength, "byte", "bytes", true)}`
		: `${magenta}"${out}"${normal}`;
};

/** Whether a word is a keyword, which has to be quoted as an attribute's name. (`or` need not.) */
export const isReservedKeyword = (word: ByteString): boolean => reserved.has(word);

/** Whether a name can be written as it is, without quotes. */
export const isVarName = (name: ByteString): boolean =>
	/^[A-Za-z_][A-Za-z0-9_'-]*$/.test(name) && !isReservedKeyword(name);

/** An attribute's name as it is printed in an attribute set: bare where that can be, else quoted. */
export const printAttributeName = (name: ByteString): ByteString => (isVarName(name) ? name : printLiteralString(name));

/** A name as it is printed in an expression: as {@link printAttributeName}. */
export const printIdentifier = printAttributeName;
