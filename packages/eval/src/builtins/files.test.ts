import { fromBytes, type MemoryTree, memoryAccessor, memoryStore, NixError, symlink, toBytes } from "@tsnix/store";
import { describe, expect, it } from "vitest";
import type { Host } from "../host";
import { memoryHost } from "../hosts/memory";
import { Evaluator } from "../runtime/evaluator";
import { forceDeep } from "../runtime/force-deep";
import { printAmbiguous } from "../runtime/print-ambiguous";
import type { EvalSettings } from "../runtime/settings";
import type { Env } from "../runtime/values";
import { installBuiltins } from ".";

const files: MemoryTree = {
	src: {
		"a.nix": "1 + 1",
		"broken.nix": "1 +",
		"fails.nix": 'throw "in here"',
		"scoped.nix": "x + y",
		"text.txt": "hello\n",
		dir: { "default.nix": "{ x = 5; }\n" },
		link: symlink("dir"),
		dangling: symlink("nowhere"),
	},
};

interface World {
	readonly host?: Partial<Host>;
	readonly settings?: Partial<EvalSettings>;
}

/** The printed value of an expression in a folder with some files, or the message of its error. */
const evaluate = (source: string, { host, settings }: World = {}): string => {
	const st = new Evaluator(memoryHost(files, host), { readOnly: true, ...settings });
	try {
		installBuiltins(st);
		const { code } = st.compile(toBytes(source), { origin: { kind: "string" }, basePath: "/src" });
		return fromBytes(printAmbiguous(st, forceDeep(st, code.ev(code, undefined as unknown as Env, undefined))));
	} catch (error) {
		if (!(error instanceof NixError)) throw error;
		return `error: ${error.message}`;
	}
};

describe("import", () => {
	it("evaluates files, folders and what links lead to", () => {
		expect(evaluate("import ./a.nix")).toBe("2");
		expect(evaluate("(import ./dir).x")).toBe("5");
		expect(evaluate("(import ./link).x")).toBe("5");
	});
	it("tells of what is not there, and of what fails", () => {
		expect(evaluate("import ./none.nix")).toBe("error: path '/src/none.nix' does not exist");
		expect(evaluate("import ./broken.nix")).toBe("error: syntax error, unexpected end of file");
		expect(evaluate("import ./fails.nix")).toBe("error: in here");
	});
	it("evaluates a file once", () => {
		let reads = 0;
		const inner = memoryAccessor(files);
		const root = {
			lstat: (path: string) => inner.lstat(path),
			readFile: (path: string) => {
				reads++;
				return inner.readFile(path);
			},
			readDirectory: (path: string) => inner.readDirectory(path),
			readLink: (path: string) => inner.readLink(path),
		};
		expect(evaluate("[ (import ./a.nix) (import ./a.nix) (import ./dir/../a.nix) ]", { host: { root } })).toBe(
			"[ 2 2 2 ]",
		);
		expect(reads).toBe(1);
	});
	it("takes names from a scope", () => {
		expect(evaluate("builtins.scopedImport { x = 1; y = 2; } ./scoped.nix")).toBe("3");
		expect(evaluate("builtins.scopedImport { x = 1; } ./scoped.nix")).toBe("error: undefined variable 'y'");
	});
});

describe("files", () => {
	it("are read", () => {
		expect(evaluate("builtins.readFile ./text.txt")).toBe('"hello\\n"');
		expect(evaluate("builtins.readFileType ./link")).toBe('"symlink"');
		expect(evaluate("(builtins.readDir ./.).dir")).toBe('"directory"');
		expect(evaluate('builtins.hashFile "md5" ./text.txt')).toBe('"b1946ac92492d2347c6235b4d2611184"');
		expect(evaluate("builtins.readDir ./text.txt")).toBe(
			'error: cannot read directory "/src/text.txt": Not a directory',
		);
	});
	it("exist or not", () => {
		expect(evaluate("map builtins.pathExists [ ./dir ./link ./dangling ./none /. ]")).toBe(
			"[ true true true false true ]",
		);
		expect(evaluate('map builtins.pathExists [ "/src/text.txt/" "/src/dir/" "/src/link/." ]')).toBe(
			"[ false true true ]",
		);
	});
	it("are copied to the store", () => {
		expect(evaluate('"${./text.txt}"')).toBe('"/nix/store/rmfdyn3lzzxkyy6f1hzn3slfw201qjkl-text.txt"');
		expect(evaluate("builtins.path { path = ./dir; }")).toBe('"/nix/store/d930l0nagv00y5fri3vgp036s28fcf4k-dir"');
		expect(evaluate('builtins.toFile "foo" "bar"')).toBe('"/nix/store/vxjiwkjkn7x4079qvh1jkl5pn05j2aw0-foo"');
		expect(evaluate("builtins.path { path = ./none; }")).toBe("error: path '/src/none' does not exist");
	});
	it("are filtered", () => {
		const kept = 'builtins.path { path = ./.; name = "s"; filter = path: type: type == "regular"; }';
		expect(evaluate(kept)).toBe(
			evaluate(kept.replace('type == "regular"', '!(builtins.elem type [ "directory" "symlink" ])')),
		);
		expect(evaluate("builtins.filterSource (path: type: path) ./dir")).toBe(
			'error: expected a Boolean but found a string: "/src/dir/default.nix"',
		);
	});
});

