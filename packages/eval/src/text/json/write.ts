import type { ByteString } from "@tsnix/store";
import { findUtf8Problem } from "../utf8";
import { JSONSerializationError } from "./errors";
import { shortestDigits } from "./grisu";

const plain = /^[\x20\x21\x23-\x5b\x5d-\x7f]*$/;
const named: Readonly<Record<string, string>> = {
	'"': '\\"',
	"\\": "\\\\",
	"\b": "\\b",
	"\f": "\\f",
	"\n": "\\n",
	"\r": "\\r",
	"\t": "\\t",
};
const byteName = (text: ByteString, index: number): string =>
	`0x${text.charCodeAt(index).toString(16).toUpperCase().padStart(2, "0")}`;

/**
 * A byte string as a JSON string, quotes included: bytes beyond ASCII are written as they are.
 *
 * @throws {JSONSerializationError} when it is not UTF-8
 */
export const writeJSONString = (text: ByteString): ByteString => {
	if (plain.test(text)) return `"${text}"`;
	const problem = findUtf8Problem(text);
	if (problem !== null)
		throw new JSONSerializationError(
			problem.kind === "invalid"
				? `[json.exception.type_error.316] invalid UTF-8 byte at index ${problem.index}: ${byteName(text, problem.index)}`
				: `[json.exception.type_error.316] incomplete UTF-8 string; last byte: ${byteName(text, text.length - 1)}`,
			`"${flushed(text, problem.kind === "invalid" ? problem.index : text.length)}`,
		);
	return `"${text.replace(special, escape)}"`;
};

const special = /[\x00-\x1f"\\]/g;
const escape = (c: string): string => named[c] ?? `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`;

/**
 * What the reference's JSON library has written of a string when it comes to a byte that is none of UTF-8: its buffer of
 * 512 bytes is written whenever a character leaves fewer than 13 of them.
 */
const flushed = (text: ByteString, end: number): string => {
	let out = "";
	let buffer = "";
	for (let i = 0, next = 0; i < end; i = next) {
		const lead = text.charCodeAt(i);
		next = i + (lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4);
		if (next > end) break;
		buffer += text.slice(i, next).replace(special, escape);
		if (512 - buffer.length >= 13) continue;
		out += buffer;
		buffer = "";
	}
	return out;
};

/**
 * A float as JSON: always with a point or an exponent (`1.0`, `1e+100`, `1e-07`), `null` when it is not finite.
 */
export const writeJSONFloat = (value: number): string => {
	if (!Number.isFinite(value)) return "null";
	const sign = value < 0 || Object.is(value, -0) ? "-" : "";
	const magnitude = Math.abs(value);
	if (Number.isInteger(magnitude) && magnitude < 1e15) return `${sign}${magnitude}.0`;
	const { digits, exponent } = shortestDigits(magnitude);
	const point = digits.length + exponent;
	if (digits.length <= point && point <= 15) return `${sign}${digits}${"0".repeat(exponent)}.0`;
	if (point > 0 && point <= 15) return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
	if (point > -4 && point <= 0) return `${sign}0.${"0".repeat(-point)}${digits}`;
	const scientific = point - 1;
	const mantissa = digits.length === 1 ? digits : `${digits.charAt(0)}.${digits.slice(1)}`;
	return `${sign}${mantissa}e${scientific < 0 ? "-" : "+"}${String(Math.abs(scientific)).padStart(2, "0")}`;
};
