/**
 * The tokens of JSON, with the errors and positions of the reference's JSON library. Positions count bytes read, so
 * that an error names the column after the last byte looked at.
 */
import type { ByteString } from "@tsnix/store";
import { continuationRanges, encodeCodePoint } from "../utf8";
import { JSONParseError } from "./errors";

export type TokenKind =
	| "true literal"
	| "false literal"
	| "null literal"
	| "string literal"
	| "number literal"
	| "'['"
	| "'{'"
	| "']'"
	| "'}'"
	| "':'"
	| "','"
	| "<parse error>"
	| "end of input";

const controlNames =
	"NUL SOH STX ETX EOT ENQ ACK BEL BS HT LF VT FF CR SO SI DLE DC1 DC2 DC3 DC4 NAK SYN ETB CAN EM SUB ESC FS GS RS US".split(
		" ",
	);
const shortEscapes: Readonly<Record<number, string>> = { 8: "\\b", 9: "\\t", 10: "\\n", 12: "\\f", 13: "\\r" };
const escapes: Readonly<Record<string, string>> = {
	'"': '"',
	"\\": "\\",
	"/": "/",
	b: "\b",
	f: "\f",
	n: "\n",
	r: "\r",
	t: "\t",
};
const hex4 = (code: number): string => code.toString(16).toUpperCase().padStart(4, "0");

const whitespace = /[ \t\n\r]*/y;
const plainString = /[\x20\x21\x23-\x5b\x5d-\x7f]*/y;
const digits = /[0-9]*/y;
const badSurrogate = "invalid string: surrogate U+D800..U+DBFF must be followed by U+DC00..U+DFFF";

export class JSONLexer {
	/** The text of the last number, or the value of the last string. */
	value = "";
	/** Whether the last number has a fraction or an exponent. */
	isFloat = false;
	/** What is wrong with the last token, a `<parse error>`. */
	private problem = "";
	/** How many bytes have been read; one more than there are when the end was seen. */
	private read = 0;
	/** Where what an error quotes as "last read" begins. */
	private quotedFrom = 0;
	/** Whether the last byte, a newline, was given back: the column then counts from it. */
	private gaveBackNewline = false;

	constructor(private readonly text: ByteString) {}

	next(): TokenKind {
		const { text } = this;
		this.gaveBackNewline = false;
		if (this.read === 0 && text.charCodeAt(0) === 0xef) {
			for (const byte of [0xef, 0xbb, 0xbf])
				if (text.charCodeAt(this.read++) !== byte) return this.fail("invalid BOM; must be 0xEF 0xBB 0xBF if given");
		}
		this.skip(whitespace);
		const start = this.read++;
		const c = text.charAt(start);
		switch (c) {
			case "[":
				return "'['";
			case "]":
				return "']'";
			case "{":
				return "'{'";
			case "}":
				return "'}'";
			case ":":
				return "':'";
			case ",":
				return "','";
			case "t":
				return this.literal("true", "true literal");
			case "f":
				return this.literal("false", "false literal");
			case "n":
				return this.literal("null", "null literal");
			case '"':
				this.quotedFrom = start;
				return this.string();
			case "":
			case "\0":
				return "end of input";
		}
		if (c === "-" || (c >= "0" && c <= "9")) {
			this.quotedFrom = start;
			return this.number(start);
		}
		return this.fail("invalid literal");
	}

	/** The error for the token that was read last: what was being parsed, and what was expected instead. */
	error(token: TokenKind, context: string, expected?: string): JSONParseError {
		const what = token === "<parse error>" ? `${this.problem}; last read: '${this.lastRead()}'` : `unexpected ${token}`;
		const tail = expected === undefined ? "" : `; expected ${expected}`;
		return this.errorAt(`syntax error while parsing ${context} - ${what}${tail}`);
	}

	/** An error at the present position. */
	errorAt(message: string): JSONParseError {
		const before = this.text.slice(0, this.read);
		const line = before.split("\n").length;
		const column = this.gaveBackNewline ? 0 : this.read - (before.lastIndexOf("\n") + 1);
		return new JSONParseError(
			`[json.exception.parse_error.101] parse error at line ${line}, column ${column}: ${message}`,
		);
	}

	/** The last number is too large for a float. */
	overflow(): JSONParseError {
		return new JSONParseError(`[json.exception.out_of_range.406] number overflow parsing '${this.lastRead()}'`);
	}

	/** How many bytes have been read. */
	get position(): number {
		return this.read;
	}

	private lastRead(): string {
		return this.text.slice(this.quotedFrom, this.read).replace(/[\x00-\x1f]/g, (c) => `<U+${hex4(c.charCodeAt(0))}>`);
	}

