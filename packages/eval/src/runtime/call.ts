import { StackOverflowError, TypeError, withTrace } from "../errors/errors";
import type { PosIdx } from "../errors/positions";
import { newFrame, setSlot } from "../nodes/frames";
import type { FormalsInfo, LambdaInfo } from "../nodes/lambda-info";
import { printIdentifier } from "../syntax/identifiers";
import { wellKnown } from "../syntax/well-known";
import { suggest } from "../text/suggestions";
import { describe } from "./describe";
import type { Evaluator } from "./evaluator";
import { forceThunk } from "./thunk";
import {
	Attrs,
	Closure,
	type Env,
	Env1,
	Env2,
	Env3,
	Env4,
	type Lazy,
	PartialApp,
	PrimOp,
	Thunk,
	type Value,
} from "./values";

/*
 * The call protocol: the callee is known before its arguments are delayed; a function of n plain parameters takes n
 * arguments at once; fewer make a PartialApp, more are applied to its result. Every call counts against the call
 * depth, once, however many arguments it has.
 */

export const tooDeep = (st: Evaluator, pos: PosIdx): StackOverflowError =>
	st.fail(new StackOverflowError("NIX_STACK_OVERFLOW", "stack overflow; max-call-depth exceeded"), pos);

/**
 * A call that left the fast path: one too deep, which it throws for, or one that is watched. Gives its value, and counts
 * as those on the fast path do.
 */
export const slowCall = (st: Evaluator, fun: Lazy, args: readonly Lazy[], pos: PosIdx): Value => {
	const { callWatch } = st;
	if (callWatch === undefined || st.depth > st.maxDepth) throw tooDeep(st, pos);
	callWatch.enter(st, fun, args, pos);
	try {
		st.depth++;
		const f = fun instanceof Thunk ? forceThunk(fun, pos) : fun;
		const v = applyN(st, f, args, pos);
		st.depth--;
		return v;
	} finally {
		callWatch.leave(st, pos);
	}
};

/** `f x` */
export function call1(st: Evaluator, fun: Lazy, x: Lazy, pos: PosIdx): Value {
	if (st.depth > st.callLimit) return slowCall(st, fun, [x], pos);
	const f = fun instanceof Thunk ? forceThunk(fun, pos) : fun;
	st.depth++;
	const v = apply1(st, f, x, pos);
	st.depth--;
	return v;
}

/** `f x y` */
export function call2(st: Evaluator, fun: Lazy, x: Lazy, y: Lazy, pos: PosIdx): Value {
	if (st.depth > st.callLimit) return slowCall(st, fun, [x, y], pos);
	const f = fun instanceof Thunk ? forceThunk(fun, pos) : fun;
	st.depth++;
	const v = apply2(st, f, x, y, pos);
	st.depth--;
	return v;
}

/** `f x y z …` */
export function callN(st: Evaluator, fun: Lazy, args: readonly Lazy[], pos: PosIdx): Value {
	if (st.depth > st.callLimit) return slowCall(st, fun, args, pos);
	const f = fun instanceof Thunk ? forceThunk(fun, pos) : fun;
	st.depth++;
	const v = applyN(st, f, args, pos);
	st.depth--;
	return v;
}

/** Applies a function, without counting: for those that have counted. */
export function apply1(st: Evaluator, f: Value, x: Lazy, pos: PosIdx): Value {
	if (f instanceof Closure) {
		const { lam } = f;
		if (lam.formals !== undefined) return enterFormals(st, lam, lam.formals, f.env, x, pos);
		if (lam.arity === 1) return enter1(st, lam, f.env, x, pos);
		return new PartialApp(f, 1, x, undefined, undefined);
	}
	if (f instanceof PrimOp)
		return f.arity === 1
			? callPrimOp(st, f, x, undefined, undefined, pos)
			: new PartialApp(f, 1, x, undefined, undefined);
	if (f instanceof PartialApp) {
		const { fn, count } = f;
		const arity = fn instanceof PrimOp ? fn.arity : fn.lam.arity;
		if (count === 1) {
			if (arity > 2) return new PartialApp(fn, 2, f.a, x, undefined);
			return fn instanceof PrimOp
				? callPrimOp(st, fn, f.a, x, undefined, pos)
				: enter2(st, fn.lam, fn.env, f.a, x, pos);
		}
		if (count === 2 && arity === 3)
			return fn instanceof PrimOp
				? callPrimOp(st, fn, f.a, f.b!, x, pos)
				: enter3(st, fn.lam, fn.env, f.a, f.b!, x, pos);
		if (count + 1 < arity) return new PartialApp(fn, count + 1, f.a, f.b, f.more === undefined ? [x] : [...f.more, x]);
		if (fn instanceof Closure) return enterLast(st, f, fn, x, pos);
	}
	return applyN(st, f, [x], pos);
}

