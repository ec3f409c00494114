import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { JsonFloat, parseJson, printJson } from "./json";

describe("JSON", () => {
	test("reads what JSON.stringify writes", () => {
		fc.assert(
			fc.property(fc.jsonValue(), (value) => {
				const text = JSON.stringify(value);
				expect(JSON.parse(printJson(parseJson(text)))).toEqual(JSON.parse(text));
			}),
		);
	});

	test("keeps integers of 64 bits, and floats that are whole", () => {
		expect(parseJson("[1, 1.0, 9007199254740993, -0]")).toEqual([1, new JsonFloat(1), 9007199254740993n, 0]);
		expect(printJson(parseJson("18446744073709551616"))).toBe("1.8446744073709552e+19");
	});

	test.each([
		["1.0", "1.0"],
		["1e20", "1e+20"],
		["1.5e-7", "1.5e-07"],
		["2.5", "2.5"],
		["123456.789", "123456.789"],
		["0.1", "0.1"],
		["0.0001", "0.0001"],
		["0.00001", "1e-05"],
		["1e14", "100000000000000.0"],
		["1e15", "1e+15"],
		["-0.0", "-0.0"],
		["-1.25e-10", "-1.25e-10"],
	])("the float %s is printed as %s", (text, printed) => {
		expect(printJson(parseJson(text))).toBe(printed);
	});

	test("prints keys in the order of their bytes", () => {
		expect(printJson({ b: 1, "10": 2, "9": 3, a: { z: [], y: {} }, "\u{10000}": 4, "\uffff": 5 })).toBe(
			'{"10":2,"9":3,"a":{"y":{},"z":[]},"b":1,"\uffff":5,"\u{10000}":4}',
		);
		expect(printJson({ a: [1, 2], b: {} }, 2)).toBe('{\n  "a": [\n    1,\n    2\n  ],\n  "b": {}\n}');
	});

	test("a key may be __proto__", () => {
		expect(printJson(parseJson('{"__proto__":1}'))).toBe('{"__proto__":1}');
	});

	test.each(["", "{", "[1,]", "01", '{"a" 1}', "tru", "1 2", '"\n"', "'a'"])("%s is none", (text) => {
		expect(() => parseJson(text)).toThrow(/JSON/);
	});
});
