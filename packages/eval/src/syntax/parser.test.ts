import { toBytes } from "@tsnix/store";
import { describe, expect, it } from "vitest";
import { ParseError } from "../errors/parse-error";
import { parse, parseBindings } from "./parse";
import type { ParseOptions } from "./parse-options";
import { printExpression } from "./print";
import { SymbolTable } from "./symbols";
import type { AttrsExpr, CallExpr, ConcatStringsExpr, Expr, LambdaExpr, ListExpr, SelectExpr } from "./tree";
import { Kind } from "./tree";

const parsed = (source: string, options: Partial<ParseOptions> = {}) =>
	parse(toBytes(source), { symbols: new SymbolTable(), basePath: "/base/folder", ...options });

/** What `nix-instantiate --parse` prints. */
const printed = (source: string, options: Partial<ParseOptions> = {}) => {
	const tree = parsed(source, options);
	return printExpression(tree, tree.symbols);
};

const error = (source: string, options: Partial<ParseOptions> = {}): ParseError => {
	try {
		parsed(source, options);
	} catch (e) {
		if (e instanceof ParseError) return e;
		throw e;
	}
	throw new Error("this is an expression");
};

const pipes = { features: { pipeOperators: true } };

describe("operators", () => {
	it.each([
		["1 + 2 * 3 - 4", "(__sub (1 + (__mul 2 3)) 4)"],
		["!a + b == c", "((! (a + b)) == c)"],
		["!a // b", "((! a) // b)"],
		["-a ? b", "(((__sub 0 a)) ? b)"],
		["a ? b ? c", "((((a) ? b)) ? c)"],
		["a * !b // c", "((__mul a (! b)) // c)"],
		["a // b // c", "(a // (b // c))"],
		["a ++ b ++ c", "(a ++ (b ++ c))"],
		["a -> b || c && d -> e", "(a -> ((b || (c && d)) -> e))"],
		["a <= b", "(! (__lessThan b a))"],
		["a >= b", "(! (__lessThan a b))"],
		["a > b", "(__lessThan b a)"],
		["(f a) b", "(f a b)"],
		["a-b", "a-b"],
		["a - b", "(__sub a b)"],
	])("%s", (source, expected) => expect(printed(source)).toBe(expected));

	it("do not chain where they have no associativity", () => {
		expect(error("1 == 2 == 3")).toMatchObject({ message: "syntax error, unexpected '=='", offset: 7 });
		expect(error("1 < 2 < 3")).toMatchObject({ message: "syntax error, unexpected '<'", offset: 6 });
	});

	it("pipe when asked to", () => {
		expect(printed("a |> f |> g b", pipes)).toBe("(g b (f a))");
		expect(printed("g <| f <| a", pipes)).toBe("(g (f a))");
		expect(error("a |> b <| c", pipes).message).toBe("syntax error, unexpected '<|', expecting end of file");
		expect(error("a |> f")).toMatchObject({
			message:
				"experimental Nix feature 'pipe-operators' is disabled; " +
				"add '--extra-experimental-features pipe-operators' to enable it",
			offset: 2,
		});
	});
});

describe("the longest match wins", () => {
	it.each([
		["x:x", '"x:x"'],
		["x: x", "(x: x)"],
		["a/b", "/base/folder/a/b"],
		["a /b", "(a /b)"],
		["a/ b", "(__div a b)"],
		["-a/b", "/base/folder/-a/b"],
		["[ 1.2.3 1.e3 .5 00.5 ]", "[ (1.2) (0.3) (1000) (0.5) (0) (0.5) ]"],
		["a'b/c", "(a'b /c)"],
		["<a/b>", '(__findFile __nixPath "a/b")'],
		["a <b", "(__lessThan a b)"],
		["[ a.b.c a.b/c ]", "[ ((a).b.c) (/base/folder/a.b/c) ]"],
		["../x", "/base/x"],
		["~/x", "~/x"],
		["a./**/b", "(a).b"],
	])("%s", (source, expected) => expect(printed(source)).toBe(expected));
});

