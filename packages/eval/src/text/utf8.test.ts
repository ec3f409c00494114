import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toBytes } from "@tsnix/store";
import { encodeCodePoint, findUtf8Problem } from "./utf8";

describe("encodeCodePoint", () => {
	it("encodes as the platform does", () => {
		fc.assert(
			fc.property(fc.string({ unit: "binary", minLength: 1, maxLength: 1 }), (c) => {
				expect(encodeCodePoint(c.codePointAt(0) as number)).toBe(toBytes(c));
			}),
		);
	});
});

describe("findUtf8Problem", () => {
	it("finds where text stops being UTF-8", () => {
		expect(findUtf8Problem(toBytes("aé😀"))).toBeNull();
		expect(findUtf8Problem("a\xff")).toEqual({ kind: "invalid", index: 1 });
		expect(findUtf8Problem("\xe2\x82")).toEqual({ kind: "incomplete" });
	});
});
