import { parseHash } from "@tsnix/store";
import { describe, expect, test } from "vitest";
import { type Attrs, attrsToJSON } from "./attrs";
import { LockMismatchError } from "./errors";
import {
	applyOverrides,
	checkLocks,
	inputContains,
	inputFromAttrs,
	inputFromURL,
	inputStorePath,
	inputToURL,
	isDirect,
	isLocked,
	isRelative,
	relativePath,
} from "./input";
import { defaultFetchSettings } from "./settings";

const rev = "0123456789abcdef0123456789abcdef01234567";
const emptyHash = "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
const messageOf = (run: () => unknown): string => {
	try {
		run();
	} catch (error) {
		return (error as Error).message;
	}
	return "no error";
};

describe("inputs from URLs", () => {
	test.each<[string, Attrs, string?]>([
		["path:/a/b?lastModified=5", { type: "path", path: "/a/b", lastModified: 5 }],
		["path:./a", { type: "path", path: "./a" }],
		["github:a/b", { type: "github", owner: "a", repo: "b" }],
		["github:a/b/c/d", { type: "github", owner: "a", repo: "b", ref: "c/d" }, "github:a/b/c%2Fd"],
		[`gitlab:a/b/${rev}?host=x.org`, { type: "gitlab", owner: "a", repo: "b", rev, host: "x.org" }],
		["sourcehut:~a/b?ref=c", { type: "sourcehut", owner: "~a", repo: "b", ref: "c" }, "sourcehut:~a/b/c"],
		["flake:nixpkgs", { type: "indirect", id: "nixpkgs" }],
		[`flake:nixpkgs/r/${rev}`, { type: "indirect", id: "nixpkgs", ref: "r", rev }],
		[
			"git+https://x/y?dir=a&ref=b&submodules=1&shallow=0",
			{ type: "git", url: "https://x/y?dir=a", ref: "b", submodules: true, shallow: false },
			"git+https://x/y?dir=a&ref=b&submodules=1",
		],
		["git://x/y", { type: "git", url: "git://x/y" }],
		["hg+https://x/y?ref=b", { type: "hg", url: "https://x/y", ref: "b" }],
		[
			"https://x/y.tar.gz?z=1&rev=2",
			{ type: "tarball", url: "https://x/y.tar.gz?z=1", rev: "2" },
			"https://x/y.tar.gz?z=1",
		],
		["tarball+file:///x", { type: "tarball", url: "file:///x" }, "file:///x"],
		["file+https://x/y", { type: "file", url: "https://x/y" }, "https://x/y"],
	])("%s", (url, attrs, written = url) => {
		const input = inputFromURL(url);
		expect(input.attrs).toEqual(attrs);
		expect(inputToURL(input)).toBe(written);
		expect(inputFromAttrs(attrs).attrs).toEqual(attrs);
	});

	test("a plain file is one only where no tree is required", () => {
		expect(inputFromURL("https://x/y", { requireTree: false }).attrs.type).toBe("file");
		expect(inputFromURL("https://x/y").attrs.type).toBe("tarball");
		expect(inputFromURL("https://x/y.zip", { requireTree: false }).attrs.type).toBe("tarball");
	});

	test.each([
		["foo:bar", "input 'foo:bar' is unsupported"],
		["file+git:///x", "input 'file+git:///x' is unsupported; did you mean 'git+file' instead of 'file+git'?"],
		["path://a/b", "path URL 'path://a/b' should not have an authority ('a')"],
		["path:/a?foo=1", "path URL 'path:/a?foo=1' has unsupported parameter 'foo'"],
		["path:/a?revCount=x", "path URL 'path:/a?revCount=x' has invalid parameter 'revCount'"],
		["github:a", "URL 'github:a' is invalid"],
		["github:a/b/c?ref=d", "URL 'github:a/b/c?ref=d' contains multiple branch/tag names"],
		[
			"github:a/b?host=x_y",
			'input {"host":"x_y","owner":"a","repo":"b","type":"github"} contains an invalid instance host',
		],
		[
			"github:a/b/c..d",
			'input {"owner":"a","ref":"c..d","repo":"b","type":"github"} contains an invalid branch/tag name',
		],
		["github:a/b?rev=xyz", "hash 'xyz' has wrong length for hash algorithm 'sha1'"],
		["flake:1a", "'1a' is not a valid flake ID"],
		["flake:a/b/c", "in flake URL 'flake:a/b/c', 'c' is not a commit hash"],
		["hg+http://x/y?ref=!", "invalid Mercurial branch/tag name '!'"],
		["git+ssh://x/y?ref=a%20b", "invalid Git branch/tag name 'a b'"],
		[
			"git+https://x/y?verifyCommit=1",
			"experimental Nix feature 'verified-fetches' is disabled; add '--extra-experimental-features verified-fetches' to enable it",
		],
	])("refuses %s", (url, message) => expect(messageOf(() => inputToURL(inputFromURL(url)))).toBe(message));
});

