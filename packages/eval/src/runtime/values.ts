import type { SourceAccessor } from "@tsnix/store";
import type { Code } from "../nodes/code";
import type { LambdaInfo } from "../nodes/lambda-info";
import type { Evaluator } from "./evaluator";
import type { Context } from "./context";
import type { Shape } from "./shape";

/**
 * Values. Null, Booleans and strings without context are JavaScript's own (strings one character a byte); integers
 * are numbers within ±(2^53-1) and bigints beyond, checked at 64 bits; lists are arrays. All else is a class here.
 */
export type Value =
	| null
	| boolean
	| number
	| bigint
	| string
	| NixFloat
	| NixString
	| NixPath
	| Attrs
	| Lazy[]
	| Closure
	| PrimOp
	| PartialApp;

/** A value, or one that has yet to be worked out. */
export type Lazy = Value | Thunk;

export class NixFloat {
	constructor(readonly value: number) {}
}

/** A string with a context. */
export class NixString {
	constructor(
		readonly s: string,
		readonly context: Context,
	) {}
}

/** A path. `accessor` is the tree it lies in: the host's root unless told. */
export class NixPath {
	constructor(
		readonly path: string,
		readonly accessor: PathRoot,
	) {}
}

/** A tree that paths can lie in: the host's files, or one of those built in. */
export interface PathRoot {
	readonly id: "root" | "corepkgs" | "internal";
	/** Shown before paths of the tree. */
	readonly prefix: string;
	readonly accessor: SourceAccessor;
}

export class Attrs {
	constructor(
		readonly shape: Shape,
		readonly vals: Lazy[],
	) {}
}

/** What every function is an instance of. */
export abstract class FunctionValue {}

/** A function written in the language, and where its free variables live. */
export class Closure extends FunctionValue {
	constructor(
		readonly lam: LambdaInfo,
		readonly env: Env,
	) {
		super();
	}
}

/** What a builtin does: the state, then its arguments, unforced. */
export type PrimOpFn = (st: Evaluator, a: Lazy, b: Lazy, c: Lazy) => Value;

export class PrimOp extends FunctionValue {
	constructor(
		/** As messages show it: without leading `__`. */
		readonly name: string,
		readonly arity: number,
		readonly fn: PrimOpFn,
		/** Whether an error that passes is told which builtin was called. */
		readonly addTrace: boolean,
		/** Not listed in documentation. */
		readonly internal: boolean,
	) {
		super();
	}
}

/** A function of several parameters that has not got all of them: the first two in fields, further ones apart. */
export class PartialApp extends FunctionValue {
	constructor(
		readonly fn: Closure | PrimOp,
		/** How many arguments it has. */
		readonly count: number,
		readonly a: Lazy,
		readonly b: Lazy | undefined,
		/** Those after the second. */
		readonly more: readonly Lazy[] | undefined,
	) {
		super();
	}

	/** The arguments it has. */
	get args(): readonly Lazy[] {
		if (this.count === 1) return [this.a];
		const two = [this.a, this.b as Lazy];
		return this.more === undefined ? two : [...two, ...this.more];
	}
}

/**
 * A value not yet worked out. `c` is the code to run in `e`; once it is null, `e` is the value. See thunk.ts for the
 * states between.
 */
export class Thunk {
	constructor(
		public c: Code | null,
		public e: unknown,
	) {}
}

/** A function (in `e`) to be applied to `x`. */
export class AppThunk extends Thunk {
	constructor(
		c: Code,
		f: Lazy,
		readonly x: Lazy,
	) {
		super(c, f);
	}
}

/**
 * Where variables live. One to four in fields, more in an array whose element 0 is the frame further out. A slot is
 * `undefined` only while the frame is being filled.
 */
export interface Frame {
	up: Env;
	a: Slot;
	b: Slot;
	c: Slot;
	d: Slot;
	[slot: number]: Slot;
}
export type Slot = Lazy | undefined;
/** Any frame; the code that reads one knows its form from the resolver. */
export type Env = Frame;

export class Env1 {
	constructor(
		readonly up: Env,
		public a: Slot,
	) {}
}
export class Env2 {
	constructor(
		readonly up: Env,
		public a: Slot,
		public b: Slot,
	) {}
}
export class Env3 {
	constructor(
		readonly up: Env,
		public a: Slot,
		public b: Slot,
		public c: Slot,
	) {}
}
export class Env4 {
	constructor(
		readonly up: Env,
		public a: Slot,
		public b: Slot,
		public c: Slot,
		public d: Slot,
	) {}
}

/*
 * A field that has only held small integers gets another form in the engine when it first holds something else, and
 * all code compiled for the class is thrown away. So each class is shown at once what its fields can hold.
 */
const kinds: readonly Lazy[] = [0, 0.5, 1n, "", null, true, []];
for (const x of kinds) {
	const up = {} as Env;
	new Env1(up, x);
	new Env2(up, x, x);
	new Env3(up, x, x, x);
	new Env4(up, x, x, x, x);
	new Thunk(null, x);
	new AppThunk(null as unknown as Code, x, x);
	new PartialApp(undefined as unknown as PrimOp, 1, x, x, undefined);
	new NixFloat(0.5);
}
