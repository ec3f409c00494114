import type { PosIdx } from "../errors/positions";
import type { LambdaExpr } from "../syntax/tree";
import { Closure, PartialApp, type Value } from "./values";

/**
 * The function that a value is, as it was written, and the position of its source's first byte; for one that has some
 * of its arguments, the function of the rest. Undefined for anything but functions written in the language.
 */
export const lambdaExprOf = (v: Value): { readonly expr: LambdaExpr; readonly base: PosIdx } | undefined => {
	const fn = v instanceof PartialApp ? v.fn : v;
	if (!(fn instanceof Closure)) return undefined;
	const { exprs, mod } = fn.lam;
	return { expr: exprs[v instanceof PartialApp ? v.count : 0], base: mod.base };
};
