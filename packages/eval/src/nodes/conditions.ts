import { AssertionError, TypeError, withTrace } from "../errors/errors";
import type { PosIdx } from "../errors/positions";
import { assertEqual } from "../runtime/assert-equal";
import { describe } from "../runtime/describe";
import type { Env } from "../runtime/values";
import { printExpression } from "../syntax/print";
import { type Expr, Kind } from "../syntax/tree";
import { type Code, codeOf, type Evaluate, posIn, registerBinder } from "./code";

/** A Boolean, or an error that tells what it was wanted for. */
const evaluateBool = (c: Code, env: Env, pos: PosIdx, doing: string): boolean => {
	try {
		const v = c.ev(c, env, undefined);
		if (typeof v === "boolean") return v;
		const { st } = c.mod;
		throw st.fail(new TypeError("NIX_TYPE", `expected a Boolean but found ${describe(st, v)}`), pos);
	} catch (e) {
		throw withTrace(e, pos, doing);
	}
};

const evaluateIf: Evaluate = (c, env) => {
	const branch = (
		evaluateBool(c.a as Code, env, c.pos, "while evaluating a branch condition") ? c.b : c.c
	) as Code;
	return branch.ev(branch, env, undefined);
};

registerBinder(Kind.If, (c, e) => {
	c.pos = posIn(c.mod, e.pos);
	c.a = codeOf(c.mod, e.cond);
	c.b = codeOf(c.mod, e.then);
	c.c = codeOf(c.mod, e.else_);
	c.ev = evaluateIf;
});

/** `a` is the code of the condition, `b` of the body, `c` the condition as it was written. */
const evaluateAssert: Evaluate = (c, env) => {
	if (!evaluateBool(c.a as Code, env, c.pos, "in the condition of the assert statement")) throw failed(c, env);
	const body = c.b as Code;
	return body.ev(body, env, undefined);
};

const failed = (c: Code, env: Env): unknown => {
	const { st } = c.mod;
	const cond = c.c as Expr;
	const shown = printExpression(cond, st.symbols, { home: st.host.homeDir ?? "/homeless-shelter" });
	if (cond.kind === Kind.Eq) {
		try {
			const left = codeOf(c.mod, cond.left);
			const right = codeOf(c.mod, cond.right);
			const x = left.ev(left, env, undefined);
			assertEqual(st, x, right.ev(right, env, undefined), posIn(c.mod, cond.pos), "in an equality assertion");
		} catch (e) {
			if (e instanceof AssertionError)
				return withTrace(e, c.pos, `while evaluating the condition of the assertion '${shown}'`);
			return e;
		}
	}
	return st.fail(new AssertionError("NIX_ASSERTION", `assertion '${shown}' failed`), c.pos);
};

registerBinder(Kind.Assert, (c, e) => {
	c.pos = posIn(c.mod, e.pos);
	c.a = codeOf(c.mod, e.cond);
	c.b = codeOf(c.mod, e.body);
	c.c = e.cond;
	c.ev = evaluateAssert;
});

registerBinder(Kind.Not, (c, e) => {
	c.a = codeOf(c.mod, e.operand);
	c.pos = positionOfExpr(c, e.operand);
	c.ev = (c, env) => !evaluateBool(c.a as Code, env, c.pos, "in the argument of the not operator");
});

/** Where a `!` is said to be: the reference gives it its operand's position. */
const positionOfExpr = (c: Code, e: Expr): PosIdx => posIn(c.mod, exprPos(e));

/** The position of an expression, as the reference has it; -1 for kinds that have none. */
export const exprPos = (e: Expr): number => {
	switch (e.kind) {
		case Kind.Int:
		case Kind.Float:
		case Kind.String:
		case Kind.Path:
		case Kind.Let:
			return -1;
		case Kind.Not:
			return exprPos(e.operand);
		case Kind.HasAttr:
			return exprPos(e.subject);
		case Kind.List:
			return e.elements.length === 0 ? -1 : exprPos(e.elements[0]);
		default:
			return e.pos;
	}
};

/** `stopsAt`: the left operand that decides; `result`: what it decides. */
const binary = (name: string, symbol: string, stopsAt: boolean, result: boolean): Evaluate => {
	const doingLeft = `in the left operand of the ${name} (${symbol}) operator`;
	const doingRight = `in the right operand of the ${name} (${symbol}) operator`;
	return (c, env) =>
		evaluateBool(c.a as Code, env, c.pos, doingLeft) === stopsAt
			? result
			: evaluateBool(c.b as Code, env, c.pos, doingRight);
};

const register = (kind: Kind.And | Kind.Or | Kind.Impl, ev: Evaluate): void =>
	registerBinder(kind, (c, e) => {
		const { left, right, pos } = e as { left: Expr; right: Expr; pos: number };
		c.pos = posIn(c.mod, pos);
		c.a = codeOf(c.mod, left);
		c.b = codeOf(c.mod, right);
		c.ev = ev;
	});
register(Kind.And, binary("AND", "&&", false, false));
register(Kind.Or, binary("OR", "||", true, true));
register(Kind.Impl, binary("IMPL", "->", false, true));
