import fc from "fast-check";
import { expect, test } from "vitest";
import { applyDelta } from "./delta";

type Step = { readonly copy: readonly [offset: number, size: number] } | { readonly insert: Uint8Array };

const size = (value: number): number[] =>
	value < 128 ? [value] : [(value & 127) | 128, ...size(Math.floor(value / 128))];

/** A delta in Git's form, and what it makes of its base. */
const encode = (base: Uint8Array, steps: readonly Step[]): { delta: Uint8Array; result: Uint8Array } => {
	const commands: number[] = [];
	const result: number[] = [];
	for (const step of steps)
		if ("insert" in step) {
			commands.push(step.insert.length, ...step.insert);
			result.push(...step.insert);
		} else {
			const [offset, length] = step.copy;
			commands.push(0x80 | 0x03 | 0x30, offset & 255, offset >> 8, length & 255, length >> 8);
			result.push(...base.subarray(offset, offset + length));
		}
	return {
		delta: Uint8Array.from([...size(base.length), ...size(result.length), ...commands]),
		result: Uint8Array.from(result),
	};
};

test("a delta rebuilds what it was made from", () => {
	const cases = fc.uint8Array({ minLength: 300, maxLength: 900 }).chain((base) =>
		fc.tuple(
			fc.constant(base),
			fc.array(
				fc.oneof(
					fc.uint8Array({ minLength: 1, maxLength: 127 }).map((insert): Step => ({ insert })),
					fc.tuple(fc.nat(99), fc.integer({ min: 1, max: 200 })).map((copy): Step => ({ copy })),
				),
			),
		),
	);
	fc.assert(
		fc.property(cases, ([base, steps]) => {
			const { delta, result } = encode(base, steps);
			expect(applyDelta(base, delta)).toEqual(result);
		}),
	);
});

test("a damaged delta is refused", () => {
	const base = Uint8Array.of(1, 2, 3);
	expect(() => applyDelta(base, Uint8Array.of(4, 1, 1, 9))).toThrow("damaged delta"); // another base
	expect(() => applyDelta(base, Uint8Array.of(3, 1, 0))).toThrow("damaged delta"); // a reserved command
	expect(() => applyDelta(base, Uint8Array.of(3, 4, 0x90, 4))).toThrow("damaged delta"); // beyond the base
	expect(() => applyDelta(base, Uint8Array.of(3, 2, 1, 9))).toThrow("damaged delta"); // too little
});
