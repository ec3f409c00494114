import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { exportPaths, importPaths } from "./export";
import { memoryStore } from "./memory";

const exported = (
	...args: Parameters<typeof exportPaths> extends [infer S, infer P, ...unknown[]] ? [S, P] : never
) => {
	const chunks: Uint8Array[] = [];
	exportPaths(...args, (chunk) => chunks.push(chunk.slice()));
	return Buffer.concat(chunks);
};

describe("exported paths", () => {
	test("are the same when they are imported", () => {
		fc.assert(
			fc.property(fc.array(fc.string({ unit: "binary-ascii" }), { minLength: 1, maxLength: 4 }), (texts) => {
				const [from, to] = [memoryStore(), memoryStore()];
				const paths = [...new Set(texts)].map((text, i) => from.addTextToStore(`t${i}`, text, []));
				const top = from.addTextToStore("top", "x", paths);
				expect(importPaths(to, exported(from, [...paths, top]))).toEqual([...paths, top]);
				expect(to.queryPathInfo(top)?.references).toEqual(from.queryPathInfo(top)?.references);
				expect(to.queryPathInfo(top)?.narHash).toEqual(from.queryPathInfo(top)?.narHash);
			}),
		);
	});

	test("that are cut short or something else are refused", () => {
		const from = memoryStore();
		const bytes = exported(from, [from.addTextToStore("x", "hello", [])]);
		expect(() => importPaths(memoryStore(), bytes.subarray(0, bytes.length - 4))).toThrow("unexpected end-of-file");
		expect(() => importPaths(memoryStore(), bytes.subarray(8))).toThrow(
			"input doesn't look like something created by 'nix-store --export'",
		);
	});
});
