import fc from "fast-check";
import { expect, it } from "vitest";
import { printIdentifier, printStringLiteral } from "./identifiers";
import { parse } from "./parse";
import { SymbolTable } from "./symbols";
import { type AttrsExpr, StringExpr } from "./tree";

const bytes = fc.string({ unit: fc.integer({ min: 1, max: 255 }).map((c) => String.fromCharCode(c)), maxLength: 20 });

it("numbers names by first use, however many there are", () => {
	const table = new SymbolTable();
	for (let i = 0; i < 5000; i++) expect(table.create(`name ${i}`)).toBe(i);
	expect(table.find("name 4321")).toBe(4321);
	expect(table.find("name 5000")).toBeUndefined();
	expect(table.createSlice("a name 17!", 2, 9)).toBe(17);
});

it("gives equal names the same symbol, and others another", () => {
	fc.assert(
		fc.property(fc.array(bytes), (names) => {
			const table = new SymbolTable();
			const distinct = [...new Set(names)];
			expect(names.map((name) => table.create(name))).toEqual(names.map((name) => distinct.indexOf(name)));
			expect(table.names).toEqual(distinct);
		}),
	);
});

it("prints names and strings so that they read back", () => {
	fc.assert(
		fc.property(bytes, bytes, (name, text) => {
			const symbols = new SymbolTable();
			const source = `{ ${printIdentifier(name)} = ${printStringLiteral(text)}; }`;
			const [def] = (parse(source, { symbols, basePath: "/" }).root as AttrsExpr).attrs;
			expect([symbols.names[def.name], def.value]).toEqual([name, new StringExpr(text)]);
		}),
	);
});
