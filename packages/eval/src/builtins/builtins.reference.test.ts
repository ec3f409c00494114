import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { pseudoRandom } from "../text/testing";
import { show } from "./testing";

/** What the reference prints for an expression: its value, or the error without what was logged before. */
const byReference = (source: string): string => {
	const command = join(process.env.TSNIX_REFERENCE ?? "", "bin", "nix-instantiate");
	const options = ["--eval", "--strict", "--store", "dummy://", "--expr", source];
	const { stdout, stderr } = spawnSync(command, options, { encoding: "utf8", maxBuffer: 1 << 28 });
	if (stdout !== "") return stdout.trimEnd();
	return stderr
		.slice(stderr.indexOf("error:"))
		.replace(/\nTry 'nix-instantiate --help' for more information\.\n*$/, "")
		.trimEnd();
};

/** An expression that applies a builtin to each choice of arguments. */
const calls = (name: string, ...choices: string[][]): string[] =>
	choices.reduce<string[]>(
		(made, options) => made.flatMap((call) => options.map((option) => `${call} ${option}`)),
		[`builtins.${name}`],
	);

const numbers = ["(-2)", "2.5", "9223372036854775807", "9007199254740993", '"a"', "0"];
const lists = [
	"[ 3 1 2 ]",
	"[ ]",
	'[ "b" 1 ]',
	'[ (throw "x") ]',
	"1",
	"[ { a = 1; } { b = 2; } ]",
	"[ [ 1 ] [ ] [ 2 3 ] ]",
];
const functions = [
	"(x: x)",
	"(x: y: x)",
	"1",
	'(x: throw "y")',
	"(x: true)",
	"(x: [ x ])",
	"{ __functor = s: x: false; }",
	"builtins.typeOf",
];
const sets = ["{ }", '{ a = 1; b = throw "z"; }', '{ outPath = "o"; c = [ ]; }', "1", "(x: x)"];
const strings = ['"abc"', '""', "1", '{ outPath = "abc"; }', '"a-1.2pre3"', "null"];

const grid: Record<string, string[]> = {
	arithmetic: ["add", "sub", "mul", "div", "bitAnd", "bitOr", "bitXor", "lessThan"].flatMap((name) =>
		calls(name, numbers, numbers),
	),
	rounding: [...calls("ceil", numbers), ...calls("floor", numbers)],
	types: [
		"typeOf",
		"isNull",
		"isFunction",
		"isInt",
		"isFloat",
		"isString",
		"isBool",
		"isPath",
		"isAttrs",
		"isList",
	].map((name) => `map builtins.${name} [ 1 2.5 "a" /x null true { } [ ] (x: x) map (map 1) { __functor = x: x; } ]`),
	lists: [
		...["map", "filter", "any", "all", "partition", "groupBy", "concatMap", "sort"].flatMap((name) =>
			calls(name, functions, lists),
		),
		...["head", "tail", "length", "concatLists", "listToAttrs"].flatMap((name) => calls(name, lists)),
		...calls("elemAt", lists, ["0", "2", "(-1)", '"a"']),
		...calls("elem", ["1", '"b"', "{ a = 1; }"], lists),
		...calls(
			"foldl'",
			["(a: b: b)", "(a: b: [ a b ])", "1", "(a: 1)"],
			["0", 'throw "n"'].map((x) => `(${x})`),
			lists,
		),
		...calls("genList", functions, ["3", "(-1)", '"a"']),
	],
	sets: [
		...["attrNames", "attrValues", "functionArgs", "toJSON", "toXML"].flatMap((name) => calls(name, sets)),
		...["getAttr", "hasAttr"].flatMap((name) => calls(name, ['"a"', '"q"', "1"], sets)),
		...calls("intersectAttrs", sets, sets),
		...calls("removeAttrs", sets, ['[ "a" ]', "[ 1 ]", "1", "[ ]"]),
		...calls("mapAttrs", functions, sets),
		...calls("zipAttrsWith", functions, lists),
		...calls("catAttrs", ['"a"', "1"], lists),
		...calls("genericClosure", sets),
	],
	strings: [
		...["stringLength", "toString", "parseDrvName", "splitVersion", "fromJSON", "fromTOML"].flatMap((name) =>
			name === "toString" ? strings.map((s) => `toString ${s}`) : calls(name, strings),
		),
		...calls("substring", ["0", "1", "(-1)"], ["0", "2", "(-1)"], strings),
		...calls("concatStringsSep", ['"/"', "1"], ["[ ]", '[ "a" "b" ]', "[ 1 ]", "1", '[ { outPath = "x"; } ]']),
		...calls("compareVersions", strings, strings),
		...calls("match", ['"a(b)?.*"', '"("', "1"], strings),
		...calls("split", ['"(b)"', '"["', '""'], strings),
		...calls("hashString", ['"md5"', '"sha256"', '"x"', "1"], strings),
	],
	control: [
		...["tryEval", "throw", "abort"].flatMap((name) => calls(name, strings)),
		...calls("seq", ['(throw "a")', "1"], ['(throw "b")', "2"]),
		...calls("deepSeq", ['[ { a = [ (throw "a") ]; } ]', "{ }"], ["2"]),
		...calls("addErrorContext", strings, ['(throw "b")', "2"]),
	],
};

describe.each(Object.entries(grid))("builtins: %s", (_, sources) => {
	it("agree with the reference, messages and traces too", () => {
		const differences = sources.flatMap((source) => {
			const want = byReference(source);
			const got = show(source).trimEnd();
			return want === got ? [] : [{ source, want, got }];
		});
		expect(differences).toEqual([]);
	});
});

describe("builtins.sort", () => {
	it("compares what the reference compares, in its order", () => {
		const random = pseudoRandom(7);
		const orders = ["a < b", "true", "false", "a <= b", "bitAnd (a + b) 1 == 1", "bitAnd a 7 < bitAnd b 7"];
		const cases = Array.from({ length: 40 }, (_, i) => {
			const items = Array.from({ length: random(120) }, () => random(60)).join(" ");
			return `sort (a: b: ${orders[i % orders.length]}) [ ${items} ]`;
		});
		const source = `with builtins; [ ${cases.map((c) => `(${c})`).join(" ")} ]`;
		expect(show(source)).toBe(byReference(source));
	});
});

describe("builtins.replaceStrings", () => {
	it("agrees on strings made at random", () => {
		const random = pseudoRandom(11);
		const word = (n: number): string => `"${Array.from({ length: random(n) }, () => "abc"[random(3)]).join("")}"`;
		const cases = Array.from({ length: 500 }, () => {
			const n = random(4);
			const words = (): string => Array.from({ length: n }, () => word(4)).join(" ");
			return `(builtins.replaceStrings [ ${words()} ] [ ${words()} ] ${word(12)})`;
		});
		const source = `[ ${cases.join(" ")} ]`;
		expect(show(source)).toBe(byReference(source));
	});
});

describe("builtins.genericClosure", () => {
	it("tells the same two keys apart where some cannot be compared", () => {
		const random = pseudoRandom(13);
		for (let i = 0; i < 20; i++) {
			const keys = Array.from({ length: 1 + random(30) }, () => random(40)).join(" ");
			const source = `builtins.genericClosure { startSet = map (key: { inherit key; }) [ ${keys} "a" ]; operator = x: [ ]; }`;
			expect(show(source)).toBe(byReference(source));
		}
	});
});
