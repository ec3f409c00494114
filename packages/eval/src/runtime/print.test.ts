import { fromBytes } from "@tsnix/store";
import { describe, expect, it } from "vitest";
import { newEvaluator, valueOf } from "../builtins/testing";
import { describe as describeValue, showType } from "./describe";
import { forceDeep } from "./force-deep";
import { printValue, type ValuePrintOptions } from "./print";
import { printAmbiguous } from "./print-ambiguous";

const print = (source: string, options: ValuePrintOptions = { force: true }): string => {
	const st = newEvaluator();
	return fromBytes(printValue(st, valueOf(st, source), options));
};

describe("printValue", () => {
	it("prints values as they are written", () => {
		expect(print('{ b = [ 1 2.5 null true ]; "a b" = "\\${x}\\n"; }')).toBe(
			'{ "a b" = "\\${x}\\n"; b = [ 1 2.5 null true ]; }',
		);
	});
	it("tells functions by name and place", () => {
		expect(print("let f = x: y: x; in [ f (f 1) map (map 1) ]")).toBe(
			"[ «lambda f @ «string»:1:9» «lambda f @ «string»:1:12» «primop map» «partially applied primop map» ]",
		);
	});
	it("forces nothing unless told", () => {
		expect(print("{ a = 1 + 1; }", {})).toBe("{ a = «thunk»; }");
	});
	it("is cut short where that is asked for", () => {
		expect(print("[ 1 2 3 ]", { force: true, maxListItems: 1 })).toBe("[ 1 «2 items elided» ]");
		expect(print('{ a = 1; type = "t"; }', { force: true, maxAttrs: 1 })).toBe('{ type = "t"; «1 attribute elided» }');
		expect(print('"abc"', { force: true, maxStringLength: 1 })).toBe('"a" «2 bytes elided»');
		expect(print("[ [ 1 ] ]", { force: true, maxDepth: 1 })).toBe("[ [ ... ] ]");
	});
	it("spreads out what has more than one part", () => {
		expect(print("{ a = 1; b = [ 1 ]; }", { force: true, prettyIndent: 2 })).toBe("{\n  a = 1;\n  b = [ 1 ];\n}");
	});
	it("shows errors in their place", () => {
		expect(print('[ (throw "no") ]')).toBe("[ «error: no» ]");
		expect(() => print('throw "no"', { force: true, errors: "throw-top-level" })).toThrow("no");
	});
	it("names derivations by their files", () => {
		expect(
			print('derivation { name = "x"; builder = "b"; system = "s"; }', { force: true, derivationPaths: true }),
		).toBe("«derivation /nix/store/5wq5jx7219pmi3xklyhl77fjbqvy6qaj-x.drv»");
	});
});

describe("printAmbiguous", () => {
	const ambiguous = (source: string): string => {
		const st = newEvaluator();
		return fromBytes(printAmbiguous(st, forceDeep(st, valueOf(st, source))));
	};
	it("prints functions without their places", () => {
		expect(ambiguous("[ (x: x) map (map 1) ]")).toBe("[ <LAMBDA> <PRIMOP> <PRIMOP-APP> ]");
	});
	it("prints a list again only where it is another place", () => {
		expect(ambiguous("let l = [ 1 ]; in [ l l ]")).toBe("[ [ 1 ] «repeated» ]");
		expect(ambiguous("let l = [ 1 ]; f = x: x; in [ l (f l) ]")).toBe("[ [ 1 ] [ 1 ] ]");
		expect(ambiguous("let l = [ l ]; in l")).toBe("[ [ «repeated» ] ]");
		expect(ambiguous("let s = { }; in [ s s [ ] [ ] ]")).toBe("[ { } { } [ ] [ ] ]");
	});
	it("leaves out what is not worked out", () => {
		const st = newEvaluator();
		expect(printAmbiguous(st, valueOf(st, "{ a = 1 + 1; }"))).toBe("{ a = <CODE>; }");
	});
});

describe("describe", () => {
	it("names type and value", () => {
		const st = newEvaluator();
		expect(describeValue(st, valueOf(st, '{ a = "b"; }'))).toBe('a set: { a = "b"; }');
		expect(showType(valueOf(st, "map"))).toBe("the built-in function 'map'");
		expect(showType(valueOf(st, "map 1"))).toBe("the partially applied built-in function 'map'");
		expect(showType(valueOf(st, '"${builtins.toFile "a" "b"}"'))).toBe("a string with context");
	});
});
