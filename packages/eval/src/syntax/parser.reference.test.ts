import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fromBytes, toBytes } from "@tsnix/store";
import { afterAll, expect, it } from "vitest";
import { ParseError } from "../errors/parse-error";
import { parse } from "./parse";
import { printExpression } from "./print";
import { newSymbolTable } from "./well-known";

/* What `nix-instantiate --parse` prints for good sources, and its errors and their positions for broken ones. */

const folder = mkdtempSync(join(tmpdir(), "tsnix-parse-"));
afterAll(() => rmSync(folder, { recursive: true }));

const pieces = [
	`let x = 1; inherit (y) a b "c"; in { inherit x; a.b = 2; \${"d"} = "e\${f}g"; }`,
	"{ lib, stdenv ? null, ... }@args: with lib; assert x -> y; rec { a = ''\n  foo\n    ${b} ''$ '''\n ''; }",
	"if a == b then c.d or e else -f + !g * h / i ++ [ 1 2.5 ./foo/${x}/bar <nixpkgs/x> http://a.b/c ]",
	`args@{ a, b ? 2 }: x: y: a ? b.c."d\${e}" && !(f or g) || h <= i`,
	"let { body = 1; inherit a; }",
	"a |> b |> c",
	"a <| b",
	"[ (x: x) { } rec { a = 1; } or ]",
	`{ a.b.c = 1; a.b.d = 2; a = { b.e = 3; }; "x y" = __curPos; }`,
	`f: x: f (x.\${y} or z) { a = "\\n$\${b}\\\${"; } # c\n`,
	`"a \${b "c \${d}"}" + /abs/path + ../x/\${"y"}z/w`,
	"/* c */ let a = 1; b = /** doc */ c: 2; in a < b",
	"a // b // { c = a > b; } != d >= e",
];
const insertions = (
	`{ } ( ) [ ] ; : = . " '' \${ in let if then else with inherit rec or @ ? ... x 1 + - == // -> ! $ ' / /x a/b ` +
	"|> <| <a> < ~ 99999999999999999999 1.5e999 ^ \\ http:x /${ */ /* # , assert & | % é"
).split(" ");
const token = /\s+|[A-Za-z_][\w'-]*|\d+|''|\$\{|==|!=|<=|>=|&&|\|\||->|\/\/|\+\+|\.\.\.|[^]/g;

/** The same numbers at every run. */
const random = (() => {
	let state = 20260101;
	return (below: number): number => {
		state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
		return Math.floor((state / 2 ** 32) * below);
	};
})();

const mutated = (source: string): string => {
	const tokens = source.match(token) ?? [];
	for (let n = 1 + random(2); n > 0; n--) {
		const at = random(tokens.length);
		const kind = random(4);
		if (kind === 0) tokens.splice(at, 1);
		else if (kind === 1) tokens.splice(at, 0, tokens[at]);
		else if (kind === 2) tokens.splice(at, 0, insertions[random(insertions.length)]);
		else tokens[at] = insertions[random(insertions.length)];
	}
	return tokens.join("");
};

const ours = (source: string, pipeOperators: boolean): string => {
	const bytes = toBytes(source);
	try {
		const symbols = newSymbolTable();
		return fromBytes(
			printExpression(parse(bytes, { symbols, basePath: folder, features: { pipeOperators } }), symbols),
		);
	} catch (error) {
		if (!(error instanceof ParseError)) throw error;
		const at = (offset: number) => {
			const before = bytes.slice(0, offset).split("\n");
			return `«string»:${before.length}:${before[before.length - 1].length + 1}`;
		};
		return `${error.message.replace("%at%", at(error.otherOffset ?? 0))} @ ${at(error.offset)}`;
	}
};

const reference = (source: string, pipeOperators: boolean): string => {
	const features = pipeOperators ? "pipe-operators" : "";
	const run = spawnSync(
		join(process.env.TSNIX_REFERENCE ?? "", "bin/nix-instantiate"),
		["--parse", "--store", "dummy://", "--option", "experimental-features", features, "-E", source],
		{ cwd: folder, encoding: "utf8" },
	);
	if (run.status === 0) return run.stdout.slice(0, -1);
	const [, message, position] = /^error: ([^]*?)\n {7}at («string»:\d+:\d+):/m.exec(run.stderr) ?? [];
	return `${message} @ ${position}`;
};

it("agrees about what is an expression, and what is wrong with the rest", () => {
	for (let i = 0; i < 400; i++) {
		const source = i < pieces.length ? pieces[i] : mutated(pieces[random(pieces.length)]);
		if (source.startsWith("-")) continue;
		const pipeOperators = i % 2 === 0;
		const expected = reference(source, pipeOperators);
		const actual = ours(source, pipeOperators);
		// The reference looks variables up before it prints.
		if (expected.startsWith("undefined variable")) expect(actual, source).not.toMatch(/ @ «/);
		else expect(actual, source).toBe(expected);
	}
});