export function apply2(st: Evaluator, f: Value, x: Lazy, y: Lazy, pos: PosIdx): Value {
	if (f instanceof Closure) {
		const { lam } = f;
		if (lam.formals === undefined) {
			if (lam.arity === 2) return enter2(st, lam, f.env, x, y, pos);
			if (lam.arity > 2) return new PartialApp(f, 2, x, y, undefined);
		}
		return apply1(st, apply1(st, f, x, pos), y, pos);
	}
	if (f instanceof PrimOp && f.arity >= 2)
		return f.arity === 2 ? callPrimOp(st, f, x, y, undefined, pos) : new PartialApp(f, 2, x, y, undefined);
	if (f instanceof PartialApp) {
		const { fn, count } = f;
		const arity = fn instanceof PrimOp ? fn.arity : fn.lam.arity;
		if (count === 1 && arity === 3)
			return fn instanceof PrimOp ? callPrimOp(st, fn, f.a, x, y, pos) : enter3(st, fn.lam, fn.env, f.a, x, y, pos);
		return apply1(st, apply1(st, f, x, pos), y, pos);
	}
	return applyN(st, f, [x, y], pos);
}

export function apply3(st: Evaluator, f: Value, x: Lazy, y: Lazy, z: Lazy, pos: PosIdx): Value {
	if (f instanceof Closure) {
		const { lam } = f;
		if (lam.formals === undefined) {
			if (lam.arity === 3) return enter3(st, lam, f.env, x, y, z, pos);
			if (lam.arity === 2) return apply1(st, enter2(st, lam, f.env, x, y, pos), z, pos);
			if (lam.arity > 3) return new PartialApp(f, 3, x, y, [z]);
		}
		return apply2(st, apply1(st, f, x, pos), y, z, pos);
	}
	if (f instanceof PrimOp) {
		if (f.arity === 3) return callPrimOp(st, f, x, y, z, pos);
		if (f.arity === 2) return apply1(st, callPrimOp(st, f, x, y, undefined, pos), z, pos);
	}
	if (f instanceof PartialApp) return apply2(st, apply1(st, f, x, pos), y, z, pos);
	return applyN(st, f, [x, y, z], pos);
}

const partial = (f: Closure | PrimOp, args: readonly Lazy[]): PartialApp =>
	new PartialApp(f, args.length, args[0], args[1], args.length > 2 ? args.slice(2) : undefined);

export function applyN(st: Evaluator, fun: Value, given: readonly Lazy[], pos: PosIdx): Value {
	let f = fun;
	let args = given;
	while (args.length > 0) {
		const n = args.length;
		if (f instanceof PartialApp) {
			args = [...f.args, ...args];
			f = f.fn;
		} else if (f instanceof Closure) {
			const { lam } = f;
			const { arity } = lam;
			if (lam.formals !== undefined) {
				f = enterFormals(st, lam, lam.formals, f.env, args[0], pos);
				args = n === 1 ? none : args.slice(1);
			} else if (n < arity) return partial(f, args);
			else {
				f = enterN(st, lam, f.env, args, pos);
				args = n === arity ? none : args.slice(arity);
			}
		} else if (f instanceof PrimOp) {
			const { arity } = f;
			if (n < arity) return partial(f, args);
			f = callPrimOp(st, f, args[0], args[1], args[2], pos);
			args = n === arity ? none : args.slice(arity);
		} else {
			f = applyFunctor(st, f, args[0], pos);
			args = n === 1 ? none : args.slice(1);
		}
	}
	return f;
}
const none: readonly Lazy[] = [];

/** Applies a set with `__functor`. */
const applyFunctor = (st: Evaluator, f: Value, x: Lazy, pos: PosIdx): Value => {
	const i = f instanceof Attrs ? f.shape.index(wellKnown.functor) : -1;
	if (i < 0)
		throw st.fail(
			new TypeError("NIX_NOT_A_FUNCTION", `attempt to call something which is not a function but ${describe(st, f)}`),
			pos,
		);
	const attrs = f as Attrs;
	try {
		return call2(st, attrs.vals[i], attrs, x, attrs.shape.posAt(i));
	} catch (e) {
		throw withTrace(e, pos, "while calling a functor (an attribute set with a '__functor' attribute)");
	}
};

