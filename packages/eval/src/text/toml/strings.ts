import type { ByteString } from "@tsnix/store";
import { encodeCodePoint } from "../utf8";
import { type Cursor, syntax } from "./cursor";
import { TOMLDiagnostic } from "./diagnostic";
import { regionBetween } from "./source";

const plainEscapes: Readonly<Record<string, string>> = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };

/** What the escape at `at` stands for, and where it ends; the grammar has been checked. */
const readEscape = (text: ByteString, at: number): { value: ByteString; end: number } => {
	const c = text.charAt(at + 1);
	if (c !== "u" && c !== "U") return { value: plainEscapes[c] ?? c, end: at + 2 };
	const end = at + (c === "u" ? 6 : 10);
	const code = Number.parseInt(text.slice(at + 2, end), 16);
	const refuse = (problem: string, note: string): TOMLDiagnostic => {
		const region = regionBetween({ name: "internal temporary", text: text.slice(at) }, 1, end - at);
		return new TOMLDiagnostic(`toml::parse_utf8_codepoint: ${problem}`, [{ region, note }]);
	};
	if (code >= 0xd800 && code <= 0xdfff) throw refuse("[0xD800, 0xDFFF] is not a valid UTF-8", "here");
	if (code > 0x10ffff) throw refuse("input codepoint is too large.", "must be in range [0x00, 0x10FFFF]");
	return { value: encodeCodePoint(code), end };
};

const { escapedNewline } = syntax;
const blank = /(?:[ \t]|\r?\n)*/y;

const unescapeAll = (text: ByteString): ByteString => {
	let out = "";
	let from = 0;
	for (let at = text.indexOf("\\"); at >= 0; at = text.indexOf("\\", from)) {
		out += text.slice(from, at);
		// A backslash at the end of a line hides the newline and the white space that follows.
		escapedNewline.lastIndex = at;
		if (escapedNewline.test(text)) {
			blank.lastIndex = at + 1;
			blank.test(text);
			from = blank.lastIndex;
			continue;
		}
		const { value, end } = readEscape(text, at);
		out += value;
		from = end;
	}
	return out + text.slice(from);
};

/** A string between single marks, without its quotes and with its escapes undone where they count. */
const oneLine = (cursor: Cursor, quote: '"' | "'"): ByteString => {
	const basic = quote === '"';
	const inner = cursor.copy();
	inner.literal(quote);
	const from = inner.at;
	inner.scanMany(basic ? syntax.basicRun : syntax.literalRun);
	if (inner.current !== quote)
		throw inner.error(`toml::parse_${basic ? "basic" : "literal"}_string: invalid string format`, `expected ${quote}`);
	const raw = inner.text.slice(from, inner.at);
	cursor.at = inner.at + 1;
	return basic ? unescapeAll(raw) : raw;
};

const multiLine = (cursor: Cursor, quote: '"' | "'"): ByteString => {
	const basic = quote === '"';
	const marks = quote.repeat(3);
	const content = basic
		? [syntax.basicRun, syntax.newline, syntax.escapedNewline]
		: [syntax.literalRun, syntax.newline];
	const inner = cursor.copy();
	inner.literal(marks);
	inner.scan(syntax.newline);
	const from = inner.at;
	inner.scanMany(...content);
	for (;;) {
		// One or two quotes are content when more content follows them.
		const before = inner.at;
		if (!inner.literal(quote)) break;
		inner.literal(quote);
		if (inner.scanMany(...content) === 0) {
			inner.at = before;
			break;
		}
	}
	if (!inner.literal(marks))
		throw inner.error(
			`toml::parse_ml_${basic ? "basic" : "literal"}_string: invalid string format`,
			`expected ${marks}`,
		);
	if (!inner.literal(quote + quote)) inner.literal(quote);
	const raw = inner.text.slice(from, inner.at - 3);
	cursor.at = inner.at;
	return basic ? unescapeAll(raw) : raw;
};

/**
 * A quoted key.
 *
 * @throws {TOMLDiagnostic} when it is malformed; the cursor then has not moved
 */
export const parseQuotedKey = (cursor: Cursor): ByteString => oneLine(cursor, cursor.current as '"' | "'");

/** A string value, of any of the four forms. @throws {TOMLDiagnostic} */
export const parseString = (cursor: Cursor): ByteString => {
	const quote = cursor.current as '"' | "'";
	return cursor.text.startsWith(quote.repeat(3), cursor.at) ? multiLine(cursor, quote) : oneLine(cursor, quote);
};
