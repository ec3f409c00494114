import { EvalError } from "../errors/errors";
import { type Arithmetic, add, divide, integerValue, isLess, multiply, subtract } from "../runtime/arithmetic";
import { determinePos } from "../runtime/determine-pos";
import type { Evaluator } from "../runtime/evaluator";
import { forceFloat, forceInt } from "../runtime/expect";
import { showFloat } from "../runtime/floats";
import { force } from "../runtime/thunk";
import { type Lazy, NixFloat, type PrimOpFn, type Value } from "../runtime/values";
import type { Builtin } from "./builtin";

const binary =
	(apply: Arithmetic): PrimOpFn =>
	(st, a, b) => {
		const x = force(a, 0);
		return apply(st, x, force(b, 0));
	};

/** `builtins.lessThan`, known to `builtins.sort`, which then compares without calling it. */
export const lessThanFn: PrimOpFn = binary(isLess);

const fits32 = (n: number | bigint): n is number => typeof n === "number" && (n | 0) === n;

const bitwise =
	(name: string, small: (x: number, y: number) => number, large: (x: bigint, y: bigint) => bigint): PrimOpFn =>
	(st, a, b) => {
		const x = forceInt(st, a, 0, `while evaluating the first argument passed to builtins.${name}`);
		const y = forceInt(st, b, 0, `while evaluating the second argument passed to builtins.${name}`);
		if (fits32(x) && fits32(y)) return small(x, y);
		return integerValue(large(BigInt(x), BigInt(y))) as Value;
	};

const trackedBug = "Due to a bug (see https://github.com/NixOS/nix/issues/12899)";
const futureVersions = "\n\tFuture Nix versions might implement the correct behavior.";

/** `ceil` and `floor`: of integers too, through the nearest float, where that loses nothing. */
const rounding =
	(name: string, round: (x: number) => number) =>
	(st: Evaluator, a: Lazy): Value => {
		const pos = determinePos(a, 0);
		const rounded = round(forceFloat(st, a, pos, `while evaluating the first argument passed to builtins.${name}`));
		const v = force(a, 0);
		const inRange = rounded >= -(2 ** 63) && rounded < 2 ** 63;
		if (v instanceof NixFloat) {
			if (inRange) return integerValue(BigInt(rounded)) as Value;
			throw st.fail(
				new EvalError("NIX_FLOAT_RANGE", `NixFloat argument ${showFloat(v)} is not in the range of NixInt`),
				0,
			);
		}
		if (!inRange)
			throw st.fail(
				new EvalError(
					"NIX_INTEGER_PRECISION",
					`${trackedBug} the NixInt argument ${String(v)} caused undefined behavior in previous Nix versions.${futureVersions}`,
				),
				0,
			);
		const result = integerValue(BigInt(rounded));
		if (result !== v)
			throw st.fail(
				new EvalError(
					"NIX_INTEGER_PRECISION",
					`${trackedBug} a loss of precision occurred in previous Nix versions because the NixInt argument ${String(v)} was rounded to ${String(result)}.${futureVersions}`,
				),
				0,
			);
		return v;
	};

/** Arithmetic, comparison and rounding. */
export const arithmeticBuiltins: readonly Builtin[] = [
	{
		name: "__ceil",
		args: ["number"],
		doc: "The smallest integer that is not less than *number*. An integer is given back as it is, unless no float is exactly equal to it: that is an error.",
		fn: rounding("ceil", Math.ceil),
	},
	{
		name: "__floor",
		args: ["number"],
		doc: "The largest integer that is not greater than *number*. An integer is given back as it is, unless no float is exactly equal to it: that is an error.",
		fn: rounding("floor", Math.floor),
	},
	{
		name: "__add",
		args: ["e1", "e2"],
		doc: "The sum of the numbers *e1* and *e2*: a float if either is one.",
		fn: binary(add),
	},
	{
		name: "__sub",
		args: ["e1", "e2"],
		doc: "The difference of the numbers *e1* and *e2*. `a - b` is this function's call.",
		fn: binary(subtract),
	},
	{
		name: "__mul",
		args: ["e1", "e2"],
		doc: "The product of the numbers *e1* and *e2*. `a * b` is this function's call.",
		fn: binary(multiply),
	},
	{
		name: "__div",
		args: ["e1", "e2"],
		doc: "The quotient of the numbers *e1* and *e2*; integers are divided towards zero. `a / b` is this function's call.",
		fn: binary(divide),
	},
	{
		name: "__bitAnd",
		args: ["e1", "e2"],
		doc: "The bits that are set in both of the integers *e1* and *e2*.",
		fn: bitwise(
			"bitAnd",
			(x, y) => x & y,
			(x, y) => x & y,
		),
	},
	{
		name: "__bitOr",
		args: ["e1", "e2"],
		doc: "The bits that are set in either of the integers *e1* and *e2*.",
		fn: bitwise(
			"bitOr",
			(x, y) => x | y,
			(x, y) => x | y,
		),
	},
	{
		name: "__bitXor",
		args: ["e1", "e2"],
		doc: "The bits that are set in exactly one of the integers *e1* and *e2*.",
		fn: bitwise(
			"bitXor",
			(x, y) => x ^ y,
			(x, y) => x ^ y,
		),
	},
	{
		name: "__lessThan",
		args: ["e1", "e2"],
		doc: "Whether *e1* comes before *e2*: two numbers, two strings, two paths, or two lists of such. `a < b` is this function's call.",
		fn: lessThanFn,
	},
];
