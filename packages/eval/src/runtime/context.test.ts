import fc from "fast-check";
import { expect, test } from "vitest";
import { compareElements, Context, type DrvElement, parseElement } from "./context";

const base = fc.constantFrom("a-x.drv", "a-y.drv", "b-x.drv", "a-x");
const output = fc.constantFrom("out", "dev", "out2");
const built = (depth: number): fc.Arbitrary<string> =>
	fc.tuple(output, depth === 0 ? base : fc.oneof(base, built(depth - 1))).map(([o, drv]) => `!${o}!${drv}`);
const element = fc.oneof(
	base,
	base.map((b) => `=${b}`),
	built(2),
);

/** The order as the reference has it, spelled out. */
const compareParsed = (a: DrvElement, b: DrvElement): number => {
	if (a.kind !== b.kind) return a.kind === "opaque" ? -1 : 1;
	if (a.kind === "opaque" || b.kind === "opaque") {
		const [x, y] = [(a as { path: string }).path, (b as { path: string }).path];
		return x < y ? -1 : x > y ? 1 : 0;
	}
	return compareParsed(a.drv, b.drv) || (a.output < b.output ? -1 : a.output > b.output ? 1 : 0);
};
const kinds = ["opaque", "deep", "built"];

test("elements are ordered by kind, then by derivation, then by output", () => {
	fc.assert(
		fc.property(element, element, (a, b) => {
			const [x, y] = [parseElement(a), parseElement(b)];
			let expected = kinds.indexOf(x.kind) - kinds.indexOf(y.kind);
			if (expected === 0) {
				if (x.kind === "deep" || y.kind === "deep") expected = a < b ? -1 : a > b ? 1 : 0;
				else expected = compareParsed(x, y);
			}
			expect(Math.sign(compareElements(a, b))).toBe(Math.sign(expected));
		}),
	);
});

test("a union has what either has, once, in order", () => {
	fc.assert(
		fc.property(fc.array(element, { minLength: 1 }), fc.array(element, { minLength: 1 }), (a, b) => {
			const union = (Context.of(a) as Context).union(Context.of(b) as Context);
			expect(union.elements).toEqual((Context.of([...a, ...b]) as Context).elements);
		}),
	);
});
