import type { PosIdx } from "../errors/positions";
import { Code, delayToThunk } from "../nodes/code";
import { call1, call2 } from "./call";
import type { Evaluator } from "./evaluator";
import { perEvaluator } from "./per-evaluator";
import { forceThunk } from "./thunk";
import { AppThunk, Closure, type Lazy, PrimOp, Thunk, type Value } from "./values";

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

/** Whether a function does nothing until it has two arguments. */
const takesTwo = (f: unknown): boolean => {
	const fn = f instanceof Thunk && f.c === null ? f.e : f;
	return (fn instanceof Closure && fn.lam.exprs.length > 1) || (fn instanceof PrimOp && fn.arity > 1);
};

/** `pos` is where the result is wanted, which traces name as the call site. */
const evaluate = (c: Code, f: unknown, t: Thunk | undefined, pos: PosIdx = 0): Value => {
	const { x, y } = t as Apply2Thunk;
	const { st } = c.mod;
	// Not marked as running: see the code of applications.
	(t as Apply2Thunk).c = c;
	// Two calls, the first of them within the second.
	if (st.callWatch !== undefined) return call1(st, st.apply(f as Lazy, x), y, pos);
	if (takesTwo(f)) return call2(st, f as Lazy, x, y, pos);
	const partial = st.apply(f as Lazy, x);
	(t as Apply2Thunk).c = c.a as Code;
	(t as Apply2Thunk).e = partial;
	return applyPartial(st, partial, y, pos);
};

const applyPartial = (st: Evaluator, partial: Thunk, y: Lazy, pos: PosIdx): Value => {
	st.depth++;
	forceThunk(partial, pos);
	st.depth--;
	return call1(st, partial, y, pos);
};

/** An {@link Apply2Thunk} that is wanted within itself: what came of the first argument stays. */
const evaluatePartial = (c: Code, partial: unknown, t: Thunk | undefined, pos: PosIdx = 0): Value => {
	(t as Apply2Thunk).c = c;
	return applyPartial(c.mod.st, partial as Thunk, (t as Apply2Thunk).y, pos);
};

/** The code of the {@link Apply2Thunk}s of an evaluation; in its `a` the code of those that are being worked out. */
export const apply2Code: (st: Evaluator) => Code = perEvaluator((st) => {
	const mod = { st, base: 0, root: st.rootFS };
	const code = new Code(evaluate, delayToThunk, mod, 0, undefined);
	code.a = new Code(evaluatePartial, delayToThunk, mod, 0, undefined);
	return code;
});
