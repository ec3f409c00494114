import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { peekSort } from "./peek-sort";

describe("peekSort", () => {
	it("sorts, and keeps equal elements in order", () => {
		fc.assert(
			fc.property(fc.array(fc.nat(20), { maxLength: 200 }), (keys) => {
				const items = keys.map((key, index) => ({ key, index }));
				const expected = [...items].sort((a, b) => a.key - b.key);
				peekSort(items, (a, b) => a.key < b.key);
				expect(items).toEqual(expected);
			}),
		);
	});
	it("loses nothing where the comparison makes no order", () => {
		fc.assert(
			fc.property(fc.array(fc.integer(), { maxLength: 100 }), fc.func(fc.boolean()), (items, less) => {
				const sorted = [...items];
				peekSort(sorted, (a, b) => less(a, b));
				const byValue = (a: number, b: number): number => a - b;
				expect([...sorted].sort(byValue)).toEqual([...items].sort(byValue));
			}),
		);
	});
	it("makes use of what is sorted already", () => {
		const items = Array.from({ length: 1000 }, (_, i) => i);
		let comparisons = 0;
		peekSort(items, (a, b) => {
			comparisons++;
			return a < b;
		});
		expect(comparisons).toBe(1000);
	});
});