describe("the search path", () => {
	const settings = { nixPath: ["foo=/src", "/src/dir", "bar=/nonexistent"] };
	it("finds files", () => {
		expect(evaluate("<foo/a.nix>", { settings })).toBe("/src/a.nix");
		expect(evaluate("<default.nix>", { settings })).toBe("/src/dir/default.nix");
		expect(evaluate("<nix/fetchurl.nix>")).toBe("<nix/fetchurl.nix>");
		expect(evaluate("<bar>", { settings })).toBe(
			"error: file 'bar' was not found in the Nix search path (add it using $NIX_PATH or -I)",
		);
	});
	it("warns of entries that are not there, once", () => {
		const said: string[] = [];
		const host = { log: ({ text }: { text: string }) => void said.push(text) };
		evaluate("map (x: (builtins.tryEval <bar>).success) [ 1 2 ]", { host, settings });
		expect(said).toEqual(["Nix search path entry '/nonexistent' does not exist, ignoring"]);
	});
});

describe("pure evaluation", () => {
	const settings = { pureEval: true };
	it("sees no files", () => {
		expect(evaluate("builtins.readFile ./text.txt", { settings })).toBe(
			"error: access to absolute path '/src/text.txt' is forbidden in pure evaluation mode (use '--impure' to override)",
		);
		expect(evaluate("builtins.pathExists ./text.txt", { settings })).toBe("false");
		expect(evaluate("builtins ? currentTime", { settings })).toBe("false");
	});
	it("is not restricted evaluation, which sees the search path", () => {
		const restricted = { restrictEval: true, nixPath: ["dir=/src/dir"] };
		expect(evaluate("(import <dir>).x", { settings: restricted })).toBe("5");
		expect(evaluate("import ./a.nix", { settings: restricted })).toBe(
			"error: access to absolute path '/src/a.nix' is forbidden in restricted mode",
		);
	});
});

describe("import from derivation", () => {
	it("builds what is read", () => {
		const store = memoryStore();
		const asked: string[] = [];
		const inner = memoryAccessor(files);
		const built = memoryAccessor("40 + 2");
		const host: Partial<Host> = {
			store,
			root: {
				lstat: (path) => (path.startsWith("/nix/store/") ? built.lstat("/") : inner.lstat(path)),
				readFile: (path) => (path.startsWith("/nix/store/") ? built.readFile("/") : inner.readFile(path)),
				readDirectory: (path) => inner.readDirectory(path),
				readLink: (path) => inner.readLink(path),
			},
			realise: (requests) =>
				requests.map(({ drvPath, output }) => {
					asked.push(`${store.readDerivation(drvPath).name}^${output}`);
					return drvPath;
				}),
		};
		const source = 'import (derivation { name = "answer.nix"; builder = "b"; system = "s"; })';
		expect(evaluate(source, { host, settings: { readOnly: false } })).toBe("42");
		expect(asked).toEqual(["answer.nix^out"]);
		expect(evaluate(source, { host, settings: { readOnly: false, allowImportFromDerivation: false } })).toMatch(
			/^error: cannot build '.*-answer\.nix\.drv\^out' during evaluation because the option 'allow-import-from-derivation' is disabled$/,
		);
	});
});

describe("fetching", () => {
	it("is the host's business", () => {
		const asked: unknown[] = [];
		const host: Partial<Host> = {
			fetchTree: ({ attrs, builtin }) => {
				asked.push([builtin, attrs]);
				return { storePath: memoryStore().addTextToStore("source", "x", []), attrs: { rev: "r" } };
			},
		};
		expect(evaluate('(builtins.fetchGit { url = "/repo"; ref = "main"; }).rev', { host })).toBe('"r"');
		expect(asked).toEqual([["fetchGit", { type: "git", url: "/repo", ref: "main", exportIgnore: true }]]);
	});
	it("checks its arguments first", () => {
		expect(evaluate('builtins.fetchurl "http://x/a b"')).toBe(
			"error: invalid store path name when fetching URL 'http://x/a b': name 'a b' contains illegal character ' '. Please pass an attribute set with 'url' and 'name' attributes to 'fetchurl',  so that it can create a valid store path.",
		);
		expect(evaluate('builtins.fetchGit { url = "x"; a = [ ]; }')).toBe(
			"error: argument 'a' to 'fetchGit' is a list while a string, Boolean or integer is expected",
		);
		expect(evaluate('builtins.fetchTarball "http://x/y"', { settings: { pureEval: true } })).toBe(
			"error: in pure evaluation mode, 'fetchTarball' requires a 'sha256' argument",
		);
		expect(evaluate('builtins.fetchurl "http://x/y"', { settings: { restrictEval: true } })).toBe(
			"error: access to URI 'http://x/y' is forbidden in restricted mode",
		);
	});
});
