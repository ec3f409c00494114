import { EvalError, TypeError, withTrace } from "../errors/errors";
import type { PosIdx } from "../errors/positions";
import { wellKnown } from "../syntax/well-known";
import { call1, tooDeep } from "./call";
import type { ContextGatherer } from "./context";
import { printForError, showType } from "./describe";
import type { Evaluator } from "./evaluator";
import { showFloatFixed } from "./floats";
import { canonPath, copyPathToStore } from "./paths";
import { getAttr } from "./shape";
import { forceThunk } from "./thunk";
import { Attrs, type Lazy, NixFloat, NixPath, NixString, Thunk, type Value } from "./values";

export interface CoerceOptions {
	/** Also null, Booleans, numbers and lists (`toString`, derivation attributes). */
	readonly more: boolean;
	/** Paths become store paths, by copying what they name. */
	readonly copyToStore: boolean;
	/** False only for the first part of an interpolated path, which may end in a slash. */
	readonly canonicalise: boolean;
}

/** `toString`. */
export const coerceMore: CoerceOptions = { more: true, copyToStore: false, canonicalise: true };
/** `"${…}"`. */
export const coerceInterpolated: CoerceOptions = { more: false, copyToStore: true, canonicalise: true };
/** Derivation attributes. */
export const coerceDerivation: CoerceOptions = { more: true, copyToStore: true, canonicalise: true };
/** Where a string, or something with an `outPath` or a `__toString`, is wanted, as it is. */
export const coercePlain: CoerceOptions = { more: false, copyToStore: false, canonicalise: true };

/** The string that a value stands for; what it refers to goes to the gatherer. */
export const coerceToString = (
	st: Evaluator,
	lazy: Lazy,
	gatherer: ContextGatherer,
	doing: string,
	options: CoerceOptions,
	pos: PosIdx,
): string => {
	if (typeof lazy === "string") return lazy;
	if (st.depth > st.maxDepth) throw tooDeep(st, pos);
	st.depth++;
	const v = lazy instanceof Thunk ? forceThunk(lazy, pos) : lazy;
	const s = coerceValue(st, v, gatherer, doing, options, pos);
	st.depth--;
	return s;
};

const coerceValue = (
	st: Evaluator,
	v: Value,
	gatherer: ContextGatherer,
	doing: string,
	options: CoerceOptions,
	pos: PosIdx,
): string => {
	if (typeof v === "string") return v;
	if (v instanceof NixString) {
		gatherer.add(v.context);
		return v.s;
	}
	if (v instanceof NixPath) {
		if (options.copyToStore) return copyPathToStore(st, v, gatherer);
		return options.canonicalise ? canonPath(v.path) : v.path;
	}
	if (v instanceof Attrs) {
		const toString = getAttr(v, wellKnown.toString);
		if (toString !== undefined)
			return coerceToString(
				st,
				call1(st, toString, v, pos),
				gatherer,
				"while evaluating the result of the `__toString` attribute",
				{ ...options, canonicalise: true },
				pos,
			);
		const outPath = getAttr(v, wellKnown.outPath);
		if (outPath !== undefined) return coerceToString(st, outPath, gatherer, doing, options, pos);
	} else if (options.more) {
		if (v === true) return "1";
		if (v === false || v === null) return "";
		if (typeof v === "number" || typeof v === "bigint") return String(v);
		if (v instanceof NixFloat) return showFloatFixed(v);
		if (Array.isArray(v)) return coerceList(st, v, gatherer, doing, options, pos);
	}
	throw st.fail(
		new TypeError("NIX_COERCE", `cannot coerce ${showType(v)} to a string: ${printForError(st, v)}`),
		0,
		pos,
		doing,
	);
};

const coerceList = (
	st: Evaluator,
	list: readonly Lazy[],
	gatherer: ContextGatherer,
	doing: string,
	options: CoerceOptions,
	pos: PosIdx,
): string => {
	let out = "";
	for (let i = 0; i < list.length; i++) {
		try {
			out += coerceToString(st, list[i], gatherer, "while evaluating one element of the list", options, pos);
		} catch (e) {
			throw withTrace(e, pos, doing);
		}
		if (i < list.length - 1) {
			const element = list[i];
			const forced = element instanceof Thunk ? element.e : element;
			if (!Array.isArray(forced) || forced.length !== 0) out += " ";
		}
	}
	return out;
};

/** The path that a value stands for: a path, or a string (or what coerces to one) that is absolute. */
export const coerceToPath = (
	st: Evaluator,
	lazy: Lazy,
	gatherer: ContextGatherer,
	doing: string,
	pos: PosIdx,
): NixPath => {
	let v: Value;
	try {
		v = lazy instanceof Thunk ? forceThunk(lazy, pos) : lazy;
	} catch (e) {
		throw withTrace(e, pos, doing);
	}
	if (v instanceof NixPath) return v;
	if (v instanceof Attrs) {
		const toString = getAttr(v, wellKnown.toString);
		if (toString !== undefined) return coerceToPath(st, call1(st, toString, v, pos), gatherer, doing, pos);
	}
	const path = coerceToString(st, v, gatherer, doing, coercePlain, pos);
	if (path[0] !== "/")
		throw st.fail(
			new EvalError("NIX_NOT_ABSOLUTE", `string '${path}' doesn't represent an absolute path`),
			0,
			pos,
			doing,
		);
	return new NixPath(canonPath(path), st.rootFS);
};
