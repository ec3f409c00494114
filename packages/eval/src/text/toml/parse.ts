/**
 * TOML 1.0 as `builtins.fromTOML` reads it. After an error reading goes on where the reference's library would, since
 * its message shows everything that it found wrong.
 */
import type { ByteString } from "@tsnix/store";
import { Cursor, syntax } from "./cursor";
import { TOMLDiagnostic, TOMLParseError } from "./diagnostic";
import { NullByteError } from "../null-byte";
import { insertValue } from "./insert";
import { scanHeader, skipKeyValue, skipUntilNextTable, skipValue } from "./recover";
import { guessKind, parseBoolean, parseDateOrTime, parseFloating, parseInteger } from "./scalars";
import type { Region } from "./source";
import { parseQuotedKey, parseString } from "./strings";
import type { TOMLTable, TOMLValue } from "./tree";

interface Key {
	readonly names: readonly ByteString[];
	readonly region: Region;
}

const newTable = (style: TOMLTable["style"], region: Region): TOMLTable => ({
	kind: "table",
	entries: new Map(),
	style,
	region,
});

class Parser {
	private readonly cursor: Cursor;
	private readonly errors: TOMLDiagnostic[] = [];

	constructor(text: ByteString) {
		// The last line may lack its newline.
		const whole = text === "" || /[\r\n]$/.test(text) ? text : `${text}\n`;
		this.cursor = new Cursor({ name: "fromTOML", text: whole });
		this.cursor.literal("\xef\xbb\xbf");
	}

	parse(): TOMLTable {
		const { cursor } = this;
		const root = newTable("header", cursor.since(cursor.at));
		if (!cursor.ended) {
			this.checkLeadingComments();
			this.table(root, true);
		}
		while (!cursor.ended) this.section(root);
		if (this.errors.length > 0) throw new TOMLParseError(this.errors);
		return root;
	}

	/** Runs a part; an error in it is kept, and gives undefined. */
	private attempt<T>(part: () => T): T | undefined {
		try {
			return part();
		} catch (error) {
			if (!(error instanceof TOMLDiagnostic)) throw error;
			this.errors.push(error);
			return undefined;
		}
	}

	private checkLeadingComments(): void {
		const { cursor } = this;
		const start = cursor.at;
		while (!cursor.ended) {
			const found = this.attempt(() => this.comment());
			if (found === undefined || found) continue;
			cursor.at = start;
			return;
		}
	}

	/** A comment up to and with its newline; false, without moving, when there is none here. */
	private comment(): boolean {
		const { cursor } = this;
		const start = cursor.at;
		cursor.scan(syntax.whitespace);
		if (!cursor.literal("#")) {
			cursor.at = start;
			return false;
		}
		cursor.scanMany(syntax.commentRun);
		if (cursor.ended || cursor.scan(syntax.newline) !== undefined) return true;
		const newline = cursor.text.indexOf("\n", cursor.at + 1);
		cursor.at = newline < 0 ? cursor.text.length : newline + 1;
		throw cursor.error(
			"toml::parse_comment_line: newline (LF / CRLF) or EOF is expected",
			"but got this",
			"Hint: most of the control characters are not allowed in comments",
		);
	}

	/** White space, newlines and comments; whether a newline was among them. */
	private spacer(): boolean {
		const { cursor } = this;
		let newline = false;
		for (;;) {
			const start = cursor.at;
			cursor.scan(syntax.whitespace);
			if (cursor.ended) return newline;
			const beforeComment = cursor.at;
			if (cursor.literal("#")) {
				cursor.scanMany(syntax.commentRun);
				if (cursor.scan(syntax.newline) === undefined) {
					cursor.at = beforeComment;
					return newline;
				}
				newline = true;
			} else if (cursor.scan(syntax.newline) !== undefined) newline = true;
			else if (cursor.at === start) return newline;
		}
	}

