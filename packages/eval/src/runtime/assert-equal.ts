import { AssertionError, withTrace } from "../errors/errors";
import type { PosIdx } from "../errors/positions";
import { wellKnown } from "../syntax/well-known";
import { tooDeep } from "./call";
import { equalForced, isDerivation } from "./compare";
import { printForError, showType } from "./describe";
import type { Evaluator } from "./evaluator";
import { bytesOf, isFunction } from "./expect";
import { getAttr } from "./shape";
import { force } from "./thunk";
import { Attrs, type Lazy, NixFloat, NixPath, NixString, type Value } from "./values";
import { printIdentifier } from "../syntax/identifiers";

const isNumber = (v: Value): boolean => typeof v === "number" || typeof v === "bigint" || v instanceof NixFloat;

/**
 * Throws an error that tells where two values differ, for `assert a == b`. It compares as `==` does, in the same
 * order, and is only called once `==` has found a difference.
 */
export const assertEqual = (st: Evaluator, a: Lazy, b: Lazy, pos: PosIdx, doing: string): void => {
	if (st.depth > st.maxDepth) throw tooDeep(st, pos);
	st.depth++;
	compare(st, a, b, pos, doing);
	st.depth--;
};

const compare = (st: Evaluator, a: Lazy, b: Lazy, pos: PosIdx, doing: string): void => {
	const x = force(a, pos);
	const y = force(b, pos);
	if (a === b && typeof a === "object" && a !== null) return;
	const differ = (message: string): never => {
		throw st.fail(new AssertionError("NIX_ASSERTION", message), 0);
	};
	const print = (v: Value): string => printForError(st, v);
	if (isNumber(x) && isNumber(y)) {
		if (equalForced(st, x, y, pos, doing)) return;
		differ(
			`${showType(x)} with value '${print(x)}' is not equal to ${showType(y)} with value '${print(y)}'`,
		);
	}
	if (coarse(x) !== coarse(y))
		differ(`${showType(x)} of value '${print(x)}' is not equal to ${showType(y)} of value '${print(y)}'`);
	if (isNumber(x)) return;
	if (typeof x === "boolean") {
		if (x !== y) differ(`boolean '${print(x)}' is not equal to boolean '${print(y)}'`);
	} else if (typeof x === "string" || x instanceof NixString) {
		if (bytesOf(x) !== bytesOf(y as string | NixString))
			differ(`string '${print(x)}' is not equal to string '${print(y)}'`);
	} else if (x instanceof NixPath) {
		const other = y as NixPath;
		if (x.accessor !== other.accessor)
			differ(`path '${print(x)}' is not equal to path '${print(y)}' because their accessors are different`);
		if (x.path !== other.path) differ(`path '${print(x)}' is not equal to path '${print(y)}'`);
	} else if (Array.isArray(x)) compareLists(st, x, y as Lazy[], pos, doing, differ);
	else if (x instanceof Attrs) compareSets(st, x, y as Attrs, pos, doing, differ);
	else if (isFunction(x))
		differ("distinct functions and immediate comparisons of identical functions compare as unequal");
};

const coarse = (v: Value): string => {
	if (v === null) return "null";
	if (typeof v === "bigint") return "number";
	if (typeof v !== "object") return typeof v;
	if (v instanceof NixString) return "string";
	if (v instanceof NixPath) return "path";
	if (v instanceof NixFloat) return "float";
	if (v instanceof Attrs) return "set";
	return Array.isArray(v) ? "list" : "function";
};

type Differ = (message: string) => never;

const compareLists = (
	st: Evaluator,
	x: readonly Lazy[],
	y: readonly Lazy[],
	pos: PosIdx,
	doing: string,
	differ: Differ,
): void => {
	if (x.length !== y.length)
		differ(
			`list of size '${x.length}' is not equal to list of size '${y.length}', left hand side is '${printForError(st, x as Lazy[])}', right hand side is '${printForError(st, y as Lazy[])}'`,
		);
	for (let i = 0; i < x.length; i++)
		try {
			assertEqual(st, x[i], y[i], pos, doing);
		} catch (e) {
			throw withTrace(e, pos, `while comparing list element ${i}`);
		}
};

const compareSets = (st: Evaluator, x: Attrs, y: Attrs, pos: PosIdx, doing: string, differ: Differ): void => {
	if (isDerivation(st, x) && isDerivation(st, y)) {
		const i = getAttr(x, wellKnown.outPath);
		const j = getAttr(y, wellKnown.outPath);
		if (i !== undefined && j !== undefined) {
			try {
				return assertEqual(st, i, j, pos, doing);
			} catch (e) {
				throw withTrace(e, pos, "while comparing a derivation by its 'outPath' attribute");
			}
		}
	}
	const shown = (): [string, string] => [printForError(st, x), printForError(st, y)];
	if (x.vals.length !== y.vals.length) {
		const [l, r] = shown();
		differ(`attribute names of attribute set '${l}' differs from attribute set '${r}'`);
	}
	const { names } = st.symbols;
	for (let n = 0; n < x.vals.length; n++) {
		const i = x.shape.ids[n];
		const j = y.shape.ids[n];
		if (i !== j) {
			const [l, r] = shown();
			if (y.shape.index(i) < 0) differ(`attribute name '${printIdentifier(names[i])}' is contained in '${l}', but not in '${r}'`);
			differ(`attribute name '${printIdentifier(names[j])}' is missing in '${l}', but is contained in '${r}'`);
		}
		try {
			assertEqual(st, x.vals[n], y.vals[n], pos, doing);
		} catch (e) {
			const right = y.shape.posAt(n);
			const left = x.shape.posAt(n);
			if (right !== 0) withTrace(e, right, "where right hand side is");
			if (left !== 0) withTrace(e, left, "where left hand side is");
			throw withTrace(e, pos, `while comparing attribute '${printIdentifier(names[i])}'`);
		}
	}
};
