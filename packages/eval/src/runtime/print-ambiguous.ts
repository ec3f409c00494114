import { StackOverflowError } from "../errors/errors";
import { printIdentifier, printStringLiteral } from "../syntax/identifiers";
import type { Evaluator } from "./evaluator";
import { positionOf } from "./expect";
import { showFloat } from "./floats";
import { showPath } from "./source-path";
import { isBlackhole } from "./thunk";
import { Attrs, type Lazy, NixFloat, NixPath, NixString, PartialApp, PrimOp, Thunk, type Value } from "./values";

/**
 * A value as `nix-instantiate --eval` prints it: functions are `<LAMBDA>`, what is not worked out
 * is `<CODE>`. A byte string, without a line end. Forces nothing.
 */
export const printAmbiguous = (st: Evaluator, v: Lazy): string => show(st, v, new Set(), 0);

/** The same, with what occurs again written out again: the manifests of user environments. */
export const printUnseen = (st: Evaluator, v: Lazy): string => show(st, v, undefined, 0);

const show = (st: Evaluator, lazy: Lazy, seen: Set<object> | undefined, depth: number): string => {
	let v = lazy;
	if (v instanceof Thunk) {
		if (v.c !== null) return isBlackhole(v) ? "\xc2\xabpotential infinite recursion\xc2\xbb" : "<CODE>";
		v = v.e as Value;
	}
	if (depth > st.maxDepth)
		throw st.fail(
			new StackOverflowError("NIX_STACK_OVERFLOW", "stack overflow; max-call-depth exceeded"),
			positionOf(v),
		);
	if (typeof v === "string") return printStringLiteral(v);
	if (v instanceof NixString) return printStringLiteral(v.s);
	if (v === null || typeof v !== "object") return String(v);
	if (v instanceof NixFloat) return showFloat(v);
	if (v instanceof NixPath) return showPath(v.accessor, v.path);
	if (v instanceof PrimOp) return "<PRIMOP>";
	if (v instanceof PartialApp && v.fn instanceof PrimOp) return "<PRIMOP-APP>";
	if (!Array.isArray(v) && !(v instanceof Attrs)) return "<LAMBDA>";
	if (seen !== undefined && (Array.isArray(v) ? v : v.vals).length > 0) {
		const place = Array.isArray(v) ? (lazy as object) : v;
		if (seen.has(place)) return "\xc2\xabrepeated\xc2\xbb";
		seen.add(place);
	}
	if (Array.isArray(v)) {
		let out = "[ ";
		for (const element of v) out += `${show(st, element, seen, depth + 1)} `;
		return `${out}]`;
	}
	const { names } = st.symbols;
	const { ids } = v.shape;
	let out = "{ ";
	for (const i of v.shape.order(st.symbols))
		out += `${printIdentifier(names[ids[i]])} = ${show(st, v.vals[i], seen, depth + 1)}; `;
	return `${out}}`;
};
