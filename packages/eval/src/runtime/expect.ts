import { EvalError, TypeError, withTrace } from "../errors/errors";
import type { PosIdx } from "../errors/positions";
import { wellKnown } from "../syntax/well-known";
import type { Context, ContextGatherer } from "./context";
import { showElement } from "./context-display";
import { describe } from "./describe";
import type { Evaluator } from "./evaluator";
import { getAttr } from "./shape";
import { forceThunk } from "./thunk";
import { Attrs, Closure, type Lazy, NixFloat, NixString, PartialApp, PrimOp, Thunk, type Value } from "./values";

/*
 * Forcing a value that has to be of one type. Each takes the position where the value is wanted and what was being
 * done, which becomes a line of the error's trace.
 */

const wrongType = (st: Evaluator, v: Value, wanted: string, pos: PosIdx): TypeError =>
	st.fail(new TypeError("NIX_TYPE", `expected ${wanted} but found ${describe(st, v)}`), pos);

/** An integer: a number, or a bigint beyond ±(2^53-1). */
export const forceInt = (st: Evaluator, lazy: Lazy, pos: PosIdx, doing: string): number | bigint => {
	if (typeof lazy === "number") return lazy;
	try {
		const v = lazy instanceof Thunk ? forceThunk(lazy, pos) : lazy;
		if (typeof v === "number" || typeof v === "bigint") return v;
		throw wrongType(st, v, "an integer", pos);
	} catch (e) {
		throw withTrace(e, pos, doing);
	}
};

/** A float; an integer is one too. */
export const forceFloat = (st: Evaluator, lazy: Lazy, pos: PosIdx, doing: string): number => {
	try {
		const v = lazy instanceof Thunk ? forceThunk(lazy, pos) : lazy;
		if (typeof v === "number") return v;
		if (typeof v === "bigint") return Number(v);
		if (v instanceof NixFloat) return v.value;
		throw wrongType(st, v, "a float", pos);
	} catch (e) {
		throw withTrace(e, pos, doing);
	}
};

export const forceBool = (st: Evaluator, lazy: Lazy, pos: PosIdx, doing: string): boolean => {
	if (typeof lazy === "boolean") return lazy;
	try {
		const v = lazy instanceof Thunk ? forceThunk(lazy, pos) : lazy;
		if (typeof v === "boolean") return v;
		throw wrongType(st, v, "a Boolean", pos);
	} catch (e) {
		throw withTrace(e, pos, doing);
	}
};

/** A set. An error while forcing it gets no trace of its own. */
export const forceAttrs = (st: Evaluator, lazy: Lazy, pos: PosIdx, doing: string): Attrs => {
	const v = lazy instanceof Thunk ? forceThunk(lazy, pos) : lazy;
	if (v instanceof Attrs) return v;
	throw st.fail(new TypeError("NIX_TYPE", `expected a set but found ${describe(st, v)}`), 0, pos, doing);
};

export const forceList = (st: Evaluator, lazy: Lazy, pos: PosIdx, doing: string): Lazy[] => {
	const v = lazy instanceof Thunk ? forceThunk(lazy, pos) : lazy;
	if (Array.isArray(v)) return v;
	throw st.fail(new TypeError("NIX_TYPE", `expected a list but found ${describe(st, v)}`), 0, pos, doing);
};

export const isFunctor = (v: Value): v is Attrs => v instanceof Attrs && getAttr(v, wellKnown.functor) !== undefined;

export const isFunction = (v: Value): v is Closure | PrimOp | PartialApp =>
	v instanceof Closure || v instanceof PrimOp || v instanceof PartialApp;

export const forceFunction = (st: Evaluator, lazy: Lazy, pos: PosIdx, doing: string): Value => {
	try {
		const v = lazy instanceof Thunk ? forceThunk(lazy, pos) : lazy;
		if (isFunction(v) || isFunctor(v)) return v;
		throw wrongType(st, v, "a function", pos);
	} catch (e) {
		throw withTrace(e, pos, doing);
	}
};

/** A string as a value, with its context if it has one. */
export const forceStringValue = (st: Evaluator, lazy: Lazy, pos: PosIdx, doing: string): string | NixString => {
	if (typeof lazy === "string") return lazy;
	try {
		const v = lazy instanceof Thunk ? forceThunk(lazy, pos) : lazy;
		if (typeof v === "string" || v instanceof NixString) return v;
		throw wrongType(st, v, "a string", pos);
	} catch (e) {
		throw withTrace(e, pos, doing);
	}
};

/** The bytes of a string; its context, if any, goes to the gatherer, or is dropped where there is none. */
export const forceString = (
	st: Evaluator,
	lazy: Lazy,
	pos: PosIdx,
	doing: string,
	gatherer?: ContextGatherer,
): string => {
	const v = forceStringValue(st, lazy, pos, doing);
	if (typeof v === "string") return v;
	gatherer?.add(v.context);
	return v.s;
};

/** A string that must not refer to store paths. */
export const forceStringNoContext = (st: Evaluator, lazy: Lazy, pos: PosIdx, doing: string): string => {
	const v = forceStringValue(st, lazy, pos, doing);
	if (typeof v === "string") return v;
	throw st.fail(
		new EvalError(
			"NIX_CONTEXT",
			`the string '${v.s}' is not allowed to refer to a store path (such as '${showElement(v.context.elements[0], st.host.store.storeDir)}')`,
		),
		0,
		pos,
		doing,
	);
};

/** A string value of these bytes and this context. */
export const stringValue = (s: string, context: Context | undefined): string | NixString =>
	context === undefined ? s : new NixString(s, context);

/** The bytes of a string value. */
export const bytesOf = (v: string | NixString): string => (typeof v === "string" ? v : v.s);

/** Where a value was written, for values that know: sets that are written out, and functions. */
export const positionOf = (v: Value | undefined): PosIdx =>
	v instanceof Attrs ? v.shape.pos : v instanceof Closure ? closurePos(v) : 0;

export const closurePos = (v: Closure): PosIdx => {
	const { mod, exprs } = v.lam;
	return mod.base + exprs[0].pos;
};
