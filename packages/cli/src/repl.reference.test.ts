import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";

// Gives the same lines to the REPL and the debugger of the reference and of the built command, and compares what they
// print.

const reference = `${process.env.TSNIX_REFERENCE}/bin/nix`;
const command = fileURLToPath(new URL("../bin/tsnix", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "tsnix-repl-reference-"));
writeFileSync(join(folder, "set.nix"), '{ a = 1; "with spaces" = 2; }\n');
writeFileSync(join(folder, "fn.nix"), "{ x }: let y = x + 1; in if x > 3 then throw ''bad'' else y\n");
afterAll(() => rmSync(folder, { recursive: true }));

const run = (program: string, args: readonly string[], input: string) => {
	const { status, stdout, stderr } = spawnSync(program, args, {
		cwd: folder,
		input,
		encoding: "latin1",
		env: {
			PATH: process.env.PATH,
			HOME: folder,
			TERM: "xterm",
			NIX_CONF_DIR: folder,
			NIX_CONFIG: "experimental-features = nix-command flakes\nbuild-users-group =\nsubstituters =\nstore = dummy://",
		},
	});
	const offline = /warning: you don't have Internet access[^\n]*\n/;
	return { status, stdout, stderr: stderr.replace(offline, "") };
};

const same = (args: readonly string[], ...lines: string[]): void => {
	const input = lines.map((line) => `${line}\n`).join("");
	expect(run(command, args, input)).toEqual(run(reference, args, input));
};

describe("nix repl", () => {
	test.each([
		["values", "1 + 1", "{ a = { b = 1; }; l = [ 1 ]; }", ":p [ { a = 1; } ]", ":t x: x", '"a\\nb"', ':p "a\\nb"'],
		["definitions", "x = 1", "f = y: x + y", "x = 10", "f 1", "inherit ({ z = 3; }) z", "z", "a = 1; b = 2", "a + b"],
		["lines that go on", "{", "a = 1;", "}", "x = ''", "  hi", "''", "x", "1 +", "2", "1 )"],
		["errors", 'throw "x"', "{ }.a", "foo", ":foo", ":te maybe", ":b 1", ":a 1", ":ll", '[ (throw "a") ]'],
		["errors again", 'x = { th = throw "a"; b = 1; }', "x", "x.th", ":te", "x.th"],
		["files", ":l ./set.nix", "a", ":ll", ":r", "a", ":l nothing.nix"],
	])("%s", (_, ...lines) => same(["repl"], ...lines));
});

describe("--debugger", () => {
	const debug = (text: string): string[] => ["eval", "--impure", "--debugger", "--expr", text];
	test.each([
		["let x = 5; f = import ./fn.nix; in f { inherit x; }", ":bt", ":env", ":st 1", "x", ":c"],
		["{ aa = 1; }.a", ":bt"],
		['builtins.tryEval (throw "a")', ":c"],
		["with { }; foo", ":env", ":q"],
		["if 1 then 2 else 3", ":bt"],
		["rec { a = b.c; b = { c = throw ''deep''; }; }", ":bt", ":env"],
	])("%s", (text, ...lines) => same(debug(text), ...lines));
});
