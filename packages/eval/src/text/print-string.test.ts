import { describe, expect, it } from "vitest";
import { isVarName, printAttributeName, printLiteralString } from "./print-string";

describe("printLiteralString", () => {
	it("escapes what a literal needs escaped", () => {
		expect(printLiteralString('a"\\\n\r\t${x} $x')).toBe('"a\\"\\\\\\n\\r\\t\\${x} $x"');
	});

	it("cuts long strings and counts the rest", () => {
		expect(printLiteralString("abcdef", { maxLength: 4 })).toBe('"abcd" \xc2\xab2 bytes elided\xc2\xbb');
		expect(printLiteralString("abcde", { maxLength: 4 })).toBe('"abcd" \xc2\xab1 byte elided\xc2\xbb');
		expect(printLiteralString("a${", { maxLength: 2 })).toBe('"a\\$" \xc2\xab1 byte elided\xc2\xbb');
	});

	it("colours", () => {
		expect(printLiteralString("a", { ansiColors: true })).toBe('\x1b[35;1m"a"\x1b[0m');
	});
});

describe("printAttributeName", () => {
	it("quotes keywords and what is no identifier", () => {
		expect(["a-b'", "_", "or", "if", "1a", "", "a.b"].map(printAttributeName)).toEqual([
			"a-b'",
			"_",
			"or",
			'"if"',
			'"1a"',
			'""',
			'"a.b"',
		]);
		expect(isVarName("rec")).toBe(false);
	});
});
