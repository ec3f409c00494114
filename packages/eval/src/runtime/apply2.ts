import type { PosIdx } from "../errors/positions";
import { Code, delayToThunk } from "../nodes/code";
import { call1, call2 } from "./call";
import type { Evaluator } from "./evaluator";
import { perEvaluator } from "./per-evaluator";
import { AppThunk, type Lazy, type Thunk, type Value } from "./values";

/** A function (in `e`) to be applied to `x` and `y`. */
export class Apply2Thunk extends AppThunk {
	constructor(
		c: Code,
		f: Lazy,
		x: Lazy,
		readonly y: Lazy,
	) {
		super(c, f, x);
	}
}

/** `pos` is where the result is wanted, which traces name as the call site. */
const evaluate = (c: Code, f: unknown, t: Thunk | undefined, pos: PosIdx = 0): Value => {
	const { x, y } = t as Apply2Thunk;
	const { st } = c.mod;
	// Watched, they are two calls, the first of them within the second.
	if (st.callWatch !== undefined) return call1(st, st.apply(f as Lazy, x), y, pos);
	return call2(st, f as Lazy, x, y, pos);
};

/** The code of the {@link Apply2Thunk}s of an evaluation. */
export const apply2Code: (st: Evaluator) => Code = perEvaluator(
	(st) => new Code(evaluate, delayToThunk, { st, base: 0, root: st.rootFS }, 0, undefined),
);
