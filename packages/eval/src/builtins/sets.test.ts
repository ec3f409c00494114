import { describe, expect, it } from "vitest";
import type { Attrs } from "../runtime/values";
import { messageOf, newEvaluator, show, valueOf } from "./testing";

describe("sets", () => {
	it("have names in lexicographic order", () => {
		expect(show("builtins.attrNames { b = 1; a = 2; }")).toBe('[ "a" "b" ]');
		expect(show("builtins.attrValues { b = 1; a = 2; }")).toBe("[ 2 1 ]");
	});
	it("are made of pairs, the first of a name winning", () => {
		expect(
			show('builtins.listToAttrs [ { name = "z"; value = 1; } { name = "y"; value = 2; } { name = "z"; value = 3; } ]'),
		).toBe("{ y = 2; z = 1; }");
		expect(show('builtins.listToAttrs [ { name = "a"; value = 1; } { name = "a"; } ]')).toBe("{ a = 1; }");
		expect(messageOf('builtins.listToAttrs [ { name = "a"; } ]')).toBe("attribute 'value' missing");
	});
	it("lose attributes and are intersected", () => {
		expect(show('removeAttrs { a = 1; b = 2; c = 3; } [ "c" "a" "x" "a" ]')).toBe("{ b = 2; }");
		expect(show("builtins.intersectAttrs { a = 1; b = 2; } { b = 3; c = 4; }")).toBe("{ b = 3; }");
	});
	it("keep positions where the values are the same, and only there", () => {
		const kept = (set: string): boolean => {
			const st = newEvaluator();
			const { shape } = valueOf(st, set) as Attrs;
			return shape.posAt(shape.index(st.symbols.create("a"))) !== 0;
		};
		expect(kept('removeAttrs { a = 1; b = 2; } [ "b" ]')).toBe(true);
		expect(kept("builtins.intersectAttrs { a = 1; } { a = 1; b = 2; }")).toBe(true);
		expect(kept('builtins.listToAttrs [ { name = "a"; value = 1; } ]')).toBe(true);
		expect(kept("builtins.mapAttrs (n: v: v) { a = 1; }")).toBe(false);
	});
	it("are mapped when their values are wanted", () => {
		expect(show('(builtins.mapAttrs (n: v: n + v) { a = "x"; b = throw "no"; }).a')).toBe('"ax"');
		expect(show("builtins.mapAttrs (n: v: v) { a = 1; } // { b = 2; }")).toBe("{ a = 1; b = 2; }");
	});
	it("are zipped", () => {
		expect(show("builtins.zipAttrsWith (n: vs: vs) [ { a = 1; } { a = 2; b = 3; } ]")).toBe(
			"{ a = [ 1 2 ]; b = [ 3 ]; }",
		);
		expect(show('builtins.catAttrs "a" [ { a = 1; } { b = 0; } { a = 2; } ]')).toBe("[ 1 2 ]");
	});
	it("tell what a function takes", () => {
		expect(show("builtins.functionArgs ({ x, y ? 123 }: x)")).toBe("{ x = false; y = true; }");
		// A set of its own each time: nothing is repeated.
		expect(show("map (_: builtins.functionArgs ({ x }: x)) [ 1 2 ]")).toBe("[ { x = false; } { x = false; } ]");
		expect(show("builtins.functionArgs map")).toBe("{ }");
		expect(messageOf("builtins.functionArgs { __functor = x: x; }")).toBe("'functionArgs' requires a function");
	});
});
