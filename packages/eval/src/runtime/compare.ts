import { EvalError, withTrace } from "../errors/errors";
import type { PosIdx } from "../errors/positions";
import { wellKnown } from "../syntax/well-known";
import { tooDeep } from "./call";
import { printForError, showType, typeOf } from "./describe";
import type { Evaluator } from "./evaluator";
import { getAttr } from "./shape";
import { bytesOf } from "./expect";
import { forceThunk } from "./thunk";
import { Attrs, type Lazy, NixFloat, NixPath, NixString, Thunk, type Value } from "./values";

/**
 * `a == b`. Functions are never equal; derivations are compared by `outPath`. One and the same place (an element of
 * two lists, say) is equal to itself whatever it holds, functions too: nixpkgs relies on it.
 */
export const equalValues = (st: Evaluator, a: Lazy, b: Lazy, pos: PosIdx, doing: string): boolean => {
	if (st.depth > st.maxDepth) throw tooDeep(st, pos);
	st.depth++;
	const x = a instanceof Thunk ? forceThunk(a, pos) : a;
	const y = b instanceof Thunk ? forceThunk(b, pos) : b;
	const r = (a === b && typeof a === "object") || equal(st, x, y, pos, doing);
	st.depth--;
	return r;
};

/** `a == b` for values just worked out, which have no place in common. */
export const equalForced = (st: Evaluator, x: Value, y: Value, pos: PosIdx, doing: string): boolean => {
	if (st.depth > st.maxDepth) throw tooDeep(st, pos);
	st.depth++;
	const r = equal(st, x, y, pos, doing);
	st.depth--;
	return r;
};

const equal = (st: Evaluator, x: Value, y: Value, pos: PosIdx, doing: string): boolean => {
	if (typeof x === "string") return typeof y === "string" ? x === y : y instanceof NixString && x === y.s;
	if (typeof x === "number") return typeof y === "number" ? x === y : y instanceof NixFloat && x === y.value;
	if (x === null || typeof x === "boolean") return x === y;
	if (typeof x === "bigint") return typeof y === "bigint" ? x === y : y instanceof NixFloat && Number(x) === y.value;
	if (x instanceof NixString) return typeof y === "string" ? x.s === y : y instanceof NixString && x.s === y.s;
	if (x instanceof NixFloat)
		return y instanceof NixFloat
			? x.value === y.value
			: (typeof y === "number" || typeof y === "bigint") && x.value === Number(y);
	if (x instanceof NixPath) return y instanceof NixPath && x.path === y.path && x.accessor === y.accessor;
	if (Array.isArray(x)) return Array.isArray(y) && x.length === y.length && equalElements(st, x, y, pos, doing);
	if (x instanceof Attrs) return y instanceof Attrs && equalAttrs(st, x, y, pos, doing);
	return false;
};

const equalElements = (st: Evaluator, x: readonly Lazy[], y: readonly Lazy[], pos: PosIdx, doing: string): boolean => {
	for (let i = 0; i < x.length; i++) if (!equalValues(st, x[i], y[i], pos, doing)) return false;
	return true;
};

export const isDerivation = (_st: Evaluator, v: Value): boolean => {
	if (!(v instanceof Attrs)) return false;
	const i = v.shape.index(wellKnown.type);
	if (i < 0) return false;
	const lazy = v.vals[i];
	const type =
		lazy instanceof Thunk
			? lazy.c === null
				? (lazy.e as Value)
				: forceThunk(lazy, v.shape.posAt(i))
			: lazy;
	return type === "derivation" || (type instanceof NixString && type.s === "derivation");
};

const equalAttrs = (st: Evaluator, x: Attrs, y: Attrs, pos: PosIdx, doing: string): boolean => {
	if (isDerivation(st, x) && isDerivation(st, y)) {
		const i = getAttr(x, wellKnown.outPath);
		const j = getAttr(y, wellKnown.outPath);
		if (i !== undefined && j !== undefined) return equalValues(st, i, j, pos, doing);
	}
	const a = x.shape.ids;
	const b = y.shape.ids;
	if (a.length !== b.length) return false;
	for (let i = 0; i < a.length; i++)
		if (a[i] !== b[i] || !equalValues(st, x.vals[i], y.vals[i], pos, doing)) return false;
	return true;
};

/** `a < b` of forced values: numbers, strings, paths and lists of them. `doing` is a line of the trace, if any. */
export const lessThan = (st: Evaluator, x: Value, y: Value, doing: string): boolean => {
	if (typeof x === "number" && typeof y === "number") return x < y;
	try {
		return less(st, x, y, doing);
	} catch (e) {
		throw doing === "" ? e : withTrace(e, 0, doing);
	}
};

const less = (st: Evaluator, x: Value, y: Value, doing: string): boolean => {
	if (typeof x === "number" || typeof x === "bigint") {
		if (typeof y === "number" || typeof y === "bigint") return x < y;
		if (y instanceof NixFloat) return Number(x) < y.value;
	} else if (x instanceof NixFloat) {
		if (y instanceof NixFloat) return x.value < y.value;
		if (typeof y === "number" || typeof y === "bigint") return x.value < Number(y);
	} else if (typeof x === "string" || x instanceof NixString) {
		if (typeof y === "string" || y instanceof NixString) return bytesOf(x) < bytesOf(y);
	} else if (x instanceof NixPath) {
		if (y instanceof NixPath) return x.path < y.path;
	} else if (Array.isArray(x) && Array.isArray(y)) {
		for (let i = 0; ; i++) {
			if (i === y.length) return false;
			if (i === x.length) return true;
			if (!equalValues(st, x[i], y[i], 0, doing))
				return lessThan(st, settledValue(x[i]), settledValue(y[i]), "while comparing two list elements");
		}
	}
	const shown = `${printForError(st, x)} and ${printForError(st, y)}`;
	throw st.fail(
		new EvalError(
			"NIX_COMPARE",
			typeOf(x) === typeOf(y)
				? `cannot compare ${showType(x)} with ${showType(y)}; values of that type are incomparable (values are ${shown})`
				: `cannot compare ${showType(x)} with ${showType(y)}; values are ${shown}`,
		),
		0,
	);
};

/** The value of something that has been forced. */
const settledValue = (v: Lazy): Value => (v instanceof Thunk ? (v.e as Value) : v);
