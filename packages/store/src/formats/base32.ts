import { FormatError } from "../errors";

/** The digits of Nix's own base 32: no `e`, `o`, `u`, `t`. */
export const nixBase32Digits = "0123456789abcdfghijklmnpqrsvwxyz";

const digits = [...nixBase32Digits];
const values = new Int8Array(256).fill(-1);
for (let i = 0; i < 32; i++) values[nixBase32Digits.charCodeAt(i)] = i;

/** How many characters {@link encodeNixBase32} gives for so many bytes. */
export const nixBase32Length = (size: number): number => (size === 0 ? 0 : Math.floor((size * 8 - 1) / 5) + 1);

/**
 * Nix's base 32 (`nix32`): the bytes read as one little-endian number, five bits a digit, the most significant digit
 * first, without padding. 20 bytes give 32 characters, 32 bytes 52.
 */
export const encodeNixBase32 = (bytes: Uint8Array): string => {
	let out = "";
	for (let n = nixBase32Length(bytes.length) - 1; n >= 0; n--) {
		const bit = n * 5;
		const i = bit >>> 3;
		const shift = bit & 7;
		const high = i + 1 < bytes.length ? bytes[i + 1] << (8 - shift) : 0;
		out += digits[((bytes[i] >>> shift) | high) & 31];
	}
	return out;
};

/**
 * The bytes that nix32 text stands for. Where the leading digit holds bits beyond the last whole byte, the result is
 * one byte longer, so a caller who knows the length sees that the text was not canonical. Throws a
 * {@link FormatError} for a character that is no digit.
 */
export const decodeNixBase32 = (text: string): Uint8Array => {
	const bytes: number[] = [];
	for (let n = 0; n < text.length; n++) {
		const c = text.charCodeAt(text.length - n - 1);
		const digit = c < 256 ? values[c] : -1;
		if (digit < 0) {
			const shown = text[text.length - n - 1];
			throw new FormatError("BAD_NIX32", `invalid character in Nix32 (Nix's Base32 variation) string: '${shown}'`);
		}
		const bit = n * 5;
		const i = bit >>> 3;
		const shift = bit & 7;
		bytes[i] = ((bytes[i] ?? 0) | (digit << shift)) & 255;
		const rest = digit >>> (8 - shift);
		if (rest !== 0) bytes[i + 1] = rest;
	}
	return Uint8Array.from(bytes);
};
