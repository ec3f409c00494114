import { memoryAccessor, memoryStore, narHash, makeFixedOutputPath, type SourceAccessor } from "@tsnix/store";
import { expect, test } from "vitest";
import { namedTrees } from "./named-trees";

test("a tree is copied when an answer names it, wherever in it", () => {
	const answers: ((path: string) => unknown)[] = [
		(path) => path,
		(path) => [{ deep: [new Map([["k", `see ${path}/flake.nix and more`]])] }],
		(path) => ({ [path]: 1 }),
	];
	for (const answer of answers) {
		const store = memoryStore();
		const trees = new Map<string, SourceAccessor>();
		const [named, other] = ["one", "two"].map((contents) => {
			const tree = memoryAccessor({ file: contents });
			const path = makeFixedOutputPath("source", { method: "nar", hash: narHash(tree).hash }, store.storeDir);
			trees.set(path.baseName, tree);
			return path;
		});
		const settle = namedTrees(trees, store);
		settle({ nothing: ["/nix/store", "/nix/store/", 1, null, undefined] });
		expect(store.isValidPath(named)).toBe(false);
		const given = answer(named.toString(store.storeDir));
		expect(settle(given)).toBe(given);
		expect([store.isValidPath(named), store.isValidPath(other)]).toEqual([true, false]);
	}
});