describe("strings", () => {
	it.each([
		['"a\\n\\t\\q\\${x}$${y}$"', '"a\\n\\tq\\${x}$\\${y}$"'],
		['"a\r\nb\rc"', '"a\\nb\\nc"'],
		['"a${b}c${d}"', '("a" + b + "c" + d)'],
		['"${"a"}"', '("a")'],
		["''\n  a\n    b\n  ''", '"a\\n  b\\n"'],
		["''\n    a\n  ${b}\n\n   c''", '("  a\\n" + b + "\\n\\n c")'],
		["''a ''$ ''' ''\\n ''${b} $$ 'c' ''", `("a " + "$" + " " + "''" + " " + "\\n" + " " + "$" + "{b} $$ 'c' ")`],
		["''  ''", '""'],
		["./a/${b}/c", '(/base/folder/a/ + b + "/c")'],
		["é: 1", ""],
	])("%s", (source, expected) => {
		if (expected === "") expect(error(source).message).toBe("syntax error, unexpected invalid token");
		else expect(printed(source)).toBe(expected);
	});

	it("hold no NUL", () => {
		expect(error('"a\0b"')).toMatchObject({
			message: "input string 'a␀b' cannot be represented as Nix string because it contains null bytes",
			offset: 1,
		});
	});
});

describe("numbers", () => {
	it("are exact up to 2^63 - 1", () => {
		expect((parsed("9223372036854775807").root as { value?: unknown }).value).toBe(2n ** 63n - 1n);
		expect(error("[ 9223372036854775808 ]")).toMatchObject({
			message: "invalid integer '9223372036854775808'",
			offset: 2,
		});
	});

	it("fit into a double", () => {
		expect(error("1.0e999").message).toBe("invalid float '1.0e999'");
		expect(error("0.1e-310").message).toBe("invalid float '0.1e-310'");
		expect(printed("[ 0.0e-999 1234567.0 0.00001 ]")).toBe("[ (0) (1.23457e+06) (1e-05) ]");
	});
});

describe("attribute sets", () => {
	it("merge what is written apart", () => {
		expect(printed("{ a.b = 1; a = { c = 2; }; a.d.e = 3; }")).toBe("{ a = { b = 1; c = 2; d = { e = 3; }; }; }");
	});

	it("keep the sources of merged inherits apart", () => {
		expect(printed("{ a = { inherit (x) p; }; a = { inherit (y) q r; }; }")).toBe(
			"{ a = { inherit (x) p; inherit (y) q r; }; }",
		);
	});

	it("are sorted by symbol, which is by first use", () => {
		const tree = parsed("{ a = c; b.z = 1; b.y = 2; c = b.y; }");
		const names = (attrs: AttrsExpr) => attrs.attrs.map((def) => tree.symbols.names[def.name]);
		expect(names(tree.root as AttrsExpr)).toEqual(["a", "c", "b"]);
		expect(tree.symbols.names).toEqual(["a", "c", "b", "z", "y"]);
	});

	it("take static names in any form", () => {
		expect(printed('{ "a b" = 1; ${"c"} = 2; or = 3; ${d} = 4; "${e}" = 5; }')).toBe(
			'{ "a b" = 1; c = 2; or = 3; "${d}" = 4; "${("" + e)}" = 5; }'.replace('("" + e)', "(e)"),
		);
	});

	it.each([
		["{ a = 1; a = 2; }", "attribute 'a' already defined at %at%", 9, 2],
		["{ a.b = 1; a.b.c = 2; }", "attribute 'a.b' already defined at %at%", 11, 2],
		["{ a = { b = 1; }; a.b = 2; }", "attribute 'a.b' already defined at %at%", 18, 8],
		["{ inherit a; a = 2; }", "attribute 'a' already defined at %at%", 13, 10],
		["{ inherit ${a}; }", "dynamic attributes not allowed in inherit", 10, undefined],
		["let ${a} = 1; in 2", "dynamic attributes not allowed in let", 0, undefined],
		["{ a, b, a }: 1", "duplicate formal function argument 'a'", 8, undefined],
		["a@{ a }: 1", "duplicate formal function argument 'a'", 0, undefined],
	])("%s", (source, message, offset, otherOffset) =>
		expect(error(source)).toMatchObject({ message, offset, otherOffset }),
	);
});

