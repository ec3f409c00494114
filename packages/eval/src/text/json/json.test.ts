import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromBytes, toBytes } from "@tsnix/store";
import { JSONSerializationError } from "./errors";
import { type JSONHandler, parseJSON } from "./parse";
import { writeJSONFloat, writeJSONString } from "./write";

/** The calls that reading a text makes, in short. */
const events = (text: string): unknown[] => {
	const out: unknown[] = [];
	const handler: JSONHandler = {
		null: () => out.push(null),
		boolean: (value) => out.push(value),
		integer: (value) => out.push(value),
		float: (value) => out.push({ float: value }),
		string: (value) => out.push(value),
		startObject: () => out.push("{"),
		key: (name) => out.push({ key: name }),
		endObject: () => out.push("}"),
		startArray: () => out.push("["),
		endArray: () => out.push("]"),
	};
	parseJSON(text, handler);
	return out;
};

describe("parseJSON", () => {
	it("tells what it reads", () => {
		expect(events('{"a":[1,2.5,"x"],"b":null}')).toEqual([
			"{",
			{ key: "a" },
			"[",
			1,
			{ float: 2.5 },
			"x",
			"]",
			{ key: "b" },
			null,
			"}",
		]);
	});

	it("gives integers beyond 2^53 as bigints, and beyond 64 bits as floats", () => {
		expect(events("[9007199254740993,-9223372036854775809]")).toEqual([
			"[",
			9007199254740993n,
			{ float: -(2 ** 63) },
			"]",
		]);
		expect(() => events("9223372036854775808")).toThrow(
			"unsigned json number 9223372036854775808 outside of Nix integer range",
		);
	});

	it("decodes escapes to UTF-8", () => {
		expect(events('"\\u00e9\\ud83d\\ude00"')).toEqual([toBytes("é😀")]);
	});

	it("says where it stopped", () => {
		expect(() => events("[1, tru]")).toThrow(
			"[json.exception.parse_error.101] parse error at line 1, column 8: syntax error while parsing value - " +
				"invalid literal; last read: '1, tru]'",
		);
	});

	it("refuses zero bytes", () => {
		expect(() => events('"\\u0000"')).toThrow("cannot be represented as Nix string because it contains null bytes");
	});
});

describe("writeJSONString", () => {
	it("is read back by JSON.parse and by parseJSON", () => {
		fc.assert(
			fc.property(fc.string({ unit: "grapheme" }), (text) => {
				const written = writeJSONString(toBytes(text));
				expect(JSON.parse(fromBytes(written))).toBe(text);
				if (!text.includes("\0")) expect(events(written)).toEqual([toBytes(text)]);
			}),
		);
	});

	it("refuses what is not UTF-8", () => {
		expect(() => writeJSONString("a\xff")).toThrow(
			"JSON serialization error: [json.exception.type_error.316] invalid UTF-8 byte at index 1: 0xFF",
		);
	});
});

describe("writeJSONFloat", () => {
	it.each([
		[1, "1.0"],
		[-0, "-0.0"],
		[0.1, "0.1"],
		[1e-7, "1e-07"],
		[1e100, "1e+100"],
		[123456789012345680, "1.2345678901234568e+17"],
		[1e14, "100000000000000.0"],
		[1e15, "1e+15"],
		[Number.POSITIVE_INFINITY, "null"],
	])("writes %d as %s", (value, written) => {
		expect(writeJSONFloat(value)).toBe(written);
	});

	it("writes what reads back to the same float", () => {
		fc.assert(
			fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
				expect(Number(writeJSONFloat(value))).toBe(value);
			}),
		);
	});
});

describe("writeJSONString", () => {
	const written = (text: string): string => {
		try {
			return writeJSONString(text);
		} catch (e) {
			if (e instanceof JSONSerializationError) return e.written;
			throw e;
		}
	};
	it("tells how much the reference has written before a byte that is not UTF-8", () => {
		expect(written("abc\xff")).toBe('"');
		expect(written(`${"a".repeat(499)}\xff`)).toBe('"');
		expect(written(`${"a".repeat(500)}\xff`)).toBe(`"${"a".repeat(500)}`);
		expect(written(`${"\n".repeat(300)}\xff`)).toBe(`"${"\\n".repeat(250)}`);
		expect(written(`${"\xc3\xa9".repeat(700)}\xc3`)).toBe(`"${"\xc3\xa9".repeat(500)}`);
	});
});
