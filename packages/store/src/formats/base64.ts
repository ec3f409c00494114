import { FormatError } from "../errors";

const digits = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"];
const values = new Int8Array(256).fill(-1);
for (let i = 0; i < 64; i++) values[digits[i].charCodeAt(0)] = i;

/** Base 64 (RFC 4648, padded) of some bytes. */
export const encodeBase64 = (bytes: Uint8Array): string => {
	let out = "";
	for (let i = 0; i < bytes.length; i += 3) {
		const left = bytes.length - i;
		const word = (bytes[i] << 16) | ((left > 1 ? bytes[i + 1] : 0) << 8) | (left > 2 ? bytes[i + 2] : 0);
		out += digits[word >>> 18] + digits[(word >>> 12) & 63];
		out += left > 1 ? digits[(word >>> 6) & 63] : "=";
		out += left > 2 ? digits[word & 63] : "=";
	}
	return out;
};

/**
 * The bytes that base 64 text stands for. As the reference does it: reading ends at the first `=`, newlines are
 * skipped, padding may be missing. Throws a {@link FormatError} for another character.
 */
export const decodeBase64 = (text: string): Uint8Array => {
	const bytes = new Uint8Array(Math.ceil((text.length * 3) / 4));
	let size = 0;
	let word = 0;
	let bits = 0;
	for (let i = 0; i < text.length; i++) {
		const c = text.charCodeAt(i);
		if (c === 61) break;
		if (c === 10) continue;
		const digit = c < 256 ? values[c] : -1;
		if (digit < 0) throw new FormatError("BAD_BASE64", `invalid character in Base64 string: '${text[i]}'`);
		word = ((word << 6) | digit) & 0xffff;
		bits += 6;
		if (bits >= 8) {
			bits -= 8;
			bytes[size++] = (word >>> bits) & 255;
		}
	}
	return bytes.slice(0, size);
};
