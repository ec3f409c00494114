import { withTrace } from "../errors/errors";
import { type Arithmetic, divide, isLess, multiply, subtract } from "../runtime/arithmetic";
import { tooDeep } from "../runtime/call";
import type { Value } from "../runtime/values";
import type { Symbol } from "../syntax/symbols";
import type { Expr } from "../syntax/tree";
import { wellKnown } from "../syntax/well-known";
import { type Code, codeOf, delayToThunk, type Evaluate } from "./code";

/*
 * The operators that the language defines as calls of builtins (`a - b` is `__sub a b`), where the name still means
 * the builtin: both operands are worked out at once. Errors read as those of the call. `a` and `b` are the operands.
 */

const operator =
	(name: string, apply: Arithmetic): Evaluate =>
	(c, env) => {
		const { st } = c.mod;
		if (st.depth > st.maxDepth) throw tooDeep(st, c.pos);
		st.depth++;
		let v: Value;
		try {
			const left = c.a as Code;
			const right = c.b as Code;
			const x = left.ev(left, env, undefined);
			v = apply(st, x, right.ev(right, env, undefined));
		} catch (e) {
			throw withTrace(e, c.pos, `while calling the '${name}' builtin`);
		}
		st.depth--;
		return v;
	};

const evaluateSubtract: Evaluate = (c, env) => {
	const { st } = c.mod;
	if (st.depth > st.maxDepth) throw tooDeep(st, c.pos);
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
	if (st.depth > st.maxDepth) throw tooDeep(st, c.pos);
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
	[wellKnown.mul, operator("mul", multiply)],
	[wellKnown.div, operator("div", divide)],
]);

/** Binds a call of an arithmetic builtin by its global name; false for other names. */
export const bindArithmetic = (c: Code, name: Symbol, args: readonly Expr[]): boolean => {
	const ev = operators.get(name);
	if (ev === undefined) return false;
	c.a = codeOf(c.mod, args[0]);
	c.b = codeOf(c.mod, args[1]);
	c.ev = ev;
	c.dl = delayToThunk;
	return true;
};
