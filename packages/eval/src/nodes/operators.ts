import { TypeError, withTrace } from "../errors/errors";
import type { PosIdx } from "../errors/positions";
import { equalForced } from "../runtime/compare";
import { describe } from "../runtime/describe";
import { forceList } from "../runtime/expect";
import { mergeAttrs } from "../runtime/shape";
import { Attrs, type Env } from "../runtime/values";
import { type BinaryExpr, type Expr, Kind } from "../syntax/tree";
import { type Code, codeOf, type Evaluate, posIn, registerBinder } from "./code";
import { exprPos } from "./conditions";

const bindBoth = (c: Code, e: { left: Expr; right: Expr; pos: number }, ev: Evaluate): void => {
	c.pos = posIn(c.mod, e.pos);
	c.a = codeOf(c.mod, e.left);
	c.b = codeOf(c.mod, e.right);
	c.ev = ev;
};

const evaluateEqual: Evaluate = (c, env) => {
	const left = c.a as Code;
	const right = c.b as Code;
	const x = left.ev(left, env, undefined);
	const y = right.ev(right, env, undefined);
	if (typeof x === "string" && typeof y === "string") return x === y;
	return equalForced(c.mod.st, x, y, c.pos, "while testing two values for equality");
};
const evaluateUnequal: Evaluate = (c, env) => {
	const left = c.a as Code;
	const right = c.b as Code;
	const x = left.ev(left, env, undefined);
	const y = right.ev(right, env, undefined);
	if (typeof x === "string" && typeof y === "string") return x !== y;
	return !equalForced(c.mod.st, x, y, c.pos, "while testing two values for inequality");
};

type Both = { left: Expr; right: Expr; pos: number };
registerBinder(Kind.Eq, (c, e) => bindBoth(c, e as Both, evaluateEqual));
registerBinder(Kind.NEq, (c, e) => bindBoth(c, e as Both, evaluateUnequal));

/**
 * `a // b // c`: the operands from left to right are in `a`, the position of each in `b`. The reference works out
 * the rightmost first, and merges from the left.
 */
const evaluateUpdate: Evaluate = (c, env) => {
	const codes = c.a as readonly Code[];
	const positions = c.b as readonly PosIdx[];
	if (codes.length === 2) {
		const right = operand(codes[1], env, positions[1], false);
		return mergeAttrs(operand(codes[0], env, positions[0], true), right);
	}
	const sides = c.c as readonly boolean[];
	const sets: Attrs[] = new Array(codes.length);
	for (let i = codes.length - 1; i >= 0; i--) sets[i] = operand(codes[i], env, positions[i], sides[i]);
	let merged = sets[0];
	for (let i = 1; i < sets.length; i++) merged = mergeAttrs(merged, sets[i]);
	return merged;
};

const operand = (c: Code, env: Env, pos: PosIdx, isLeft: boolean): Attrs => {
	try {
		const v = c.ev(c, env, undefined);
		if (v instanceof Attrs) return v;
		const { st } = c.mod;
		throw st.fail(new TypeError("NIX_TYPE", `expected a set but found ${describe(st, v)}`), 0);
	} catch (e) {
		throw withTrace(e, pos, `in the ${isLeft ? "left" : "right"} operand of the update (//) operator`);
	}
};

registerBinder(Kind.Update, (c, e) => {
	const { mod } = c;
	const update = e as BinaryExpr;
	const exprs: Expr[] = [];
	const sides: boolean[] = [];
	const flatten = (x: Expr, isLeft: boolean): void => {
		if (x.kind === Kind.Update) {
			flatten(x.left, true);
			flatten(x.right, false);
		} else {
			exprs.push(x);
			sides.push(isLeft);
		}
	};
	flatten(update.left, true);
	flatten(update.right, false);
	c.pos = posIn(mod, update.pos);
	c.a = exprs.map((x) => codeOf(mod, x));
	c.b = exprs.map((x) => posIn(mod, exprPos(x)));
	c.c = sides;
	c.ev = evaluateUpdate;
});

const evaluateConcat: Evaluate = (c, env) => {
	const left = c.a as Code;
	const right = c.b as Code;
	const { st } = c.mod;
	const x = left.ev(left, env, undefined);
	const y = right.ev(right, env, undefined);
	const doing = "while evaluating one of the elements to concatenate";
	const a = forceList(st, x, c.pos, doing);
	const b = forceList(st, y, c.pos, doing);
	if (a.length === 0) return b;
	if (b.length === 0) return a;
	return a.concat(b);
};
registerBinder(Kind.Concat, (c, e) => bindBoth(c, e as Both, evaluateConcat));