describe("functions", () => {
	it("know the name they are bound to", () => {
		const tree = parsed("{ f = x: { y }: x; }");
		const f = (tree.root as AttrsExpr).attrs[0].value as LambdaExpr;
		expect([f, f.body as LambdaExpr].map((e) => tree.symbols.names[e.name])).toEqual(["f", "f"]);
	});

	it("know their doc comment, the innermost one", () => {
		const source = "{ /** outer */ f = /** inner */ x: 1; /** only */ g = y: z: 2; /* none */ h = x: 3; }";
		const tree = parsed(source);
		const docs = (tree.root as AttrsExpr).attrs.map((def) => {
			const { doc } = def.value as LambdaExpr;
			return [tree.symbols.names[def.name], doc && source.slice(doc.begin, doc.end)];
		});
		expect(Object.fromEntries(docs)).toEqual({ f: "/** inner */", g: "/** only */", h: undefined });
	});
});

describe("positions", () => {
	const positions = (e: Expr) => (e as { pos?: number }).pos;

	it("are where the reference has them", () => {
		const list = (parsed('[ (f x) (a + b) (a.b or c) "x${y}" {} (a == b) (x: x) (-y) ]').root as ListExpr).elements;
		expect(list.map(positions)).toEqual([3, 11, 17, 28, 35, -1, 48, 55]);
		expect((list[1] as ConcatStringsExpr).positions).toEqual([9, 13]);
		expect(positions((list[0] as CallExpr).args[0])).toBe(5);
	});

	it("are missing where the reference has none", () => {
		const legacy = parsed("let { body = 1; }").root as SelectExpr;
		expect([legacy.kind, legacy.pos, positions(legacy.subject)]).toEqual([Kind.Select, -1, 0]);
	});
});

describe("settings", () => {
	it("lint URLs and paths", () => {
		expect(parsed("http://x.y", { lints: { url: "warn" } }).warnings).toEqual([
			{
				message:
					'URL literals are discouraged. Consider using a string literal "http://x.y" instead (lint-url-literals)',
				pos: 0,
			},
		]);
		expect(error("a/b", { lints: { shortPath: "fatal" } }).message).toBe(
			"relative path literal 'a/b' should be prefixed with '.' for clarity: './a/b' (lint-short-path-literals)",
		);
		expect(error("/b", { lints: { absolutePath: "fatal" } }).message).toContain("path literal '/b'");
		expect(printed("./a", { lints: { shortPath: "fatal", absolutePath: "fatal" } })).toBe("/base/folder/a");
	});

	it("forbid the home folder in pure evaluation", () => {
		expect(() => parsed("~/x", { pureEval: true })).toThrow("the path '~/x' can not be resolved in pure mode");
	});
});

it("warns of `or` as a function's name", () => {
	expect(parsed("[ f or ]").warnings).toMatchObject([{ pos: 2 }]);
	expect(parsed("f (g or)").warnings).toEqual([]);
});

it("parses definitions alone, for the REPL", () => {
	const symbols = new SymbolTable();
	const tree = parseBindings("a = 1; inherit b;", { symbols, basePath: "/" });
	expect(printExpression(tree, symbols)).toBe("{ inherit b; a = 1; }");
	expect(() => parseBindings("a", { symbols, basePath: "/" })).toThrow("unexpected end of file");
});
