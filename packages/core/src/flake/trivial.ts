import { FlakeError } from "./errors";
import {
	AppThunk,
	AttrsExpr,
	type Code,
	type Evaluator,
	force,
	LambdaExpr,
	type Lazy,
	ListExpr,
	type PosIdx,
	Thunk,
	type TypeName,
	typeNames,
	typeOf,
} from "./evaluation";

/**
 * Whether a value is written out, so that working it out runs nothing: sets without dynamic attributes, functions,
 * lists, and what is known already.
 */
const isTrivial = (value: Thunk): boolean => {
	if (value instanceof AppThunk) return false;
	if (value.c === null) return true;
	// Code that has not run yet holds its expression; a list's holds the code of its elements.
	const expr = (value.c as Code).a;
	return (
		(expr instanceof AttrsExpr && expr.dynamic.length === 0) ||
		expr instanceof LambdaExpr ||
		expr instanceof ListExpr ||
		Array.isArray(expr)
	);
};

/** The value, worked out if that is trivial. */
export const forceTrivial = (value: Lazy, pos: PosIdx): Lazy =>
	value instanceof Thunk && isTrivial(value) ? force(value, pos) : value;

/** The value, if it is known already. */
export const settled = (value: Lazy): Lazy => (value instanceof Thunk && value.c === null ? force(value, 0) : value);

/** A value's type without forcing it; `thunk` for what is not known yet. */
export const shallowType = (value: Lazy): TypeName | "thunk" => {
	const known = settled(value);
	return known instanceof Thunk ? "thunk" : typeOf(known);
};

/** A type as messages name it. */
export const showTypeName = (type: TypeName | "thunk"): string => (type === "thunk" ? "a thunk" : typeNames[type]);

/** The value, which has to be of a type and trivial. Throws {@link FlakeError}. */
export const expectTrivial = (st: Evaluator, type: TypeName, value: Lazy, pos: PosIdx): Lazy => {
	const forced = forceTrivial(value, pos);
	const found = shallowType(forced);
	if (found !== type)
		throw new FlakeError(
			"FLAKE_FILE",
			`expected ${typeNames[type]} but got ${showTypeName(found)} at ${st.showPosition(pos)}`,
		);
	return forced instanceof Thunk ? force(forced, pos) : forced;
};
