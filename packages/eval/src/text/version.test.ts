import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareVersions, parseDrvName, splitVersion } from "./version";

describe("compareVersions", () => {
	it.each([
		["1.0", "2.3", -1],
		["2.1", "2.3", -1],
		["2.3", "2.3", 0],
		["2.5", "2.3", 1],
		["2.3.1", "2.3", 1],
		["2.3.1", "2.3a", 1],
		["2.3pre1", "2.3", -1],
		["2.3pre3", "2.3pre12", -1],
		["2.3a", "2.3c", -1],
		["2.3pre1", "2.3q", -1],
	])("%s against %s is %i", (a, b, order) => {
		expect(compareVersions(a, b)).toBe(order);
	});

	it("is the other way round when the two change places", () => {
		const version = fc.stringMatching(/^[0-9a-c.-]{0,8}$/);
		fc.assert(
			fc.property(version, version, (a, b) => {
				expect(compareVersions(a, b) + compareVersions(b, a)).toBe(0);
			}),
		);
	});
});

describe("splitVersion", () => {
	it("separates digits from letters", () => {
		expect(splitVersion("1.2a-3..b")).toEqual(["1", "2", "a", "3", "b"]);
		expect(splitVersion("-.")).toEqual([]);
	});
});

describe("parseDrvName", () => {
	it("begins the version after the first dash that no letter follows", () => {
		expect(parseDrvName("apache-httpd-2.0.48")).toEqual({ name: "apache-httpd", version: "2.0.48" });
		expect(parseDrvName("hello")).toEqual({ name: "hello", version: "" });
		expect(parseDrvName("a-")).toEqual({ name: "a-", version: "" });
	});
});
