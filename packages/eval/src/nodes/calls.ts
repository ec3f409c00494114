import type { PosIdx } from "../errors/positions";
import { addressGlobal } from "../resolve/scopes";
import { apply1, apply2, apply3, applyN, call1, enter1, enter2, enterFormals, slowCall } from "../runtime/call";
import type { Evaluator } from "../runtime/evaluator";
import { type AppThunk, Closure, type Env, type Lazy, PrimOp, type Value } from "../runtime/values";
import { type CallExpr, Kind } from "../syntax/tree";
import { bindArithmetic } from "./arithmetic";
import { Code, codeOf, codesOf, delayToThunk, type Evaluate, posIn, registerBinder } from "./code";

const delayed = (arg: Code, env: Env): Lazy[] => [arg.dl(arg, env)];

/** `f x`: `a` is the code of `f`, `b` of `x`. */
const evaluateCall1: Evaluate = (c, env) => {
	const fn = c.a as Code;
	const f = fn.ev(fn, env, undefined);
	const { st } = c.mod;
	if (st.depth > st.callLimit) return slowCall(st, f, delayed(c.b as Code, env), c.pos);
	const arg = c.b as Code;
	const x = arg.dl(arg, env);
	st.depth++;
	let v: ReturnType<typeof apply1>;
	if (f instanceof Closure) {
		const { lam } = f;
		if (lam.formals !== undefined) v = enterFormals(st, lam, lam.formals, f.env, x, c.pos);
		else if (lam.arity === 1) v = enter1(st, lam, f.env, x, c.pos);
		else v = apply1(st, f, x, c.pos);
	} else v = apply1(st, f, x, c.pos);
	st.depth--;
	return v;
};

/** `f x y`: `c` is the code of `y`. */
const evaluateCall2: Evaluate = (c, env) => {
	const fn = c.a as Code;
	const f = fn.ev(fn, env, undefined);
	const { st } = c.mod;
	if (st.depth > st.callLimit)
		return slowCall(st, f, [...delayed(c.b as Code, env), ...delayed(c.c as Code, env)], c.pos);
	const arg1 = c.b as Code;
	const arg2 = c.c as Code;
	const x = arg1.dl(arg1, env);
	const y = arg2.dl(arg2, env);
	st.depth++;
	let v: ReturnType<typeof apply2>;
	if (f instanceof Closure && f.lam.arity === 2) v = enter2(st, f.lam, f.env, x, y, c.pos);
	else v = apply2(st, f, x, y, c.pos);
	st.depth--;
	return v;
};

/** `f x y z …`: `b` is the code of the arguments. */
const evaluateCallN: Evaluate = (c, env) => {
	const fn = c.a as Code;
	const f = fn.ev(fn, env, undefined);
	const { st } = c.mod;
	if (st.depth > st.callLimit)
		return slowCall(
			st,
			f,
			(c.b as readonly Code[]).flatMap((arg) => delayed(arg, env)),
			c.pos,
		);
	const codes = c.b as readonly Code[];
	const n = codes.length;
	let v: ReturnType<typeof applyN>;
	if (n === 3) {
		const x = codes[0].dl(codes[0], env);
		const y = codes[1].dl(codes[1], env);
		const z = codes[2].dl(codes[2], env);
		st.depth++;
		v = apply3(st, f, x, y, z, c.pos);
	} else {
		const args: Lazy[] = new Array(n);
		for (let i = 0; i < n; i++) args[i] = codes[i].dl(codes[i], env);
		st.depth++;
		v = applyN(st, f, args, c.pos);
	}
	st.depth--;
	return v;
};

registerBinder(Kind.Call, (c: Code, e: CallExpr) => {
	const { mod } = c;
	c.pos = posIn(mod, e.pos);
	const { fn, args } = e;
	if (fn.kind === Kind.Var && fn.address === addressGlobal && args.length === 2) {
		const f = mod.st.global(fn.name);
		if (f instanceof PrimOp && bindArithmetic(c, fn.name, args)) return;
	}
	c.a = codeOf(mod, fn);
	if (args.length === 1) {
		c.b = codeOf(mod, args[0]);
		c.ev = evaluateCall1;
	} else if (args.length === 2) {
		c.b = codeOf(mod, args[0]);
		c.c = codeOf(mod, args[1]);
		c.ev = evaluateCall2;
	} else {
		c.b = codesOf(mod, args);
		c.ev = evaluateCallN;
	}
});

/** The code of a delayed application: the thunk's `e` is the function, its `x` the argument. */
const evaluateApplication: Evaluate = (c, f, t, pos = 0) => {
	// The reference does not mark what is being applied: wanted within itself, it is applied again, until too deep.
	(t as AppThunk).c = c;
	return call1(c.mod.st, f as unknown as Lazy, (t as AppThunk).x, pos);
};

/** As {@link evaluateApplication}, but not to be wanted within itself. */
const evaluateOnce: Evaluate = (c, f, t, pos = 0) => call1(c.mod.st, f as unknown as Lazy, (t as AppThunk).x, pos);

const codeFor =
	(evaluate: Evaluate) =>
	(st: Evaluator): Code =>
		new Code(evaluate, delayToThunk, { st, base: 0, root: st.rootFS }, 0, undefined);
export const applicationCode = codeFor(evaluateApplication);
export const onceCode = codeFor(evaluateOnce);

/** The code of what is worked out elsewhere: the thunk's `e` does it, told where it is wanted. */
const evaluateElsewhere: Evaluate = (_c, run, _t, pos = 0) => (run as unknown as (pos: PosIdx) => Value)(pos);
export const elsewhereCode = codeFor(evaluateElsewhere);
