import { expect, test } from "vitest";
import { topologicalSort } from "./topological-sort";

const sort = (edges: Record<string, string[]>) =>
	topologicalSort(
		Object.keys(edges),
		(item) => edges[item] ?? [],
		(item) => item,
	);

test("items stand after what they depend on", () => {
	expect(sort({ a: ["c"], b: [], c: ["b", "outside"] })).toEqual({ sorted: ["b", "c", "a"] });
	expect(sort({ a: ["a"] })).toEqual({ sorted: ["a"] });
});

test("a cycle is reported where it closes", () => {
	expect(sort({ dev: ["out"], out: ["dev"] })).toEqual({ cycle: { item: "dev", parent: "out" } });
});