describe("inputs from attributes", () => {
	test("Git URLs are brought to their usual form", () => {
		expect(inputFromAttrs({ type: "git", url: "git@x.org:y" }).attrs.url).toBe("ssh://git@x.org/y");
	});

	test("an unknown type is carried, not understood", () => {
		const input = inputFromAttrs({ type: "new", a: 1 });
		expect(input.scheme).toBeUndefined();
		expect(messageOf(() => inputToURL(input))).toBe(`cannot show unsupported input '{"a":1,"type":"new"}'`);
	});

	test.each<[Attrs, string]>([
		[{ a: "b" }, "'type' attribute to specify input scheme is required but not provided"],
		[{ type: "path" }, "input attribute 'path' is missing"],
		[{ type: "path", path: "/a", dir: "x" }, "input attribute 'dir' not supported by scheme 'path'"],
		[{ type: "path", path: 1 }, `input attribute 'path' is not a string {"path":1,"type":"path"}`],
		[{ type: "path", path: "/", revCount: "x" }, "input attribute 'revCount' is not an integer"],
		[{ type: "git", url: "https://x", shallow: 1 }, "input attribute 'shallow' is not a Boolean"],
	])("refuses %j", (attrs, message) => expect(messageOf(() => inputFromAttrs(attrs))).toBe(message));

	test("several public keys are written as JSON", () => {
		const settings = { ...defaultFetchSettings, experimentalFeatures: new Set(["verified-fetches"]) };
		const keys = '[{"key":"A"},{"key":"B","type":"ssh-rsa"}]';
		const input = inputFromAttrs({ type: "git", url: "https://x/y", publicKeys: keys }, { settings });
		expect(inputFromURL(inputToURL(input), { settings }).attrs.publicKeys).toBe(
			'[{"key":"A","type":"ssh-ed25519"},{"key":"B","type":"ssh-rsa"}]',
		);
	});
});

