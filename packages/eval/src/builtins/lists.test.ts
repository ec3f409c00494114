import { describe, expect, it } from "vitest";
import { forceList } from "../runtime/expect";
import { messageOf, newEvaluator, show, valueOf } from "./testing";

describe("lists", () => {
	it("are mapped when their elements are wanted", () => {
		expect(show('builtins.head (map (x: if x == 1 then 10 else throw "no") [ 1 2 ])')).toBe("10");
		expect(show("map 1 [ ]")).toBe("[ ]");
	});
	it("are folded strictly, but for the first value", () => {
		expect(show("builtins.foldl' (a: b: a + b) 0 [ 1 2 3 ]")).toBe("6");
		expect(show('builtins.foldl\' (a: b: b) (throw "not looked at") [ 1 2 ]')).toBe("2");
		expect(messageOf('builtins.foldl\' (a: b: b) (throw "looked at") [ ]')).toBe("looked at");
	});
	it("are given back as they are where nothing changes", () => {
		const st = newEvaluator();
		const list = valueOf(st, "[ 1 2 ]");
		const { globals, symbols } = st;
		globals.set(symbols.create("it"), list);
		expect(valueOf(st, "builtins.filter (x: true) it")).toBe(list);
		expect(valueOf(st, "builtins.concatLists [ [ ] it [ ] ]")).toBe(list);
	});
	it("find an element by its place, functions too", () => {
		expect(show("let f = x: x; in builtins.elem f [ f ]")).toBe("true");
		expect(show("builtins.elem (x: x) [ (x: x) ]")).toBe("false");
		expect(show('builtins.elem (throw "not looked at") [ ]')).toBe("false");
	});
	it("are sorted stably, by the user's order", () => {
		expect(show("builtins.sort builtins.lessThan [ 3 1.5 2 ]")).toBe("[ 1.5 2 3 ]");
		expect(
			show("map (x: x.i) (builtins.sort (a: b: a.k < b.k) [ { k = 2; i = 0; } { k = 1; i = 1; } { k = 1; i = 2; } ])"),
		).toBe("[ 1 2 0 ]");
		expect(messageOf('builtins.sort builtins.lessThan [ 3 "a" ]')).toBe(
			'cannot compare a string with an integer; values are "a" and 3',
		);
	});
	it("are taken apart", () => {
		expect(show("builtins.partition (x: x > 2) [ 1 2 3 4 ]")).toBe("{ right = [ 3 4 ]; wrong = [ 1 2 ]; }");
		expect(show('builtins.groupBy (x: if x > 2 then "big" else "small") [ 1 2 3 ]')).toBe(
			"{ big = [ 3 ]; small = [ 1 2 ]; }",
		);
		expect(messageOf("builtins.elemAt [ 1 2 3 ] 3")).toBe("'builtins.elemAt' called with index 3 on a list of size 3");
	});
	it("are made of as many elements as told", () => {
		const st = newEvaluator();
		expect(forceList(st, valueOf(st, "builtins.genList (x: x) 100000"), 0, "").length).toBe(100000);
		expect(messageOf("builtins.genList (x: x) (-1)")).toBe("cannot create list of size -1");
	});
});

describe("genericClosure", () => {
	it("goes breadth first, and meets each key once", () => {
		expect(
			show(
				"map (x: x.key) (builtins.genericClosure { startSet = [ { key = 1; } ]; operator = x: if x.key > 10 then [ ] else [ { key = x.key * 2; } { key = x.key * 3; } ]; })",
			),
		).toBe("[ 1 2 3 4 6 9 8 12 18 27 16 24 ]");
	});
	it("tells apart what cannot be compared, as the reference's tree meets it", () => {
		const closure = (keys: string): string =>
			show(`builtins.genericClosure { startSet = map (key: { inherit key; }) ${keys}; operator = x: [ ]; }`);
		expect(closure("[ 1 1.0 2.5 1 ]")).toBe("[ { key = 1; } { key = 2.5; } ]");
		expect(closure('[ 1 5 3 8 2 9 10 11 12 13 "a" ]')).toContain(
			'cannot compare a string with an integer; values are "a" and 8',
		);
	});
});
