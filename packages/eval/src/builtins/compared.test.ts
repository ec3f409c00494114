import { fromBytes } from "@tsnix/store";
import { describe, expect, it } from "vitest";
import type { LogEntry } from "../host";
import { forceDeep } from "../runtime/force-deep";
import { printAmbiguous } from "../runtime/print-ambiguous";
import { newEvaluator, show, valueOf } from "./testing";

// What `npm run compare` once found to differ from the reference, made small.

/** What is logged while an expression is evaluated. */
const logged = (source: string): LogEntry[] => {
	const entries: LogEntry[] = [];
	try {
		valueOf(
			newEvaluator({}, (entry) => void entries.push(entry)),
			source,
		);
	} catch {
		// What was logged before is of interest.
	}
	return entries;
};

describe("an element of map, genList, mapAttrs or zipAttrsWith that wants itself", () => {
	it.each([
		"let y = map (x: builtins.head y) [ 1 ]; in builtins.head y",
		"let y = builtins.genList (builtins.elemAt y) 2; in builtins.head y",
		"let y = builtins.mapAttrs (n: v: y.a) { a = 1; }; in y.a",
		"let y = builtins.zipAttrsWith (n: v: y.a) [ { a = 1; } ]; in y.a",
	])("is applied again until it is too deep: %s", (source) =>
		expect(show(source, { maxCallDepth: 20 })).toContain("error: stack overflow; max-call-depth exceeded"),
	);
	it("is infinite recursion where what came of the first argument wants itself", () => {
		expect(show("let y = builtins.mapAttrs (n: let z = y.${n} + 1; in v: z) { a = 1; }; in y.a")).toContain(
			"error: infinite recursion encountered\n       at «string»:1:57:",
		);
	});
	it("is shown as any other that is not worked out", () => {
		expect(show('let y = map (x: "${y}") [ 1 2 ]; in builtins.head y')).toContain("[ «thunk» «thunk» ]");
	});
});

describe("infinite recursion through an operator that is a builtin's call", () => {
	it.each(["rec { x = x - 3; }.x", "let y = -y; in y", "let y = 2 * y; in y", "let y = 1 < y; in y"])(
		"has no place where the operand is a variable: %s",
		(source) => expect(show(source)).toMatch(/error: infinite recursion encountered$/),
	);
	it("has one where it is not", () => {
		expect(show("let y = -(y + 1); in y")).toMatch(/error: infinite recursion encountered\n {7}at «string»:1:11:/);
	});
});

describe("a name on a path that is worked out", () => {
	it.each(['{ a = throw "y"; }.a.${throw "x"}', '{ a = throw "y"; }.a."${throw "x"}" or 1'])(
		"comes before what it is looked up in: %s",
		(source) => expect(show(source)).toMatch(/error: x$/),
	);
	it("comes after it where it is only asked for", () => {
		expect(show('{ a = throw "y"; } ? a.${throw "x"}')).toMatch(/error: y$/);
	});
});

describe("a delayed call that an operator's variable holds", () => {
	it.each(['map (a: a * 2) (map (x: throw x) [ "x" ])', 'map (a: -a) (map (x: throw x) [ "x" ])'])(
		"is wanted at no place: %s",
		(source) => expect(show(source, { showTrace: true, maxCallDepth: 100 }).match(/from call site/g)).toHaveLength(1),
	);
});

describe("a function that is to be called with two arguments later", () => {
	it("is called with the first of them within the second call", () => {
		const omitted = (source: string): string | undefined =>
			/ {7}\((\d+) duplicate/.exec(show(source, { showTrace: true, maxCallDepth: 100 }))?.[1];
		expect(omitted("builtins.mapAttrs { __functor = self: self; } { b = 1; }")).toBe("96");
		expect(omitted("let f = x: 1 + f x; in builtins.mapAttrs f { b = 1; }")).toBe("193");
	});
});

describe("positions", () => {
	it("have lines and columns that are worked out when they are wanted", () => {
		const st = newEvaluator();
		const origin = { kind: "file", path: "/a.nix" } as const;
		const { code } = st.compile("__curPos", { origin, basePath: "/" });
		const position = code.ev(code, undefined as never, undefined);
		expect(printAmbiguous(st, position)).toBe('{ column = <CODE>; file = "/a.nix"; line = <CODE>; }');
		forceDeep(st, position);
		expect(printAmbiguous(st, position)).toBe('{ column = 1; file = "/a.nix"; line = 1; }');
	});
});

describe("builtins.removeAttrs", () => {
	it("gives another set even where it removes nothing", () => {
		expect(fromBytes(show("let a = { x = { }; }; in [ a (removeAttrs a [ ]) (a // { }) ]"))).toBe(
			"[ { x = { }; } { x = { }; } «repeated» ]",
		);
	});
});

describe("builtins.derivation", () => {
	it("shows the lines that the reference shows where there are no outputs", () => {
		expect(show("derivation { outputs = [ ]; }")).toContain(
			`at «nix-internal»/derivation-internal.nix:60:2:
           59| in
           60| (builtins.head outputsList).value
             |  ^`,
		);
	});
	it.each([
		["1", "number"],
		["''[ ]''", "array"],
		["''null''", "null"],
		["''true''", "boolean"],
		[`''"a"''`, "string"],
	])("refuses a __json that is no object: %s", (json, type) => {
		expect(show(`(derivation { name = "b"; builder = "b"; system = "s"; __json = ${json}; }).drvPath`)).toMatch(
			`error: cannot process __json attribute: [json.exception.type_error.302] type must be object, but is ${type}`,
		);
	});
});

describe("builtins.warn", () => {
	it.each([
		['""', ""],
		['"a\\n"', "a"],
		['" a "', " a"],
		['"a\\n  b\\n\\nc"', "a\n                      b\n\n                    c"],
	])("lays out %s as the reference does", (message, text) => {
		expect(logged(`builtins.warn ${message} 1`)).toEqual([{ kind: "evaluation-warning", text }]);
	});
});

it("builtins.break adds nothing to a trace", () => {
	expect(show("builtins.break (1 1)")).toMatch(/^error: attempt to call something which is not a function/);
});

it("builtins.genList refuses what there is no room for", () => {
	expect(show("builtins.genList (x: x) 4294967295")).toContain("error: out of memory");
});

it("excerpts of lines with many spaces take no time", () => {
	expect(show(`throw "x"${" ".repeat(200_000)}# c`)).toContain('1| throw "x"');
});

it("the parser's warnings are told even if an error follows", () => {
	expect(logged('(_"" or').map((entry) => entry.kind)).toEqual(["warning"]);
});
