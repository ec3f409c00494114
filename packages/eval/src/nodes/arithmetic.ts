import { withTrace } from "../errors/errors";
import { addressWith } from "../resolve/scopes";
import { type Arithmetic, divide, isLess, multiply, subtract } from "../runtime/arithmetic";
import { slowCall } from "../runtime/call";
import type { Env, Value } from "../runtime/values";
import type { Symbol } from "../syntax/symbols";
import { type Expr, Kind } from "../syntax/tree";
import { wellKnown } from "../syntax/well-known";
import { type Code, codeOf, delayToThunk, type Evaluate } from "./code";

/*
 * The operators that the language defines as calls of builtins (`a - b` is `__sub a b`), where the name still means
 * the builtin: both operands are worked out at once. Errors read as those of the call. `a` and `b` are the operands.
 */

/**
 * The reference hands variables to the builtin as they are, and that wants their values at no place: none is told where
 * a variable is just being worked out, nor as the call site of a delayed call.
 */
const operand = (c: Code, e: Expr): Code => {
	const code = codeOf(c.mod, e);
	if (e.kind === Kind.Var && e.address !== addressWith) code.pos = 0;
	return code;
};

/** The operator as the call that it stands for. */
const called = (c: Code, env: Env, name: Symbol): Value => {
	const { st } = c.mod;
	const left = c.a as Code;
	const right = c.b as Code;
	return slowCall(st, st.global(name), [left.dl(left, env), right.dl(right, env)], c.pos);
};

const operator =
	(name: Symbol, shown: string, apply: Arithmetic): Evaluate =>
	(c, env) => {
		const { st } = c.mod;
		if (st.depth > st.callLimit) return called(c, env, name);
		st.depth++;
		let v: Value;
		try {
			const left = c.a as Code;
			const right = c.b as Code;
			const x = left.ev(left, env, undefined);
			v = apply(st, x, right.ev(right, env, undefined));
		} catch (e) {
			throw withTrace(e, c.pos, `while calling the '${shown}' builtin`);
		}
		st.depth--;
		return v;
	};

const evaluateSubtract: Evaluate = (c, env) => {
	const { st } = c.mod;
	if (st.depth > st.callLimit) return called(c, env, wellKnown.sub);
	st.depth++;
	let v: Value;
	try {
		const left = c.a as Code;
		const right = c.b as Code;
		const x = left.ev(left, env, undefined);
		const y = right.ev(right, env, undefined);
		if (typeof x === "number" && typeof y === "number") {
			v = x - y;
			if (!Number.isSafeInteger(v)) v = subtract(st, x, y);
		} else v = subtract(st, x, y);
	} catch (e) {
		throw withTrace(e, c.pos, "while calling the 'sub' builtin");
	}
	st.depth--;
	return v;
};

const evaluateLess: Evaluate = (c, env) => {
	const { st } = c.mod;
	if (st.depth > st.callLimit) return called(c, env, wellKnown.lessThan);
	st.depth++;
	let v: Value;
	try {
		const left = c.a as Code;
		const right = c.b as Code;
		const x = left.ev(left, env, undefined);
		const y = right.ev(right, env, undefined);
		v = typeof x === "number" && typeof y === "number" ? x < y : isLess(st, x, y);
	} catch (e) {
		throw withTrace(e, c.pos, "while calling the 'lessThan' builtin");
	}
	st.depth--;
	return v;
};

const operators = new Map<Symbol, Evaluate>([
	[wellKnown.sub, evaluateSubtract],
	[wellKnown.lessThan, evaluateLess],
	[wellKnown.mul, operator(wellKnown.mul, "mul", multiply)],
	[wellKnown.div, operator(wellKnown.div, "div", divide)],
]);

/** Binds a call of an arithmetic builtin by its global name; false for other names. */
export const bindArithmetic = (c: Code, name: Symbol, args: readonly Expr[]): boolean => {
	const ev = operators.get(name);
	if (ev === undefined) return false;
	c.a = operand(c, args[0]);
	c.b = operand(c, args[1]);
	c.ev = ev;
	c.dl = delayToThunk;
	return true;
};