	/** A table's header and what is in it. */
	private section(root: TOMLTable): void {
		const { cursor } = this;
		this.spacer();
		const start = cursor.at;
		const ofArray = scanHeader(cursor, "[[", "]]");
		if (!ofArray && !scanHeader(cursor, "[", "]")) {
			this.errors.push(this.badHeader());
			skipUntilNextTable(cursor);
			return;
		}
		const region = cursor.since(start);
		cursor.at = start + (ofArray ? 2 : 1);
		const key = this.attempt(() => this.headerKey(region.last));
		if (key === undefined) {
			skipUntilNextTable(cursor);
			return;
		}
		const made = newTable("header", region);
		const table = this.attempt(() => insertValue(ofArray ? "array-of-tables" : "table", root, key.names, region, made));
		// What stands in a table that cannot be, is checked all the same.
		this.table(table ?? newTable("header", region), true);
	}

	/** The key of a header that ends at `end`, with the rest of its line, where only a comment may stand. */
	private headerKey(end: number): Key {
		const { cursor } = this;
		cursor.scan(syntax.whitespace);
		const key = this.key();
		cursor.at = end;
		if (this.comment()) return key;
		cursor.scan(syntax.whitespace);
		if (!cursor.ended && cursor.scan(syntax.newline) === undefined)
			throw cursor.error("toml::parse_file: newline (or EOF) expected", "expected 0x0a(LINE FEED) or \r\n");
		return key;
	}

	private badHeader(): TOMLDiagnostic {
		const at = this.cursor.copy();
		const ofArray = at.literal("[[");
		if (!ofArray) at.literal("[");
		const kind = ofArray ? "array-table" : "table";
		const expected = scanHeaderKey(at, ofArray);
		return at.error(`toml::parse_file: invalid ${kind} key`, `expected ${expected}`);
	}

	/** Keys and values up to the next header. */
	private table(table: TOMLTable, startsLine: boolean): void {
		const { cursor } = this;
		const before = this.errors.length;
		let atLineStart = startsLine;
		while (!cursor.ended) {
			const start = cursor.at;
			atLineStart = this.spacer() || atLineStart;
			if (cursor.ended) break;
			if (cursor.current === "[") {
				cursor.at = start;
				break;
			}
			if (!atLineStart) {
				this.errors.push(cursor.error("toml::parse_table: newline (LF / CRLF) or EOF is expected", "here"));
				break;
			}
			atLineStart = false;
			const pair = this.attempt(() => this.keyValue());
			if (pair === undefined) {
				skipKeyValue(cursor);
				continue;
			}
			atLineStart = this.attempt(() => this.comment()) === true;
			this.attempt(() => insertValue("value", table, pair.key.names, pair.key.region, pair.value));
		}
		if (this.errors.length > before) skipUntilNextTable(cursor);
	}

	private key(): Key {
		const { cursor } = this;
		const start = cursor.at;
		const names: ByteString[] = [];
		do {
			if (cursor.ended) break;
			if (cursor.current === '"' || cursor.current === "'") names.push(parseQuotedKey(cursor));
			else {
				const bare = cursor.scan(syntax.bareKey);
				if (bare === undefined)
					throw cursor.error(
						"toml::parse_simple_key: invalid key: key must be \"quoted\", 'quoted-literal', or bare key.",
						"expected alpha [a-zA-Z], digit [0-9], -, or _",
						"Hint: non-ASCII scripts are allowed in toml v1.1.0, but not in v1.0.0.\n",
					);
				names.push(bare);
			}
		} while (cursor.scan(syntax.dot) !== undefined);
		return { names, region: cursor.since(start) };
	}

	private keyValue(): { key: Key; value: TOMLValue } {
		const { cursor } = this;
		const start = cursor.at;
		const rewound = (error: unknown): unknown => {
			cursor.at = start;
			return error;
		};
		let key: Key;
		try {
			key = this.key();
		} catch (error) {
			throw rewound(error);
		}
		if (cursor.scan(syntax.equals) === undefined) {
			cursor.scan(syntax.whitespace);
			throw rewound(cursor.error("toml::parse_key_value_pair: invalid key value separator `=`", "expected ="));
		}
		return { key, value: this.value() };
	}

	private value(): TOMLValue {
		const { cursor } = this;
		const kind = guessKind(cursor);
		switch (kind) {
			case "string": {
				const start = cursor.at;
				return { kind, value: parseString(cursor), region: cursor.since(start) };
			}
			case "boolean":
				return parseBoolean(cursor);
			case "integer":
				return parseInteger(cursor);
			case "float":
				return parseFloating(cursor);
			case "array":
				return this.array();
			case "table":
				return this.inlineTable();
			default:
				return parseDateOrTime(cursor, kind);
		}
	}

