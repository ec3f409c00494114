import { Code, delayToThunk } from "../nodes/code";
import { call2 } from "./call";
import type { Evaluator } from "./evaluator";
import { perEvaluator } from "./per-evaluator";
import { type Lazy, Thunk, type Value } from "./values";

/** A function (in `e`) to be applied to `x` and `y`. */
export class Apply2Thunk extends Thunk {
	constructor(
		c: Code,
		f: Lazy,
		readonly x: Lazy,
		readonly y: Lazy,
	) {
		super(c, f);
	}
}

const evaluate = (c: Code, f: unknown, t: Thunk | undefined): Value => {
	const { x, y } = t as Apply2Thunk;
	return call2(c.mod.st, f as Lazy, x, y, 0);
};

/** The code of the {@link Apply2Thunk}s of an evaluation. */
export const apply2Code: (st: Evaluator) => Code = perEvaluator(
	(st) => new Code(evaluate, delayToThunk, { st, base: 0, root: st.rootFS }, 0, undefined),
);
