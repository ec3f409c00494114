import { toBytes } from "@tsnix/store";
import { ParseError } from "../errors/parse-error";

/** Throws if text from a string literal holds a NUL byte, which no Nix string can. */
export const forbidNull = (text: string, offset: number): void => {
	if (!text.includes("\0")) return;
	const shown = text.replaceAll("\0", toBytes("␀"));
	throw new ParseError(
		`input string '${shown}' cannot be represented as Nix string because it contains null bytes`,
		offset,
	);
};

/**
 * The meaning of raw text between double quotes: `\n`, `\r` and `\t` are control characters, any other escaped byte
 * is itself, and an unescaped CR or CR LF is a line feed. `offset` is where the text starts, for the error.
 */
export const unescapeString = (raw: string, offset: number): string => {
	if (!raw.includes("\\") && !raw.includes("\r") && !raw.includes("\0")) return raw;
	let out = "";
	let null_ = false;
	let from = 0;
	for (let i = 0; i < raw.length; ) {
		const c = raw.charCodeAt(i);
		if (c === 0x5c) {
			out += raw.slice(from, i);
			const escaped = raw.charCodeAt(i + 1);
			if (escaped === 0x6e) out += "\n";
			else if (escaped === 0x72) out += "\r";
			else if (escaped === 0x74) out += "\t";
			else out += raw.charAt(i + 1);
			from = i += 2;
		} else if (c === 0x0d) {
			out += `${raw.slice(from, i)}\n`;
			i += raw.charCodeAt(i + 1) === 0x0a ? 2 : 1;
			from = i;
		} else {
			if (c === 0) null_ = true;
			i++;
		}
	}
	out += raw.slice(from);
	if (null_) forbidNull(out, offset);
	return out;
};
