import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TOMLParseError } from "./diagnostic";
import { parseTOML } from "./parse";
import type { TOMLValue } from "./tree";

/** A value as plain data. */
const plain = (value: TOMLValue): unknown => {
	switch (value.kind) {
		case "table":
			return Object.fromEntries([...value.entries].map(([name, inner]) => [name, plain(inner)]));
		case "array":
			return value.items.map(plain);
		case "string":
		case "integer":
		case "float":
		case "boolean":
			return value.value;
		default:
			return { [value.kind]: value.text };
	}
};
const read = (text: string): unknown => plain(parseTOML(text));

const message = (text: string): string => {
	try {
		parseTOML(text);
	} catch (error) {
		if (error instanceof TOMLParseError) return error.message;
	}
	return "";
};

describe("parseTOML", () => {
	it("reads tables, dotted keys and arrays of tables", () => {
		expect(read('a.b = 1\n[t]\nx = { y = "z" }\n[t.u]\n[[l]]\nn = 1\n[[l]]\nn = 2\n')).toEqual({
			a: { b: 1 },
			t: { x: { y: "z" }, u: {} },
			l: [{ n: 1 }, { n: 2 }],
		});
	});

	it("reads numbers", () => {
		expect(read("a = 0xff\nb = 0o17\nc = 0b1_0\nd = 1_000\ne = -1.5e3\nf = +inf\ng = 9223372036854775807")).toEqual({
			a: 255,
			b: 15,
			c: 2,
			d: 1000,
			e: -1500,
			f: Number.POSITIVE_INFINITY,
			g: 9223372036854775807n,
		});
	});

	it("reads the four kinds of strings", () => {
		expect(read(`a = "x\\ty\\u00e9"\nb = 'x\\t'\nc = """\nx\\\n   y"""\nd = '''\nx'y'''`)).toEqual({
			a: "x\ty\xc3\xa9",
			b: "x\\t",
			c: "xy",
			d: "x'y",
		});
	});

	it("writes dates and times in one form", () => {
		expect(read("a = 1979-05-27 07:32:00.1+00:00\nb = 1979-05-27t07:32:00\nc = 1979-05-27\nd = 07:32:00.1234")).toEqual(
			{
				a: { "offset-datetime": "1979-05-27T07:32:00.100Z" },
				b: { "local-datetime": "1979-05-27T07:32:00" },
				c: { "local-date": "1979-05-27" },
				d: { "local-time": "07:32:00.123400" },
			},
		);
	});

	it("shows where an error is", () => {
		expect(message("a = 1__0")).toBe(
			"while parsing TOML: [error] bad integer: `_` must be surrounded by digits\n" +
				" --> fromTOML\n" +
				"   |\n" +
				" 1 | a = 1__0\n" +
				"   |      ^-- invalid underscore\n" +
				"Hint: valid  : -42, 1_000, 1_2_3_4_5, 0xC0FFEE, 0b0010, 0o755\n" +
				"Hint: invalid: _42, 1__000, 0123\n",
		);
	});

	it("shows both definitions of a key", () => {
		expect(message("a = 1\na = 2")).toBe(
			"while parsing TOML: [error] toml::insert_value: failed to insert a value, value already exists\n" +
				" --> fromTOML\n" +
				"   |\n" +
				" 2 | a = 2\n" +
				"   | ^-- inserting this\n" +
				"   | ...\n" +
				"   |\n" +
				" 1 | a = 1\n" +
				"   |     ^-- but value already exists\n",
		);
	});

	it("reads back any string that is written with escapes", () => {
		fc.assert(
			fc.property(fc.stringMatching(/^[\x01-\x7e]*$/), (text) => {
				const escaped = text.replace(/[^ !#-[\]-~]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
				expect(read(`a = "${escaped}"`)).toEqual({ a: text });
			}),
		);
	});

	it("always either reads a document or says what is wrong", () => {
		fc.assert(
			fc.property(fc.stringMatching(/^[ab=."'[\]{}\n#1,_\\ -]{0,30}$/), (text) => {
				try {
					parseTOML(text);
				} catch (error) {
					expect(error).toBeInstanceOf(TOMLParseError);
				}
			}),
			{ numRuns: 1000 },
		);
	});
});
