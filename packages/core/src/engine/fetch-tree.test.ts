import type { FetchRequest } from "@tsnix/eval";
import {
	defaultFetchSettings,
	FetchError,
	type FetchResult,
	type Input,
	inputFromURL,
	inputToURL,
} from "@tsnix/fetchers";
import { describe, expect, it } from "vitest";
import { addEntry, emptyRegistry } from "../registry/registry";
import { fetchTree } from "./fetch-tree";

class Reached extends Error {}

/** The URL of the input that would be fetched, or the message of what was thrown before, and what was warned of. */
const asked = (request: Partial<FetchRequest>): { readonly got: string; readonly warnings: string[] } => {
	const warnings: string[] = [];
	const registry = addEntry(emptyRegistry("flag"), inputFromURL("flake:lib"), inputFromURL("github:a/lib"));
	const world = {
		settings: defaultFetchSettings,
		storeDir: "/nix/store",
		registries: () => [registry],
		fetch: (input: Input): FetchResult => {
			throw new Reached(inputToURL(input));
		},
		log: ({ text }: { text: string }) => void warnings.push(text),
	};
	try {
		fetchTree({ builtin: "fetchTree", pure: false, checkUri: () => {}, ...request }, world);
	} catch (error) {
		if (error instanceof Reached || error instanceof FetchError) return { got: error.message, warnings };
		throw error;
	}
	throw new Error("nothing was fetched");
};

const rev = "0123456789012345678901234567890123456789";

describe("fetchTree", () => {
	it("does not fetch in pure evaluation what may change", () => {
		expect(asked({ url: "github:a/b", pure: true }).got).toBe(
			"in pure evaluation mode, 'fetchTree' doesn't fetch unlocked input 'github:a/b'",
		);
		expect(asked({ attrs: { type: "git", url: "https://x/y" }, builtin: "fetchGit", pure: true }).got).toBe(
			"in pure evaluation mode, 'fetchGit' doesn't fetch unlocked input 'git+https://x/y'",
		);
		expect(asked({ url: `git+https://x/y?rev=${rev}`, pure: true }).got).toContain(rev);
	});
	it("warns where only a NAR hash makes an input sure", () => {
		const narHash = "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
		const { got, warnings } = asked({ attrs: { type: "git", url: "https://x/y", narHash }, pure: true });
		expect(got).toContain("git+https://x/y");
		expect(warnings).toHaveLength(1);
		expect(warnings[0]).toContain("is unlocked (e.g. lacks a Git revision) but is checked by NAR hash.");
	});
	it("looks names up in the registries", () => {
		expect(asked({ url: "flake:lib" }).got).toBe("github:a/lib");
	});
	it("asks whether the URL is allowed before anything is fetched", () => {
		const checkUri = (uri: string): void => {
			throw new FetchError("NO", `not ${uri}`);
		};
		expect(asked({ url: "github:a/b", checkUri }).got).toBe("not github:a/b");
		expect(asked({ attrs: { type: "new" } }).got).toBe(`cannot show unsupported input '{"type":"new"}'`);
	});
	it("leaves it to flakes to say that an input is final", () => {
		expect(asked({ attrs: { type: "path", path: "/a", __final: true } }).got).toContain("'__final' attribute");
	});
});
