import { FormatError } from "../errors";

const digits = Array.from({ length: 256 }, (_, i) => i.toString(16).padStart(2, "0"));

/** Lower-case hexadecimal text of some bytes. */
export const encodeBase16 = (bytes: Uint8Array): string => {
	let out = "";
	for (let i = 0; i < bytes.length; i++) out += digits[bytes[i]];
	return out;
};

const digitValue = (text: string, i: number): number => {
	const c = text.charCodeAt(i);
	if (c >= 48 && c <= 57) return c - 48;
	if (c >= 97 && c <= 102) return c - 87;
	if (c >= 65 && c <= 70) return c - 55;
	throw new FormatError("BAD_BASE16", `invalid character in Base16 string: '${text[i]}'`);
};

/** The bytes that hexadecimal text stands for; either case. Throws a {@link FormatError} for other characters. */
export const decodeBase16 = (text: string): Uint8Array => {
	if (text.length % 2 !== 0) throw new FormatError("BAD_BASE16", `Base16 string '${text}' has an odd length`);
	const bytes = new Uint8Array(text.length / 2);
	for (let i = 0; i < bytes.length; i++) bytes[i] = (digitValue(text, 2 * i) << 4) | digitValue(text, 2 * i + 1);
	return bytes;
};