export function callPrimOp(
	st: Evaluator,
	f: PrimOp,
	x: Lazy,
	y: Lazy | undefined,
	z: Lazy | undefined,
	pos: PosIdx,
): Value {
	try {
		return f.fn(st, x, y as Lazy, z as Lazy);
	} catch (e) {
		throw f.addTrace ? withTrace(e, pos, `while calling the '${f.name}' builtin`) : e;
	}
}

/** The body of a function of one parameter, run in a new frame. */
export function enter1(st: Evaluator, lam: LambdaInfo, env: Env, x: Lazy, pos: PosIdx): Value {
	const { body } = lam;
	let frame: unknown;
	switch (lam.frame) {
		case 1:
			frame = new Env1(env, x);
			break;
		case 2:
			frame = new Env2(env, x, undefined);
			break;
		case 3:
			frame = new Env3(env, x, undefined, undefined);
			break;
		case 4:
			frame = new Env4(env, x, undefined, undefined, undefined);
			break;
		default: {
			const big = newFrame(lam.frame, env);
			big[1] = x;
			frame = big;
		}
	}
	try {
		return body.ev(body, frame as Env, undefined);
	} catch (e) {
		throw st.showTrace ? calling(lam, 0, e, pos) : e;
	}
}

export function enter2(st: Evaluator, lam: LambdaInfo, env: Env, x: Lazy, y: Lazy, pos: PosIdx): Value {
	const { body } = lam;
	let frame: unknown;
	switch (lam.frame) {
		case 2:
			frame = new Env2(env, x, y);
			break;
		case 3:
			frame = new Env3(env, x, y, undefined);
			break;
		case 4:
			frame = new Env4(env, x, y, undefined, undefined);
			break;
		default: {
			const big = newFrame(lam.frame, env);
			big[1] = x;
			big[2] = y;
			frame = big;
		}
	}
	try {
		return body.ev(body, frame as Env, undefined);
	} catch (e) {
		throw st.showTrace ? calling(lam, 1, e, pos) : e;
	}
}

export function enter3(st: Evaluator, lam: LambdaInfo, env: Env, x: Lazy, y: Lazy, z: Lazy, pos: PosIdx): Value {
	const { body } = lam;
	let frame: unknown;
	switch (lam.frame) {
		case 3:
			frame = new Env3(env, x, y, z);
			break;
		case 4:
			frame = new Env4(env, x, y, z, undefined);
			break;
		default: {
			const big = newFrame(lam.frame, env);
			big[1] = x;
			big[2] = y;
			big[3] = z;
			frame = big;
		}
	}
	try {
		return body.ev(body, frame as Env, undefined);
	} catch (e) {
		throw st.showTrace ? calling(lam, 2, e, pos) : e;
	}
}

const enterN = (st: Evaluator, lam: LambdaInfo, env: Env, args: readonly Lazy[], pos: PosIdx): Value => {
	const { arity, body } = lam;
	if (arity === 1) return enter1(st, lam, env, args[0], pos);
	if (arity === 2) return enter2(st, lam, env, args[0], args[1], pos);
	if (arity === 3) return enter3(st, lam, env, args[0], args[1], args[2], pos);
	const frame = newFrame(lam.frame, env);
	for (let i = 0; i < arity; i++) setSlot(frame, lam.frame, i, args[i]);
	try {
		return body.ev(body, frame, undefined);
	} catch (e) {
		throw st.showTrace ? calling(lam, arity - 1, e, pos) : e;
	}
};

/** The body of a function of many parameters of which all but the last are known. */
const enterLast = (st: Evaluator, f: PartialApp, { lam, env }: Closure, x: Lazy, pos: PosIdx): Value => {
	const { frame: size, body } = lam;
	const frame = newFrame(size, env);
	const more = f.more!;
	setSlot(frame, size, 0, f.a);
	setSlot(frame, size, 1, f.b);
	for (let i = 0; i < more.length; i++) setSlot(frame, size, i + 2, more[i]);
	setSlot(frame, size, f.count, x);
	try {
		return body.ev(body, frame, undefined);
	} catch (e) {
		throw st.showTrace ? calling(lam, f.count, e, pos) : e;
	}
};

/** The lines that `--show-trace` adds for a call. */
const calling = (lam: LambdaInfo, parameter: number, e: unknown, pos: PosIdx): unknown => {
	const expr = lam.exprs[parameter];
	const name = expr.name < 0 ? "anonymous lambda" : `'${lam.st.symbols.names[expr.name]}'`;
	const traced = withTrace(e, lam.mod.base + expr.pos, `while calling ${name}`);
	return pos === 0 ? traced : withTrace(traced, pos, "from call site");
};

