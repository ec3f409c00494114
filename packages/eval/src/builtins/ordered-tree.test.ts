import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { OrderedTree } from "./ordered-tree";

describe("OrderedTree", () => {
	it("holds each value once, in order", () => {
		fc.assert(
			fc.property(fc.array(fc.nat(100)), (values) => {
				const tree = new OrderedTree<number>((a, b) => a < b);
				const seen = new Set<number>();
				for (const v of values) {
					expect(tree.insert(v)).toBe(!seen.has(v));
					seen.add(v);
				}
				expect([...tree]).toEqual([...seen].sort((a, b) => a - b));
			}),
		);
	});
	it("stays shallow, whatever the order of insertion", () => {
		let comparisons = 0;
		const tree = new OrderedTree<number>((a, b) => {
			comparisons++;
			return a < b;
		});
		for (let i = 0; i < 1024; i++) tree.insert(i);
		comparisons = 0;
		tree.insert(1024);
		expect(comparisons).toBeLessThanOrEqual(21);
	});
});
