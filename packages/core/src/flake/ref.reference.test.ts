import { fromBytes, toBytes } from "@tsnix/store";
import { nodeFs } from "@tsnix/store/node";
import { afterAll, beforeAll, expect, test } from "vitest";
import { flakeRefFromAttrs, flakeRefToAttrs, flakeRefToString, parseFlakeRef } from "./ref";
import { Scratch } from "./testing/scenario";

const leaf = "{ outputs = _: { }; }";
let scratch: Scratch;
beforeAll(() => {
	scratch = new Scratch();
	scratch.make(
		{
			"repo/flake.nix": leaf,
			"repo/sub/flake.nix": leaf,
			"repo/sub/deep/file": "",
			"plain/flake.nix": leaf,
			"plain/x/flake.nix": leaf,
			"plain/deep/er/file": "",
			"empty/x": "",
			link: { link: "repo/sub" },
			"gitless/.git/HEAD": "",
			"shallow/flake.nix": leaf,
		},
		["repo", "shallow"],
	);
	scratch.change({ "shallow/.git/shallow": "" });
});
afterAll(() => scratch.remove());

const lastError = (stderr: string): string => fromBytes(stderr).trim().split("error: ").pop() as string;
const messageOf = (error: unknown): string => fromBytes((error as Error).message);

const texts = [
	"nixpkgs",
	"nixpkgs/nixos-24.05",
	"nixpkgs/23.11/0123456789012345678901234567890123456789",
	"nixpkgs/0123456789012345678901234567890123456789",
	"flake:nixpkgs",
	"flake:nixpkgs/a/b",
	"1nixpkgs",
	"nixpkgs#foo",
	"nixpkgs/a b",
	"nixpkgs/.",
	"github:NixOS/nixpkgs",
	"github:NixOS/nixpkgs/23.05?dir=lib",
	"github:NixOS/nixpkgs?dir=lib&ref=x",
	"github:NixOS/nixpkgs/a/b",
	"github:NixOS",
	"gitlab:a%2Fb/c",
	"sourcehut:~a/b",
	"git+https://example.org/x?ref=main&dir=a/b",
	"git+ssh://git@example.org/x?rev=0123456789012345678901234567890123456789",
	"git+file:/a/b",
	"git:/a",
	"git://example.org/x",
	"https://example.org/x.tar.gz",
	"https://example.org/x.tar.gz?narHash=sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
	"https://example.org/x?dir=y",
	"tarball+https://example.org/x",
	"file+https://example.org/x",
	"https://example.org/x.zip?foo=bar",
	"path:/a/b",
	"path:/a/b?dir=c",
	"path:///a/b",
	"path://x/a/b",
	"path:a",
	"path:./a",
	"path:/a?x=y",
	"path:/a?lastModified=12&revCount=x",
	"path:/a%20b",
	"path:/a%2Fb",
	"/a/b",
	"/a/b?dir=c",
	"/a/b?dir",
	"./a",
	"../a",
	"",
	".",
	"a b",
	"/a b",
	"/a?b=%zz",
	"/a?b=%2",
	"/a?b={",
	"/a?b=[",
	"/a?^",
	"/a?|b",
	toBytes("/a?b=\u00e9"),
	"/a?b=%zz&c=1",
	"path:/a?b=^",
	"github:a/b?ref=%zz",
	"https://x/y?a={",
	"https://x/y?a=%",
	"/a#b c",
	"foo:bar",
	"hg+https://example.org/x",
	"mailto:x@y",
	"%20",
	"?dir=x",
	"#x",
	"nixpkgs?dir=x",
];

test.each(texts)("builtins.parseFlakeRef %j", (text) => {
	const expression = `builtins.parseFlakeRef ${JSON.stringify(fromBytes(text))}`;
	const real = scratch.nix("eval", "--json", "--expr", expression);
	if (real.status === 0)
		expect(flakeRefToAttrs(parseFlakeRef(text, { allowMissing: true }))).toEqual(JSON.parse(fromBytes(real.stdout)));
	else
		try {
			expect(flakeRefToAttrs(parseFlakeRef(text, { allowMissing: true }))).toBe(lastError(real.stderr));
		} catch (error) {
			expect(messageOf(error)).toBe(lastError(real.stderr));
		}
});

const sets = [
	'{ type = "github"; owner = "a"; repo = "b"; }',
	'{ type = "github"; owner = "a"; repo = "b"; ref = "c"; dir = "d/e f"; }',
	'{ type = "path"; path = "/a b"; dir = "x"; lastModified = 3; }',
	'{ type = "indirect"; id = "x"; rev = "0123456789012345678901234567890123456789"; }',
	'{ type = "git"; url = "https://a/b?dir=c"; dir = "d"; submodules = true; shallow = false; }',
	'{ type = "tarball"; url = "https://a/b.tar.gz"; dir = "d"; }',
	'{ type = "gitlab"; owner = "a/b"; repo = "c"; host = "h"; }',
	'{ type = "nope"; }',
	"{ }",
];

test.each(sets)("builtins.flakeRefToString %s", (set) => {
	const real = scratch.nix("eval", "--raw", "--expr", `builtins.flakeRefToString ${set}`);
	const attrs = JSON.parse(fromBytes(scratch.nix("eval", "--json", "--expr", set).stdout));
	let ours: string;
	try {
		ours = flakeRefToString(flakeRefFromAttrs(attrs));
	} catch (error) {
		ours = messageOf(error);
	}
	expect(ours).toBe(real.status === 0 ? fromBytes(real.stdout) : lastError(real.stderr));
});

const paths = [
	"repo",
	"./repo",
	"repo/sub",
	"repo/sub/deep",
	"repo/sub/flake.nix",
	"repo/flake.nix",
	"repo/sub/deep/file",
	"link",
	"plain",
	"plain/deep/er",
	"plain?dir=x",
	"repo?ref=main",
	"repo/sub?dir=x",
	"empty",
	"nope",
	"gitless",
	"shallow",
	"repo/../plain",
	"path:plain",
	"path:./plain?dir=x",
	"git+file:repo",
];

test.each(paths)("a path: %s", (path) => {
	const at = path.startsWith("path:") || path.startsWith("git+") ? path : `files/${path}`;
	const text = `./${at}`.replace(/^\.\/(path:|git\+file:)/, "$1files/");
	const real = scratch.nix("flake", "metadata", "--json", text);
	const said: string[] = [];
	let ours: string;
	try {
		const ref = parseFlakeRef(text, {
			baseDir: scratch.dir,
			fs: nodeFs,
			warn: (text) => said.push(`warning: ${text}`),
			notice: (text) => said.push(text),
		});
		ours = flakeRefToString(ref);
	} catch (error) {
		ours = `error: ${messageOf(error)}`;
	}
	const expected = fromBytes(real.stderr)
		.trim()
		.split("\n")
		.filter((line) => line !== "" && !line.startsWith("error: "));
	expect(said).toEqual(expected);
	expect(ours).toBe(
		real.status === 0 ? JSON.parse(fromBytes(real.stdout)).originalUrl : `error: ${lastError(real.stderr)}`,
	);
});
