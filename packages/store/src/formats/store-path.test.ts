import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { hashString } from "./hash";
import {
	checkStorePathName,
	derivationNameOf,
	isDerivationPath,
	maybeParseStorePath,
	parseBaseName,
	parseStorePath,
	StorePath,
} from "./store-path";

const hashPart = "c015dhfh5l0lp6wxyvdn7bmwhbbr6hr9";

describe("store paths", () => {
	test("have a hash part and a name", () => {
		const path = parseStorePath(`/nix/store/${hashPart}-foo-1.2`);
		expect(path.hashPart).toBe(hashPart);
		expect(path.name).toBe("foo-1.2");
		expect(path.baseName).toBe(`${hashPart}-foo-1.2`);
		expect(path.toString()).toBe(`/nix/store/${hashPart}-foo-1.2`);
		expect(path.toString("/other")).toBe(`/other/${hashPart}-foo-1.2`);
	});

	test("are made canonical before they are parsed", () => {
		expect(parseStorePath(`/nix//store/./x/../${hashPart}-foo/`).name).toBe("foo");
	});

	test("read back what was written", () => {
		const name = fc.stringMatching(/^[0-9a-zA-Z+\-_?=][0-9a-zA-Z+\-._?=]{0,100}$/);
		fc.assert(
			fc.property(name, fc.string(), (name, seed) => {
				const path = StorePath.fromHash(hashString("sha1", seed.replace(/[^\x00-\xff]/g, "")).bytes, name);
				expect(parseStorePath(path.toString()).equals(path)).toBe(true);
				expect(parseBaseName(path.baseName).equals(path)).toBe(true);
			}),
		);
	});

	test.each([
		["/foo", 'path "/foo" is not in the Nix store'],
		["/nix/store", 'path "/nix/store" is not in the Nix store'],
		[`/nix/store/${hashPart}-foo/bar`, `path "/nix/store/${hashPart}-foo/bar" is not in the Nix store`],
		["/nix/store/abc", "'abc' is too short to be a valid store path"],
		[
			`/nix/store/e${hashPart.slice(1)}-foo`,
			`store path 'e${hashPart.slice(1)}-foo' contains illegal base-32 character 'e'`,
		],
		[
			`/nix/store/${hashPart}-a b`,
			`path '${hashPart}-a b' is not a valid store path: name 'a b' contains illegal character ' '`,
		],
		[`/nix/store/${hashPart}-`, `path '${hashPart}-' is not a valid store path: name must not be empty`],
	])("%s is none", (text, message) => {
		expect(() => parseStorePath(text)).toThrow(message);
		expect(maybeParseStorePath(text)).toBeUndefined();
	});

	test("sort by their bytes", () => {
		const names = ["b", "a", "B"].map((name) => new StorePath(hashPart, name));
		expect(names.sort(StorePath.compare).map((path) => path.name)).toEqual(["B", "a", "b"]);
	});

	test("of derivations end in .drv", () => {
		const drv = new StorePath(hashPart, "foo.drv");
		expect(isDerivationPath(drv)).toBe(true);
		expect(derivationNameOf(drv)).toBe("foo");
		expect(() => derivationNameOf(new StorePath(hashPart, "foo"))).toThrow(
			`store path '${hashPart}-foo' is not a valid derivation path`,
		);
	});
});

describe("names", () => {
	test.each(["a", "-", ".a", "..a", "a.b", "...", ".a-b", "a".repeat(211), "+-._?="])("%s is fine", (name) => {
		checkStorePathName(name);
	});

	test.each([
		["", "name must not be empty"],
		[".", "name '.' is not valid"],
		["..", "name '..' is not valid"],
		[".-a", "name '.-a' is not valid: first dash-separated component must not be '.'"],
		["..-a", "name '..-a' is not valid: first dash-separated component must not be '..'"],
		["a/b", "name 'a/b' contains illegal character '/'"],
		["a".repeat(212), `name '${"a".repeat(212)}' must be no longer than 211 characters`],
	])("%s is not", (name, message) => {
		expect(() => checkStorePathName(name)).toThrow(message);
	});
});
