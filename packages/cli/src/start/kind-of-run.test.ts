import { describe, expect, it } from "vitest";
import { kindOfRun } from "./kind-of-run";

const kind = (script: string, ...args: string[]): string => kindOfRun(["node", script, ...args], {});

describe("kinds of runs", () => {
	it("are the verbs of nix, with their commands", () => {
		expect(kind("/bin/tsnix", "copy", "--to", "file:///cache", "./result")).toBe("-copy");
		expect(kind("/bin/tsnix", "copy", "./result", "--from", "file:///cache")).toBe("-copy-from");
		expect(kind("/bin/nix", "--debug", "store", "verify", "./result")).toBe("-store-verify");
		expect(kind("/bin/nix", "store", "../elsewhere")).toBe("-store");
	});

	it("are programs, by link or first argument, with the operations of nix-store", () => {
		expect(kind("/bin/nix-build", "default.nix")).toBe("-nix-build");
		expect(kind("/bin/tsnix", "nix-store", "--verify", "--check-contents")).toBe("-nix-store--verify");
		expect(kind("/bin/nix-store", "-q", "--references")).toBe("-nix-store-q");
		expect(kindOfRun(["node", "/bin/tsnix", "--gc"], { TSNIX_ARGV0: "/x/nix-store" })).toBe("-nix-store--gc");
	});

	it("hold nothing that a command line says besides", () => {
		expect(kind("/bin/tsnix", "--version")).toBe("");
		expect(kind("/bin/nix", "what", "/nix/store/x")).toBe("");
		expect(kind("/bin/nix-store", "/nix/store/../x")).toBe("-nix-store");
	});
});
