import { expect, test } from "vitest";
import { newEvaluator, valueOf } from "../builtins/testing";
import { forceDeep } from "./force-deep";

const traceOf = (source: string, copied: boolean): readonly string[] => {
	const st = newEvaluator();
	try {
		forceDeep(st, valueOf(st, source), copied);
		return [];
	} catch (error) {
		return (error as { trace: readonly { message: string }[] }).trace.map(({ message }) => message);
	}
};

test("a list that holds itself is looked at once, and once more where the value is a copy of it", () => {
	const source = "let l = [ l (1 2) ]; in l";
	const [first, second] = [0, 1].map((index) => `while evaluating list element at index ${index}`);
	expect(traceOf(source, false)).toEqual([second]);
	expect(traceOf(source, true)).toEqual([second, first]);
});
