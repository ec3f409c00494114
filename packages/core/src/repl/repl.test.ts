import { Evaluator, emptyAttrs, installBuiltins, NixPath } from "@tsnix/eval";
import { memoryAccessor, memoryStore } from "@tsnix/store";
import { expect, test } from "vitest";
import { Repl } from "./repl";
import type { ReplHost } from "./repl-host";

const files = { "set.nix": '{ a = 1; "with spaces" = 2; }', "fn.nix": "{\n  /** Adds one. */\n  inc = n: n + 1;\n}\n" };

/** What is printed for lines of input; a line that began with others is taken with them. Colours are left out. */
const talk = (...lines: string[]): string[] => {
	let out = "";
	const say = (text: string): void => void (out += text);
	const host = {
		out: say,
		notice: (text: string) => say(`${text}\n`),
		error: (text: string) => say(`${text}\n`),
		page: say,
	} as Partial<ReplHost> as ReplHost;
	const st = new Evaluator({ root: memoryAccessor(files), store: memoryStore() });
	installBuiltins(st);
	const repl = new Repl({
		st,
		host,
		workingDirectory: "/",
		args: emptyAttrs,
		lookup: (path) => new NixPath(path, st.rootFS),
		callFlake: () => null,
	});
	let input = "";
	return lines.flatMap((line) => {
		input += `${line}\n`;
		const outcome = repl.read(input);
		if (outcome === "incomplete") return [];
		input = "";
		const said = Buffer.from(out, "latin1").toString();
		out = "";
		return [`${said.replace(/\x1b\[[0-9;]*m/g, "").trimEnd()}${outcome === "again" ? "" : ` (${outcome})`}`];
	});
};

test("values are printed to their first level, and whole", () => {
	expect(talk("1 + 1", "{ a = { b = 1; }; l = [ 1 ]; }", ":p { a = { b = 1; }; l = [ 1 2 ]; }")).toEqual([
		"2",
		"{\n  a = { ... };\n  l = [ ... ];\n}",
		"{\n  a = { b = 1; };\n  l = [\n    1\n    2\n  ];\n}",
	]);
	expect(talk(':p "a\\nb"', '"a\\nb"', ":t 1.5", ":t map")).toEqual([
		"a\nb",
		'"a\\nb"',
		"a float",
		"the built-in function 'map'",
	]);
});

test("definitions name values; later ones do not change what earlier ones were used for", () => {
	expect(talk("x = 1", "f = y: x + y", "x = 10", "f 1", "inherit ({ z = 3; }) z", "z", "a = 1; b = a;", "x")).toEqual([
		"",
		"",
		"",
		"2",
		"",
		"3",
		"error: undefined variable 'a'\n       at «string»:1:12:\n            1| a = 1; b = a;\n             |            ^",
		"10",
	]);
});

test("a line that is not all of an expression is gone on with", () => {
	expect(talk("{", "  a = 1;", "}", "x = ''", "  hi", "''", "x")).toEqual(["{ a = 1; }", "", '"hi\\n"']);
	expect(talk("1 2 +)")).toEqual([
		"error: syntax error, unexpected ')'\n       at «string»:1:6:\n            1| 1 2 +)\n             |      ^",
	]);
});

test("files come into scope, and are told of", () => {
	expect(talk(":l /set.nix", "a", ":ll", ":r", "a")).toEqual([
		'Added 2 variables.\na, "with spaces"',
		"1",
		"a\nwith spaces",
		" (reload)",
		expect.stringContaining("error: undefined variable 'a'"),
	]);
	expect(talk(":ll", ":a 1")).toEqual([
		"error: nothing has been loaded yet",
		"error:\n       … while evaluating an attribute set to be merged in the global scope\n\n       error: expected a set but found an integer: 1",
	]);
});

test("functions are documented by their comments", () => {
	expect(talk(":l /fn.nix", ":doc inc", ":doc 1")).toEqual([
		"Added 1 variables.\ninc",
		"Function inc\n… defined at /fn.nix:3:9\n\nAdds one.",
		"error: value does not have documentation",
	]);
});

test("an error that was printed once is told in the same way again", () => {
	const [, printed, again] = talk('x = { a = throw "no"; b = 1; }', "x", "x.a");
	expect(printed).toBe("{\n  a = «error: no»;\n  b = 1;\n}");
	expect(again).not.toContain("while evaluating the attribute");
});

test("commands that are none are told; :q ends", () => {
	expect(talk(":foo", ":te maybe", ":q")).toEqual([
		"error: unknown command ':foo'",
		"error: unexpected argument 'maybe' to :te",
		" (quit)",
	]);
});