describe("locks", () => {
	test("what locks an input", () => {
		const untrusting = { ...defaultFetchSettings, trustTarballsFromGitForges: false };
		expect(isLocked(inputFromURL("github:a/b"))).toBe(false);
		expect(isLocked(inputFromURL(`github:a/b/${rev}`))).toBe(true);
		expect(isLocked(inputFromURL(`github:a/b/${rev}`), untrusting)).toBe(false);
		expect(isLocked(inputFromURL(`git+https://x/y?rev=${rev}`))).toBe(true);
		expect(isLocked(inputFromURL(`git+https://x/y?rev=${"0".repeat(40)}`))).toBe(false);
		expect(isLocked(inputFromAttrs({ type: "path", path: "/a", narHash: emptyHash }))).toBe(true);
		expect(isDirect(inputFromURL("flake:a"))).toBe(false);
		expect(isRelative(inputFromURL("path:/a"))).toBe(false);
		expect(relativePath(inputFromURL("path:../a"))).toBe("../a");
	});

	test("a store path needs nothing but the NAR hash", () => {
		const input = inputFromAttrs({
			type: "path",
			path: "/a",
			narHash: "sha256-pQpattmS9VmO3ZIQUFn66az8GSmB4IvYhTTCFn6SUmo=",
		});
		expect(inputStorePath(input).toString()).toBe("/nix/store/0ccnxa25whszw7mgbgyzdm4nqc0zwnm8-source");
	});

	test("overrides", () => {
		const hash = parseHash(rev, "sha1");
		expect(applyOverrides(inputFromURL("github:a/b/c"), undefined, hash).attrs).toEqual(
			inputFromURL(`github:a/b/${rev}`).attrs,
		);
		expect(applyOverrides(inputFromURL("flake:a"), "r", hash).attrs).toEqual(inputFromURL(`flake:a/r/${rev}`).attrs);
		expect(messageOf(() => applyOverrides(inputFromURL("github:a/b"), "r", hash))).toBe(
			`cannot apply both a commit hash (${rev}) and a branch/tag name ('r') to input 'github:a/b'`,
		);
		expect(messageOf(() => applyOverrides(inputFromURL("git+https://x"), undefined, hash))).toBe(
			`Git input 'git+https://x?rev=${rev}' has a commit hash but no branch/tag name`,
		);
		expect(messageOf(() => applyOverrides(inputFromURL("path:/a"), "r", undefined))).toBe(
			"don't know how to set branch/tag name of input 'path:/a' to 'r'",
		);
	});

	test("an input covers those that only pin it", () => {
		expect(inputContains(inputFromURL("github:a/b"), inputFromURL("github:a/b/c"))).toBe(true);
		expect(inputContains(inputFromURL("github:a/b/c"), inputFromURL("github:a/b"))).toBe(false);
	});

	test("what came is compared with what was promised", () => {
		const path = (attrs: Attrs) => inputFromAttrs({ type: "path", path: "/a", ...attrs });
		const other = "sha256-pQpattmS9VmO3ZIQUFn66az8GSmB4IvYhTTCFn6SUmo=";
		const failing = (asked: Attrs, got: Attrs) => messageOf(() => checkLocks(path(asked), path(got)));
		expect(failing({ narHash: emptyHash }, { narHash: other })).toBe(
			`NAR hash mismatch in input 'path:/a?narHash=sha256-47DEQpj8HBSa%2B/TImW%2B5JCeuQeRkm5NMpJWZG3hSuFU%3D', expected '${emptyHash}' but got '${other}'`,
		);
		expect(failing({ narHash: emptyHash }, {})).toContain(`expected '${emptyHash}' but got none`);
		expect(failing({ lastModified: 5 }, { lastModified: 6 })).toBe(
			"'lastModified' attribute mismatch in input 'path:/a?lastModified=6', expected 5, got 6",
		);
		expect(failing({ rev }, {})).toBe(`'rev' attribute mismatch in input 'path:/a', expected ${rev}`);
		expect(failing({ revCount: 1 }, {})).toBe("'revCount' attribute mismatch in input 'path:/a', expected 1");
		const error = (() => {
			try {
				checkLocks(path({ narHash: emptyHash }), path({ narHash: other }));
			} catch (caught) {
				return caught;
			}
		})();
		expect(error).toBeInstanceOf(LockMismatchError);
		expect((error as LockMismatchError).exitStatus).toBe(102);
	});

	test("a final input keeps its attributes, and takes hashes whose padding was lost", () => {
		const asked = inputFromAttrs({ type: "path", path: "/a", __final: true, narHash: emptyHash });
		const got = inputFromAttrs({ type: "path", path: "/a", __final: true, narHash: emptyHash, lastModified: 5 });
		expect(checkLocks(asked, got).attrs).toEqual(asked.attrs);
		const wrong = { ...got, attrs: { ...got.attrs, path: "/b" } };
		expect(messageOf(() => checkLocks(asked, wrong))).toBe(
			`mismatch in field 'path' of input '${attrsToJSON(asked.attrs)}', got '${attrsToJSON(wrong.attrs)}'`,
		);
	});
});
