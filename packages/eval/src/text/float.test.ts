import { describe, expect, it } from "vitest";
import { formatFloat, formatFloatFixed, parseFloatLiteral } from "./float";

describe("formatFloat", () => {
	it.each([
		[1, "1"],
		[-0, "-0"],
		[6.6260704, "6.62607"],
		[1234565, "1.23456e+06"],
		[999999.5, "1e+06"],
		[0.0001, "0.0001"],
		[0.00001, "1e-05"],
		[1e100, "1e+100"],
		[Number.NEGATIVE_INFINITY, "-inf"],
	])("shows %d as %s", (value, text) => {
		expect(formatFloat(value)).toBe(text);
	});
});

describe("formatFloatFixed", () => {
	it.each([
		[1.5, "1.500000"],
		[0.0078125, "0.007812"],
		[0.0234375, "0.023438"],
		[1e22, "10000000000000000000000.000000"],
		[-0.5, "-0.500000"],
	])("shows %d as %s", (value, text) => {
		expect(formatFloatFixed(value)).toBe(text);
	});
});

describe("parseFloatLiteral", () => {
	it("refuses what is out of range", () => {
		expect(parseFloatLiteral("1.5e3")).toBe(1500);
		expect(parseFloatLiteral("0.0")).toBe(0);
		expect(parseFloatLiteral("1.0e400")).toBeNull();
		expect(parseFloatLiteral("1.0e-310")).toBeNull();
	});
});
