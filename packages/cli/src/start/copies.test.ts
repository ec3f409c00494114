import { describe, expect, it } from "vitest";
import { copies } from "./copies";

const does = (script: string, ...args: string[]): boolean => copies(["node", script, ...args], {});

describe("commands that read or write many store objects", () => {
	it("copy, by whatever name they are called", () => {
		expect(does("/bin/tsnix", "copy", "--to", "file:///cache", "./result")).toBe(true);
		expect(does("/bin/nix", "--debug", "copy", "--all")).toBe(true);
		expect(does("/bin/tsnix", "nix-copy-closure", "--to", "somewhere", "./result")).toBe(true);
		expect(copies(["node", "/bin/tsnix", "./result"], { TSNIX_ARGV0: "/x/nix-copy-closure" })).toBe(true);
	});

	it("verify contents", () => {
		expect(does("/bin/nix-store", "--verify", "--check-contents")).toBe(true);
		expect(does("/bin/tsnix", "nix-store", "--verify", "--check-contents")).toBe(true);
		expect(does("/bin/nix", "store", "verify", "--all")).toBe(true);
		expect(does("/bin/nix-store", "--verify")).toBe(false);
	});

	it("are no others", () => {
		expect(does("/bin/tsnix", "eval", "--expr", "1")).toBe(false);
		expect(does("/bin/nix-build", "-A", "copy")).toBe(false);
		expect(does("/bin/tsnix", "nix-build", "-A", "copy")).toBe(false);
	});
});