	private fail(problem: string): TokenKind {
		this.problem = problem;
		return "<parse error>";
	}

	private skip(pattern: RegExp): number {
		pattern.lastIndex = this.read;
		pattern.test(this.text);
		const length = pattern.lastIndex - this.read;
		this.read = pattern.lastIndex;
		return length;
	}

	private literal(word: string, kind: TokenKind): TokenKind {
		for (let i = 1; i < word.length; i++)
			if (this.text.charAt(this.read++) !== word.charAt(i)) return this.fail("invalid literal");
		return kind;
	}

	private number(start: number): TokenKind {
		const { text } = this;
		const wantDigits = (problem: string): boolean => {
			if (this.skip(digits) > 0) return true;
			this.read++;
			this.fail(problem);
			return false;
		};
		this.isFloat = false;
		this.read = start;
		if (text.charAt(start) === "-") this.read++;
		if (text.charAt(this.read) === "0") this.read++;
		else if (!wantDigits("invalid number; expected digit after '-'")) return "<parse error>";
		if (text.charAt(this.read) === ".") {
			this.isFloat = true;
			this.read++;
			if (!wantDigits("invalid number; expected digit after '.'")) return "<parse error>";
		}
		if (/^[eE]$/.test(text.charAt(this.read))) {
			this.isFloat = true;
			this.read++;
			const signed = /^[+-]$/.test(text.charAt(this.read));
			if (signed) this.read++;
			const after = signed ? "digit after exponent sign" : "'+', '-', or digit after exponent";
			if (!wantDigits(`invalid number; expected ${after}`)) return "<parse error>";
		}
		this.value = text.slice(start, this.read);
		this.gaveBackNewline = text.charAt(this.read) === "\n";
		return "number literal";
	}

	private string(): TokenKind {
		const { text } = this;
		let out = "";
		for (;;) {
			const from = this.read;
			if (this.skip(plainString) > 0) out += text.slice(from, this.read);
			const code = text.charCodeAt(this.read++);
			if (code === 0x22) {
				this.value = out;
				return "string literal";
			}
			if (Number.isNaN(code)) return this.fail("invalid string: missing closing quote");
			if (code === 0x5c) {
				const escaped = this.escape();
				if (escaped === undefined) return "<parse error>";
				out += escaped;
				continue;
			}
			if (code < 0x20) {
				const short = shortEscapes[code] === undefined ? "" : ` or ${shortEscapes[code]}`;
				const name = `control character U+${hex4(code)} (${controlNames[code]})`;
				return this.fail(`invalid string: ${name} must be escaped to \\u${hex4(code)}${short}`);
			}
			const ranges = continuationRanges(code);
			let fine = ranges !== undefined;
			for (let r = 0; fine && ranges !== undefined && r < ranges.length; r += 2) {
				const byte = text.charCodeAt(this.read++);
				fine = byte >= ranges[r] && byte <= ranges[r + 1];
			}
			if (!fine) return this.fail("invalid string: ill-formed UTF-8 byte");
			out += text.slice(this.read - 1 - (ranges?.length ?? 0) / 2, this.read);
		}
	}

	/** What an escape stands for, after its backslash; undefined when it is malformed. */
	private escape(): string | undefined {
		const c = this.text.charAt(this.read++);
		if (c !== "u") {
			const plain = escapes[c];
			if (plain === undefined) this.fail("invalid string: forbidden character after backslash");
			return plain;
		}
		const code = this.codeUnit();
		if (code === undefined) return undefined;
		if (code >= 0xdc00 && code <= 0xdfff) {
			this.fail("invalid string: surrogate U+DC00..U+DFFF must follow U+D800..U+DBFF");
			return undefined;
		}
		if (code < 0xd800 || code > 0xdfff) return encodeCodePoint(code);
		if (this.text.charAt(this.read++) !== "\\" || this.text.charAt(this.read++) !== "u") {
			this.fail(badSurrogate);
			return undefined;
		}
		const low = this.codeUnit();
		if (low === undefined) return undefined;
		if (low < 0xdc00 || low > 0xdfff) {
			this.fail(badSurrogate);
			return undefined;
		}
		return encodeCodePoint(0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00));
	}

	private codeUnit(): number | undefined {
		let code = 0;
		for (let i = 0; i < 4; i++) {
			const c = this.text.charAt(this.read++);
			if (!/^[0-9A-Fa-f]$/.test(c)) {
				this.fail("invalid string: '\\u' must be followed by 4 hex digits");
				return undefined;
			}
			code = code * 16 + Number.parseInt(c, 16);
		}
		return code;
	}
}
