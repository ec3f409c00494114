import { EvalError } from "../errors/errors";
import { lessThan } from "./compare";
import type { Evaluator } from "./evaluator";
import { forceFloat, forceInt } from "./expect";
import { floatResult } from "./floats";
import { NixFloat, type Value } from "./values";

/*
 * Integers are 64 bits wide: numbers while they are exact, bigints beyond ±(2^53-1). Every result is checked, and
 * goes back to being a number when it fits one.
 */

const min64 = -(2n ** 63n);
const max64 = 2n ** 63n - 1n;

/** A 64-bit integer in the form values have; undefined if it is not one. */
export const integerValue = (n: bigint): number | bigint | undefined => {
	if (n >= -9007199254740991n && n <= 9007199254740991n) return Number(n);
	return n < min64 || n > max64 ? undefined : n;
};

const checked = (
	st: Evaluator,
	n: bigint,
	doing: string,
	x: number | bigint,
	op: string,
	y: number | bigint,
): Value => {
	const r = integerValue(n);
	if (r === undefined)
		throw st.fail(new EvalError("NIX_INTEGER_OVERFLOW", `integer overflow in ${doing} ${x} ${op} ${y}`), 0);
	return r;
};

/** A binary operation on forced values. */
export type Arithmetic = (st: Evaluator, x: Value, y: Value) => Value;

/** `builtins.add` (the operator `+` also joins strings and is elsewhere). */
export const add: Arithmetic = (st, x, y) => {
	if (typeof x === "number" && typeof y === "number") {
		const r = x + y;
		if (Number.isSafeInteger(r)) return r;
	}
	const what = (n: string): string => `while evaluating the ${n} argument of the addition`;
	if (x instanceof NixFloat || y instanceof NixFloat)
		return floatResult(forceFloat(st, x, 0, what("first")) + forceFloat(st, y, 0, what("second")), y, x);
	const i = forceInt(st, x, 0, what("first"));
	const j = forceInt(st, y, 0, what("second"));
	return checked(st, BigInt(i) + BigInt(j), "adding", i, "+", j);
};

export const subtract: Arithmetic = (st, x, y) => {
	if (typeof x === "number" && typeof y === "number") {
		const r = x - y;
		if (Number.isSafeInteger(r)) return r;
	}
	const what = (n: string): string => `while evaluating the ${n} argument of the subtraction`;
	if (x instanceof NixFloat || y instanceof NixFloat)
		return floatResult(forceFloat(st, x, 0, what("first")) - forceFloat(st, y, 0, what("second")), x, y);
	const i = forceInt(st, x, 0, what("first"));
	const j = forceInt(st, y, 0, what("second"));
	return checked(st, BigInt(i) - BigInt(j), "subtracting", i, "-", j);
};

export const multiply: Arithmetic = (st, x, y) => {
	if (typeof x === "number" && typeof y === "number") {
		const r = x * y + 0;
		if (Number.isSafeInteger(r)) return r;
	}
	if (x instanceof NixFloat || y instanceof NixFloat)
		return floatResult(
			forceFloat(st, x, 0, "while evaluating the first of the multiplication") *
				forceFloat(st, y, 0, "while evaluating the second argument of the multiplication"),
			y,
			x,
		);
	const i = forceInt(st, x, 0, "while evaluating the first argument of the multiplication");
	const j = forceInt(st, y, 0, "while evaluating the second argument of the multiplication");
	return checked(st, BigInt(i) * BigInt(j), "multiplying", i, "*", j);
};

/** Integers are divided towards zero. */
export const divide: Arithmetic = (st, x, y) => {
	const divisor = forceFloat(st, y, 0, "while evaluating the second operand of the division");
	if (divisor === 0) throw st.fail(new EvalError("NIX_DIVISION_BY_ZERO", "division by zero"), 0);
	if (typeof x === "number" && typeof y === "number") return Math.trunc(x / y) + 0;
	if (x instanceof NixFloat || y instanceof NixFloat)
		return floatResult(forceFloat(st, x, 0, "while evaluating the first operand of the division") / divisor, x, y);
	const i = forceInt(st, x, 0, "while evaluating the first operand of the division");
	const j = forceInt(st, y, 0, "while evaluating the second operand of the division");
	return checked(st, BigInt(i) / BigInt(j), "dividing", i, "/", j);
};

export const isLess: Arithmetic = (st, x, y) => lessThan(st, x, y, "");
