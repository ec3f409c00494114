import { formatFloat, formatFloatFixed } from "../text/float";
import { NixFloat, type Value } from "./values";

/*
 * JavaScript does not tell one NaN from another, but the sign of one is printed: arithmetic that has no result gives
 * `-nan` on x86-64, and only `fromTOML` reads `nan`. That one is this object, and everything else that is no number
 * is `-nan`.
 */

/** What `builtins.fromTOML "x = nan"` holds. */
export const positiveNaN = new NixFloat(Number.NaN);

const isNaNValue = (v: Value): v is NixFloat => v instanceof NixFloat && Number.isNaN(v.value);

/**
 * The result of an operation on floats; where it is no number it is the operand that was none,
 * `first` before `second`. (The reference has them in the other order where its compiler may exchange them.)
 */
export const floatResult = (value: number, first: Value, second: Value): NixFloat => {
	if (!Number.isNaN(value)) return new NixFloat(value);
	if (isNaNValue(first)) return first;
	return isNaNValue(second) ? second : new NixFloat(value);
};

/** A float as printed values and XML show it: see {@link formatFloat}. */
export const showFloat = (v: NixFloat): string => (v === positiveNaN ? "nan" : formatFloat(v.value));

/** A float as `toString` gives it: see {@link formatFloatFixed}. */
export const showFloatFixed = (v: NixFloat): string => (v === positiveNaN ? "nan" : formatFloatFixed(v.value));
