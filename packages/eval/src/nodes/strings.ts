import { EvalError } from "../errors/errors";
import type { PosIdx } from "../errors/positions";
import { integerValue } from "../runtime/arithmetic";
import { coerceInterpolated, coerceToString } from "../runtime/coerce";
import { ContextGatherer } from "../runtime/context";
import { showType } from "../runtime/describe";
import { floatResult } from "../runtime/floats";
import { canonPath } from "../runtime/paths";
import { type Env, NixFloat, NixPath, NixString, type Value } from "../runtime/values";
import { Kind } from "../syntax/tree";
import { type Code, codesOf, type Evaluate, posIn, registerBinder } from "./code";

const doing = "while evaluating a path segment";

/*
 * Interpolated strings, and interpolated paths and `+`: `a` is the code of the parts, `b` their positions.
 */
const evaluateInterpolated: Evaluate = (c, env) => {
	const codes = c.a as readonly Code[];
	const positions = c.b as readonly PosIdx[];
	const { st } = c.mod;
	let gatherer: ContextGatherer | undefined;
	let out = "";
	for (let i = 0; i < codes.length; i++) {
		const code = codes[i];
		const v = code.ev(code, env, undefined);
		if (typeof v === "string") out += v;
		else if (v instanceof NixString) {
			gatherer ??= new ContextGatherer();
			gatherer.add(v.context);
			out += v.s;
		} else {
			gatherer ??= new ContextGatherer();
			out += coerceToString(st, v, gatherer, doing, coerceInterpolated, positions[i]);
		}
	}
	return gatherer?.context === undefined ? out : new NixString(out, gatherer.context);
};

const evaluatePlus: Evaluate = (c, env) => {
	const codes = c.a as readonly Code[];
	const first = codes[0].ev(codes[0], env, undefined);
	if (codes.length === 2 && typeof first === "number") {
		const second = codes[1].ev(codes[1], env, undefined);
		if (typeof second === "number") {
			const r = first + second;
			if (Number.isSafeInteger(r)) return r;
		}
		return addNumbers(c, env, first, second);
	}
	if (typeof first === "number" || typeof first === "bigint" || first instanceof NixFloat)
		return addNumbers(c, env, first, undefined);
	return joinStrings(c, env, first);
};

/** The sum of the parts, of which the first, and maybe the second, are known. */
const addNumbers = (c: Code, env: Env, first: Value, known: Value | undefined): Value => {
	const codes = c.a as readonly Code[];
	const positions = c.b as readonly PosIdx[];
	const { st } = c.mod;
	let sum = first as number | bigint | NixFloat;
	for (let i = 1; i < codes.length; i++) {
		const v = i === 1 && known !== undefined ? known : codes[i].ev(codes[i], env, undefined);
		if (sum instanceof NixFloat) {
			if (typeof v === "number" || typeof v === "bigint") sum = floatResult(sum.value + Number(v), sum, v);
			else if (v instanceof NixFloat) sum = floatResult(sum.value + v.value, sum, v);
			else throw st.fail(new EvalError("NIX_TYPE", `cannot add ${showType(v)} to a float`), positions[i]);
		} else if (typeof v === "number" || typeof v === "bigint") {
			const r = integerValue(BigInt(sum) + BigInt(v));
			if (r === undefined)
				throw st.fail(new EvalError("NIX_INTEGER_OVERFLOW", `integer overflow in adding ${sum} + ${v}`), positions[i]);
			sum = r;
		} else if (v instanceof NixFloat) sum = floatResult(Number(sum) + v.value, sum, v);
		else throw st.fail(new EvalError("NIX_TYPE", `cannot add ${showType(v)} to an integer`), positions[i]);
	}
	return sum;
};

const joinStrings = (c: Code, env: Env, first: Value): Value => {
	const codes = c.a as readonly Code[];
	const positions = c.b as readonly PosIdx[];
	const { st } = c.mod;
	const isString = typeof first === "string" || first instanceof NixString;
	let gatherer: ContextGatherer | undefined;
	let out = "";
	for (let i = 0; i < codes.length; i++) {
		const v = i === 0 ? first : codes[i].ev(codes[i], env, undefined);
		if (typeof v === "string") out += v;
		else {
			gatherer ??= new ContextGatherer();
			if (v instanceof NixString) {
				gatherer.add(v.context);
				out += v.s;
			} else
				out += coerceToString(
					st,
					v,
					gatherer,
					doing,
					{ more: false, copyToStore: isString, canonicalise: i > 0 },
					positions[i],
				);
		}
	}
	const context = gatherer?.context;
	if (first instanceof NixPath) {
		if (context !== undefined)
			throw st.fail(
				new EvalError("NIX_CONTEXT", "a string that refers to a store path cannot be appended to a path"),
				c.pos,
			);
		return new NixPath(canonPath(out), st.rootFS);
	}
	return context === undefined ? out : new NixString(out, context);
};

registerBinder(Kind.ConcatStrings, (c, e) => {
	const { mod } = c;
	c.pos = posIn(mod, e.pos);
	c.a = codesOf(mod, e.parts);
	c.b = e.positions.map((pos) => posIn(mod, pos));
	c.ev = e.forceString ? evaluateInterpolated : evaluatePlus;
});