/** The body of a function of an argument pattern. */
export function enterFormals(
	st: Evaluator,
	lam: LambdaInfo,
	formals: FormalsInfo,
	env: Env,
	x: Lazy,
	pos: PosIdx,
): Value {
	const frame = bindFormals(st, lam, formals, env, x, pos);
	const { body } = lam;
	try {
		return body.ev(body, frame, undefined);
	} catch (e) {
		throw st.showTrace ? calling(lam, 0, e, pos) : e;
	}
}

const lambdaPos = (lam: LambdaInfo): PosIdx => lam.mod.base + lam.exprs[0].pos;

const argumentSet = (st: Evaluator, lam: LambdaInfo, x: Lazy, pos: PosIdx): Attrs => {
	try {
		const v = x instanceof Thunk ? forceThunk(x, lambdaPos(lam)) : x;
		if (v instanceof Attrs) return v;
		throw st.fail(
			new TypeError("NIX_TYPE", `expected a set but found ${describe(st, v)}`),
			0,
			lambdaPos(lam),
			"while evaluating the value passed for the lambda argument",
		);
	} catch (e) {
		throw pos === 0 ? e : withTrace(e, pos, "from call site");
	}
};

const bindFormals = (st: Evaluator, lam: LambdaInfo, formals: FormalsInfo, env: Env, x: Lazy, pos: PosIdx): Env => {
	const attrs = x instanceof Attrs ? x : argumentSet(st, lam, x, pos);
	const { shape, vals } = attrs;
	const { ids, defaults } = formals;
	const n = ids.length;
	const size = lam.frame;
	const frame = newFrame(size, env);
	let slot = 0;
	if (formals.hasArg) setSlot(frame, size, slot++, attrs);
	let used = 0;
	if (shape === lam.shape) {
		const { indices } = lam;
		for (let k = 0; k < n; k++, slot++) {
			const i = indices[k];
			if (i >= 0) {
				used++;
				setSlot(frame, size, slot, vals[i]);
			} else {
				const d = defaults[k]!;
				setSlot(frame, size, slot, d.dl(d, frame));
			}
		}
		if (!formals.ellipsis && used !== shape.ids.length) throw unexpected(st, lam, formals, attrs, pos);
		return frame;
	}
	const names = shape.ids;
	const m = names.length;
	const indices: number[] = new Array(n);
	// Both are sorted: walk along the argument unless it is much larger.
	const walk = m <= n * 8;
	let j = 0;
	for (let k = 0; k < n; k++, slot++) {
		const id = ids[k];
		let i: number;
		if (walk) {
			while (j < m && names[j] < id) j++;
			i = j < m && names[j] === id ? j++ : -1;
		} else i = shape.index(id);
		indices[k] = i;
		if (i >= 0) {
			used++;
			setSlot(frame, size, slot, vals[i]);
		} else {
			const d = defaults[k];
			if (d === undefined) throw missing(st, lam, id, pos);
			setSlot(frame, size, slot, d.dl(d, frame));
		}
	}
	if (!formals.ellipsis && used !== m) throw unexpected(st, lam, formals, attrs, pos);
	lam.shape = shape;
	lam.indices = indices;
	return frame;
};

const lambdaName = (st: Evaluator, lam: LambdaInfo): string => {
	const { name } = lam.exprs[0];
	return name < 0 ? "anonymous lambda" : st.symbols.names[name];
};

const missing = (st: Evaluator, lam: LambdaInfo, id: number, pos: PosIdx): TypeError =>
	st.fail(
		new TypeError(
			"NIX_MISSING_ARGUMENT",
			`function '${lambdaName(st, lam)}' called without required argument '${printIdentifier(st.symbols.names[id])}'`,
		),
		lambdaPos(lam),
		pos,
		"from call site",
	);

const unexpected = (st: Evaluator, lam: LambdaInfo, formals: FormalsInfo, attrs: Attrs, pos: PosIdx): TypeError => {
	const { names } = st.symbols;
	const extra = attrs.shape.ids.find((id) => !formals.ids.includes(id))!;
	const error = st.fail(
		new TypeError(
			"NIX_UNEXPECTED_ARGUMENT",
			`function '${lambdaName(st, lam)}' called with unexpected argument '${printIdentifier(names[extra])}'`,
		),
		lambdaPos(lam),
		pos,
		"from call site",
	);
	error.suggestions = suggest(
		formals.ids.map((id) => names[id]),
		names[extra],
	);
	return error;
};
