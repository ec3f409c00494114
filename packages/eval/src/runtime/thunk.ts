import { EvalBaseError, InfiniteRecursionError, RecoverableEvalError } from "../errors/errors";
import type { PosIdx } from "../errors/positions";
import type { Code } from "../nodes/code";
import { AppThunk, FunctionValue, type Lazy, Thunk, type Value } from "./values";

/*
 * The states of a thunk, told by its `c`:
 *   code        not yet run; `e` is the frame
 *   null        done; `e` is the value
 *   a failure   run, and failed; running it again throws a copy of the error
 *   blackhole   running; to want it now is infinite recursion
 */

const throwInfiniteRecursion = (): never => {
	throw new InfiniteRecursionError("NIX_INFINITE_RECURSION", "infinite recursion encountered");
};
const blackhole = { ev: throwInfiniteRecursion, dl: throwInfiniteRecursion } as unknown as Code;

/** Whether a thunk is being worked out at this moment. */
export const isBlackhole = (t: Thunk): boolean => t.c === blackhole;

const failure = (error: EvalBaseError): Code => {
	const ev = (): never => {
		throw error.clone();
	};
	return { ev, dl: ev, failed: true } as unknown as Code;
};

/** The value of a thunk, worked out now if it was not. `pos` is where it is wanted, for infinite recursion. */
export function forceThunk(t: Thunk, pos: PosIdx): Value {
	const c = t.c;
	if (c === null) return t.e as Value;
	const e = t.e;
	t.c = blackhole;
	let v: Value;
	try {
		v = c.ev(c, e as never, t, pos);
	} catch (error) {
		throw unwound(t, c, e, error, pos);
	}
	t.c = null;
	t.e = v;
	return v;
}

/** What becomes of a thunk that an error passes through: errors are remembered, anything else leaves it as it was. */
const unwound = (t: Thunk, c: Code, e: unknown, error: unknown, pos: PosIdx): unknown => {
	if (!(error instanceof EvalBaseError) || error instanceof RecoverableEvalError) {
		t.c = c;
		t.e = e;
		return error;
	}
	if (error instanceof InfiniteRecursionError && error.pos === 0 && c === blackhole) error.pos = pos;
	error.table ??= (c as Partial<Code>).mod?.st.positions;
	t.c = (c as { failed?: boolean }).failed ? c : failure(error);
	t.e = undefined;
	return error;
};

/** The value of anything. */
export const force = (v: Lazy, pos: PosIdx): Value => (v instanceof Thunk ? forceThunk(v, pos) : v);

/**
 * Whether a value has to stay in its thunk, because the place tells it from others that are the same: functions, which
 * are compared by place, and lists, which print as repeated only where one place is met again.
 */
export const keepsPlace = (v: Value): boolean =>
	v instanceof FunctionValue || (Array.isArray(v) && v.length > 0);

/**
 * What may stand in a thunk's place once it is done: its value, so that the next reader need not look twice. The
 * thunk of a function or a list stays: see {@link keepsPlace}.
 */
export const settled = (t: Thunk): Lazy => {
	if (t.c !== null) return t;
	const v = t.e as Value;
	return keepsPlace(v) ? t : v;
};

/** The value of a list's element, which is put in the element's place. */
export const forceElement = (list: Lazy[], i: number, pos: PosIdx): Value => {
	const v = list[i];
	if (!(v instanceof Thunk)) return v;
	const r = v.c === null ? (v.e as Value) : forceThunk(v, pos);
	if (!keepsPlace(r)) list[i] = r;
	return r;
};

/** Whether it matters to a thunk where it is forced: for a delayed call, and for one that is being forced already. */
export const wantsPosition = (t: Thunk): boolean => t instanceof AppThunk || t.c === blackhole;
