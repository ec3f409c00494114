import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bytesOf } from "../runtime/expect";
import type { NixString } from "../runtime/values";
import { messageOf, newEvaluator, show, valueOf } from "./testing";

const text = (source: string): string => bytesOf(valueOf(newEvaluator(), source) as string | NixString);

describe("toJSON", () => {
	it("sorts names, and writes what sets stand for", () => {
		expect(
			text('builtins.toJSON { b = [ 1.5 "x" null true ]; a.outPath = "foo"; c = { __toString = s: "hey"; }; }'),
		).toBe('{"a":"foo","b":[1.5,"x",null,true],"c":"hey"}');
	});
	it("refuses functions, and strings that are not UTF-8 once all is evaluated", () => {
		expect(messageOf("builtins.toJSON { a = map; }")).toBe("cannot convert the built-in function 'map' to JSON");
		expect(messageOf('builtins.toJSON (builtins.substring 0 1 "é")')).toBe(
			"JSON serialization error: [json.exception.type_error.316] incomplete UTF-8 string; last byte: 0xC3",
		);
		expect(messageOf('builtins.toJSON { a = builtins.substring 0 1 "é"; b = throw "first"; }')).toBe("first");
	});
	it("is undone by fromJSON", () => {
		fc.assert(
			fc.property(fc.jsonValue({ noUnicodeString: true }), (value) => {
				// Integers that no 64 bits hold are refused.
				const isRefused = (x: unknown): boolean => Number.isInteger(x) && Math.abs(x as number) >= 2 ** 63;
				const json = JSON.stringify(value, (_, x: unknown) => (isRefused(x) ? 0.5 : x));
				const st = newEvaluator();
				st.globals.set(st.symbols.create("json"), json);
				const back = valueOf(st, "builtins.toJSON (builtins.fromJSON json)") as string;
				expect(JSON.parse(back)).toEqual(JSON.parse(json));
			}),
		);
	});
});

describe("fromJSON", () => {
	it("takes the last of equal names", () => {
		expect(show('builtins.fromJSON "{\\"a\\": [1, 2.5, null], \\"a\\": 2}"')).toBe("{ a = 2; }");
	});
	it("tells what is wrong", () => {
		expect(show('builtins.fromJSON "[1,"')).toContain("… while decoding a JSON string");
	});
});

describe("fromTOML", () => {
	it("gives nested sets", () => {
		expect(show('builtins.fromTOML "a = 1\\nb = [1, 2.5]\\n[c]\\nd = \\"x\\""')).toBe(
			'{ a = 1; b = [ 1 2.5 ]; c = { d = "x"; }; }',
		);
	});
	it("gives dates only where the feature is on", () => {
		const source = 'builtins.fromTOML "a = 1979-05-27"';
		expect(messageOf(source)).toBe("while parsing TOML: Dates and times are not supported");
		expect(show(source, { experimentalFeatures: new Set(["parse-toml-timestamps"]) })).toBe(
			'{ a = { _type = "timestamp"; value = "1979-05-27"; }; }',
		);
	});
});

describe("toXML", () => {
	const body = (source: string): string[] =>
		text(`builtins.toXML (${source})`)
			.trimEnd()
			.split("\n")
			.slice(2, -1)
			.map((line) => line.trim());

	it("writes functions as their patterns", () => {
		expect(body("[ (x: x) ({ b, a ? 1, ... }@z: 1) ((x: y: 1) 2) map ]")).toEqual([
			"<list>",
			"<function>",
			'<varpat name="x" />',
			"</function>",
			"<function>",
			'<attrspat ellipsis="1" name="z">',
			'<attr name="a" />',
			'<attr name="b" />',
			"</attrspat>",
			"</function>",
			"<function>",
			'<varpat name="y" />',
			"</function>",
			"<unevaluated />",
			"</list>",
		]);
	});
	it("writes a derivation once", () => {
		expect(body('let d = { type = "derivation"; drvPath = "/d"; outPath = "/o"; }; in [ d d ]')).toEqual([
			"<list>",
			'<derivation drvPath="/d" outPath="/o">',
			'<attr name="drvPath">',
			'<string value="/d" />',
			"</attr>",
			'<attr name="outPath">',
			'<string value="/o" />',
			"</attr>",
			'<attr name="type">',
			'<string value="derivation" />',
			"</attr>",
			"</derivation>",
			'<derivation drvPath="/d" outPath="/o">',
			"<repeated />",
			"</derivation>",
			"</list>",
		]);
	});
});
