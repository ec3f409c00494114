import { watchCode } from "../debug/watch-code";
import type { PosIdx } from "../errors/positions";
import type { Evaluator } from "../runtime/evaluator";
import type { Shape } from "../runtime/shape";
import { type Env, type Lazy, type PathRoot, Thunk, type Value } from "../runtime/values";
import type { Expr, Kind } from "../syntax/tree";

/**
 * Runs code in a frame, to a value that is not a thunk. Where a thunk is being forced, it and the position where its
 * value is wanted are given too.
 */
export type Evaluate = (c: Code, env: Env, t: Thunk | undefined, pos?: PosIdx) => Value;
/** Gives the code's value for later: a thunk, or the value where that costs nothing and cannot fail. */
export type Delay = (c: Code, env: Env) => Lazy;

/** What all code of one source shares. */
export interface Module {
	readonly st: Evaluator;
	/** The position of the source's first byte; a node's position is this plus its offset. */
	readonly base: PosIdx;
	/** The tree that relative path literals lie in. */
	readonly root: PathRoot;
}

/**
 * An executable node: an expression together with the two functions that run it. All have one form, whatever the
 * expression, so that calls through `ev` and `dl` stay fast; what `a`, `b` and `c` hold is the business of the file
 * that the functions are in. A node starts out unbound, holding its expression in `a`, and is bound when it is first
 * run, which most of a program never is.
 */
export class Code {
	b: unknown = undefined;
	c: unknown = undefined;
	/** An inline cache: the shape last seen, and the index found in it. */
	s: Shape | undefined = undefined;
	i = -1;
	constructor(
		public ev: Evaluate,
		public dl: Delay,
		readonly mod: Module,
		public pos: PosIdx,
		public a: unknown,
	) {}
}

/** What turns an unbound node into one of its kind. */
export type Binder<E extends Expr = Expr> = (c: Code, e: E) => void;

const binders: (Binder | undefined)[] = [];

/** Tells how a kind of expression is bound. `eager`: when its parent is; for leaves, which cost nothing. */
export const registerBinder = <K extends Kind>(
	kind: K,
	binder: Binder<Extract<Expr, { kind: K }>>,
	options: { readonly eager?: boolean; readonly ownDelay?: boolean } = {},
): void => {
	binders[kind] = binder as Binder;
	eager[kind] = options.eager === true;
	ownDelay[kind] = options.ownDelay === true;
};
const eager: boolean[] = [];
const ownDelay: boolean[] = [];

export const delayToThunk: Delay = (c, env) => new Thunk(c, env);

const bind = (c: Code): void => {
	const e = c.a as Expr;
	binders[e.kind]!(c, e);
	const { debug } = c.mod.st;
	if (debug !== undefined) watchCode(debug, c, e);
};

const evaluateUnbound: Evaluate = (c, env, t) => {
	bind(c);
	return c.ev(c, env, t);
};

const delayUnbound: Delay = (c, env) => {
	bind(c);
	return c.dl(c, env);
};

/** The code of an expression, unbound unless it is a leaf. */
export const codeOf = (mod: Module, e: Expr): Code => {
	const kind = e.kind;
	const c = new Code(evaluateUnbound, ownDelay[kind] ? delayUnbound : delayToThunk, mod, 0, e);
	if (eager[kind]) bind(c);
	return c;
};

export const codesOf = (mod: Module, es: readonly Expr[]): Code[] => {
	const n = es.length;
	const codes: Code[] = new Array(n);
	for (let i = 0; i < n; i++) codes[i] = codeOf(mod, es[i]);
	return codes;
};

/** The position of an offset in a module's source. */
export const posIn = (mod: Module, offset: number): PosIdx => (offset < 0 ? 0 : mod.base + offset);

// As in runtime/values.ts: what the fields of a node can hold is shown before any code is compiled for it.
for (const x of [0, {}, "", undefined, []]) {
	const code = new Code(evaluateUnbound, delayUnbound, undefined as unknown as Module, 0, x);
	code.b = x;
	code.c = x;
}