	private array(): TOMLValue {
		const { cursor } = this;
		const before = this.errors.length;
		const start = cursor.at++;
		const items: TOMLValue[] = [];
		this.spacer();
		for (let comma = true; !cursor.ended && cursor.current !== "]"; ) {
			if (!comma) throw cursor.error("toml::parse_array: expected value-separator `,` or closing `]`", "here");
			const item = this.attempt(() => this.value());
			if (item === undefined) {
				const stuck = cursor.at;
				skipValue(cursor);
				if (cursor.at === stuck) break;
				continue;
			}
			this.spacer();
			comma = cursor.literal(",");
			this.attempt(() => this.comment());
			if (comma) this.spacer();
			items.push(item);
		}
		if (!cursor.literal("]"))
			throw cursor.error("toml::parse_array: missing closing bracket `]`", "expected `]`, reached EOF");
		// The last error is told twice: here, and by whoever wanted the array.
		if (this.errors.length > before) throw this.errors[this.errors.length - 1];
		return { kind: "array", items, ofTables: false, region: cursor.since(start) };
	}

	private inlineTable(): TOMLValue {
		const { cursor } = this;
		const before = this.errors.length;
		const start = cursor.at++;
		const table = newTable("header", cursor.here());
		cursor.scan(syntax.whitespace);
		let empty = true;
		let comma = false;
		while (!cursor.ended) {
			if (cursor.current === "}") {
				if (comma)
					throw cursor.error("toml::parse_inline_table: trailing comma is not allowed in TOML-v1.0.0)", "here");
				break;
			}
			if (!comma && !empty)
				throw cursor.error("toml::parse_inline_table: expected value-separator `,` or closing `}`", "here");
			empty = false;
			const pair = this.attempt(() => this.keyValue());
			if (pair === undefined) {
				while (!cursor.ended && cursor.current !== "}" && cursor.current !== "\n") cursor.at++;
				break;
			}
			const added = this.attempt(() => insertValue("value", table, pair.key.names, pair.key.region, pair.value));
			if (added === undefined) {
				while (!cursor.ended && !/[,\n}]/.test(cursor.current)) cursor.at++;
				comma = cursor.current === ",";
				continue;
			}
			cursor.scan(syntax.whitespace);
			comma = cursor.literal(",");
			cursor.scan(syntax.whitespace);
		}
		if (!cursor.literal("}"))
			throw cursor.error("toml::parse_inline_table: missing closing bracket `}`", "expected `}`, reached line end");
		const error = this.errors.length > before ? this.errors.pop() : undefined;
		if (error !== undefined) throw error;
		table.style = "inline";
		table.region = cursor.since(start);
		return table;
	}
}

/** What a malformed header lacks; the cursor, after its opening, moves to where that should be. */
const scanHeaderKey = (cursor: Cursor, ofArray: boolean): string => {
	cursor.scan(syntax.whitespace);
	const key = cursor.copy();
	if (!scanHeader(key, "", "")) return "basic key([a-zA-Z0-9_-]) or quoted key(\" or ')";
	cursor.at = key.at;
	cursor.scan(syntax.whitespace);
	return ofArray ? "]]" : "]";
};

/** @throws {TOMLParseError} for a name or a string with a zero byte, which escapes can write */
const refuseNullBytes = (value: TOMLValue): void => {
	const check = (text: ByteString): void => {
		if (text.includes("\0")) throw new TOMLParseError([], `error: ${new NullByteError(text).message}`);
	};
	if (value.kind === "string") check(value.value);
	else if (value.kind === "array") value.items.forEach(refuseNullBytes);
	else if (value.kind === "table")
		for (const [name, inner] of value.entries) {
			check(name);
			refuseNullBytes(inner);
		}
};

/**
 * The tree of a TOML document (a byte string).
 *
 * @throws {TOMLParseError} when it is malformed; the message is the one `builtins.fromTOML` gives
 */
export const parseTOML = (text: ByteString): TOMLTable => {
	const root = new Parser(text).parse();
	if (/u0000|U00000000|\0/.test(text)) refuseNullBytes(root);
	return root;
};
