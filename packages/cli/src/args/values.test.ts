import { expect, test } from "vitest";
import { parseCount } from "./values";

test("numbers may end in a unit", () => {
	expect(["7", "+7", "2K", "2k", "3M", "1G", "1T"].map((text) => parseCount(text))).toEqual([
		7,
		7,
		2048,
		2048,
		3 * 2 ** 20,
		2 ** 30,
		2 ** 40,
	]);
	expect(parseCount("-2K", true)).toBe(-2048);
});

test("what is no number is told without its unit", () => {
	expect(() => parseCount("x")).toThrow("invalid unit specifier 'X'");
	expect(() => parseCount("1.5k")).toThrow("'1.5' is not an integer");
	expect(() => parseCount("-1")).toThrow("'-1' is not an integer");
	expect(() => parseCount("")).toThrow("'' is not an integer");
});
