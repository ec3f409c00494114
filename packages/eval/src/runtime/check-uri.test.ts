import { describe, expect, it } from "vitest";
import { isAllowedUri } from "./check-uri";

describe("isAllowedUri", () => {
	it("allows what is named, and what lies below it", () => {
		const allowed = ["https://example.org/a", "https://example.com/"];
		expect(isAllowedUri("https://example.org/a", allowed)).toBe(true);
		expect(isAllowedUri("https://example.org/a/b", allowed)).toBe(true);
		expect(isAllowedUri("https://example.com/x", allowed)).toBe(true);
		expect(isAllowedUri("https://example.org/ab", allowed)).toBe(false);
		expect(isAllowedUri("http://example.org/a", allowed)).toBe(false);
	});
	it("allows whole schemes", () => {
		expect(isAllowedUri("github:NixOS/nix", ["github:"])).toBe(true);
		expect(isAllowedUri("gitlab:NixOS/nix", ["github:"])).toBe(false);
		expect(isAllowedUri("anything", [""])).toBe(false);
	});
});
