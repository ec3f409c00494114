import { describe, expect, it } from "vitest";
import { builtinDocs } from ".";
import { registrationOrder } from "./registration-order";
import { newEvaluator, show } from "./testing";

describe("the set of builtins", () => {
	it("holds itself", () => {
		expect(show("builtins.builtins.builtins ? map")).toBe("true");
	});
	it("has names without underscores; the global scope has most of them with", () => {
		expect(show("builtins.head == __head || true")).toBe("true");
		expect(show("builtins ? __head")).toBe("false");
		expect(show("head")).toContain("undefined variable 'head'");
		expect(show("map (x: x) [ ]")).toBe("[ ]");
	});
	it("lacks in pure evaluation what depends on the machine", () => {
		expect(show("[ (builtins ? currentSystem) (builtins ? currentTime) ]")).toBe("[ true true ]");
		expect(show("[ (builtins ? currentSystem) (builtins ? currentTime) ]", { pureEval: true })).toBe("[ false false ]");
	});
	it("has what is experimental only where that is on", () => {
		expect(show("builtins ? outputOf")).toBe("false");
		expect(show("builtins ? outputOf", { experimentalFeatures: new Set(["dynamic-derivations"]) })).toBe("true");
	});
	it("has fetchTree with flakes, and getFlake always", () => {
		const there = (...features: string[]): string =>
			show("[ (builtins ? fetchTree) (builtins ? getFlake) ]", { experimentalFeatures: new Set(features) });
		expect(there("flakes")).toBe("[ true true ]");
		expect(there()).toBe("[ false true ]");
	});
	it("numbers the symbols of its names in the order of registration", () => {
		const { symbols } = newEvaluator();
		// `path` is one of the names that have a symbol before.
		const ids = registrationOrder.filter((name) => name !== "path").flatMap((name) => symbols.find(name) ?? []);
		expect(ids).toEqual([...ids].sort((a, b) => a - b));
	});
	it("is documented, each function by as many names as it has parameters", () => {
		const docs = builtinDocs();
		expect(docs.length).toBeGreaterThan(100);
		for (const { name, doc, args, arity } of docs) {
			expect(doc, name).toMatch(/\.$/);
			expect(arity, name).toBe(args.length);
			expect(registrationOrder, name).toContain(name);
		}
	});
});
