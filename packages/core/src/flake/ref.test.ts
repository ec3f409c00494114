import { Volume } from "memfs";
import { describe, expect, test } from "vitest";
import type { FlakeFs } from "./find-flake";
import {
	canonicalFlakeRef,
	flakeRefFromAttrs,
	flakeRefsEqual,
	flakeRefToAttrs,
	flakeRefToString,
	parseFlakeRef,
	parseInstallable,
} from "./ref";

test.each([
	["nixpkgs", { type: "indirect", id: "nixpkgs" }],
	["nixpkgs/nixos-24.05", { type: "indirect", id: "nixpkgs", ref: "nixos-24.05" }],
	["github:NixOS/nixpkgs/23.05?dir=lib", { type: "github", owner: "NixOS", repo: "nixpkgs", ref: "23.05", dir: "lib" }],
	["/a/b?dir=c", { type: "path", path: "/a/b", dir: "c" }],
])("%s", (text, attrs) => {
	const ref = parseFlakeRef(text);
	expect(flakeRefToAttrs(ref)).toEqual(attrs);
	expect(flakeRefsEqual(flakeRefFromAttrs(attrs), ref)).toBe(true);
	expect(flakeRefsEqual(parseFlakeRef(flakeRefToString(ref)), ref)).toBe(true);
});

test("relative paths stay relative where a flake names them", () => {
	expect(flakeRefToAttrs(parseFlakeRef("../x", { preserveRelativePaths: true }))).toEqual({
		type: "path",
		path: "../x",
	});
	expect(() => parseFlakeRef("../x")).toThrow("flake reference '../x' is not an absolute path");
});

test("a fragment is for installables", () => {
	expect(() => parseFlakeRef("nixpkgs#hello")).toThrow(
		"unexpected fragment 'hello' in flake reference 'nixpkgs#hello'",
	);
	expect(parseInstallable("nixpkgs#hello%20x^out,dev")).toMatchObject({ fragment: "hello x", outputs: ["dev", "out"] });
});

test("old lock files' URLs count as the same", () => {
	const old = flakeRefFromAttrs({ type: "git", url: "https://x/y?dir=z", dir: "z" });
	const now = flakeRefFromAttrs({ type: "git", url: "https://x/y", dir: "z" });
	expect(flakeRefsEqual(old, now)).toBe(false);
	expect(flakeRefsEqual(canonicalFlakeRef(old), canonicalFlakeRef(now))).toBe(true);
});

describe("paths", () => {
	const fs = Volume.fromJSON({
		"/repo/.git/HEAD": "",
		"/repo/flake.nix": "",
		"/repo/sub/flake.nix": "",
		"/repo/sub/deep/file": "",
		"/plain/flake.nix": "",
		"/none/x": "",
		"/bare/.git/HEAD": "",
		"/bare/sub/x": "",
	});
	fs.symlinkSync("/repo/sub", "/link");
	const parse = (text: string): string =>
		flakeRefToString(parseFlakeRef(text, { baseDir: "/repo/sub", fs: fs as unknown as FlakeFs }));

	test.each([
		[".", "git+file:///repo?dir=sub"],
		["..", "git+file:///repo"],
		["./deep", "git+file:///repo?dir=sub"],
		["/repo/flake.nix", "git+file:///repo"],
		["/link", "git+file:///repo?dir=sub"],
		["/plain", "path:/plain"],
		["path:/repo", "path:/repo"],
		["path:../..", "path:/"],
	])("%s", (text, url) => {
		expect(parse(text)).toBe(url);
	});

	test.each([
		["/none", "could not find a flake.nix file"],
		["/none/x", `path "/none/x" is not a flake (because it's not a directory)`],
		["/nope", 'getting status of "/nope": No such file or directory'],
		[
			"/bare/sub",
			`path "/bare" is not part of a flake (neither it nor its parent directories contain a 'flake.nix' file)`,
		],
		["/repo/sub?dir=x", "flake URL '/repo/sub?dir=x' has an inconsistent 'dir' parameter"],
	])("%s is none", (text, message) => {
		expect(() => parse(text)).toThrow(message);
	});
});
