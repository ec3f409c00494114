import type { Symbol } from "../syntax/symbols";
import {
	AttrKind,
	type AttrsExpr,
	type Expr,
	Kind,
	type LambdaExpr,
	type LetExpr,
	type VarExpr,
	type WithExpr,
} from "../syntax/tree";
import type { RecordScope, StaticScope } from "../debug/static-scope";
import { type Address, maxFieldFrame, packRoute } from "./address";

/**
 * Gives every variable its place before anything runs: so many frames out, such a slot. What no scope and no `with`
 * can give is an error here.
 *
 * A frame is made when a function is called, or a `let`, `with` or `rec` is entered. A function's own variables and
 * those of the `let`s and `with`s that make up its body share one frame: the body runs once a frame, so they can.
 */
export class FrameInfo {
	next = 0;
	constructor(
		readonly parent: FrameInfo | undefined,
		readonly size: number,
	) {}
	get isArray(): boolean {
		return this.size > maxFieldFrame;
	}
}

/** What the resolver leaves on a Lambda. */
export interface LambdaFrame {
	readonly size: number;
	/** How many plain parameters one call may fill: those of the functions that are the body of one another. */
	readonly arity: number;
	/** The body of the innermost of them. */
	readonly body: Expr;
}

/** What it leaves on a Let's or a recursive set's attributes, and on a With. */
export interface BlockFrame {
	/** Whether a frame of its own is made; else its variables are in the frame it runs in. */
	readonly own: boolean;
	readonly size: number;
}

/** What a name stands for at the moment, and stood for before. Used again once its scope is left. */
class Binding {
	constructor(
		public frame: FrameInfo,
		public slot: number,
		public previous: Binding | undefined,
	) {}
}

/** A `with` around the code that is being resolved. */
interface WithLink {
	readonly frame: FrameInfo;
	readonly slot: number;
	readonly expr: WithExpr;
	readonly outer: WithLink | undefined;
	/** The routes from the frame last asked from. */
	routesFrom: FrameInfo | undefined;
	routes: readonly WithRoute[];
}

/** How to get at the set of one `with` around a variable. */
export interface WithRoute {
	readonly address: Address;
	readonly pos: number;
}

/** Not found in any frame: one of the global names. */
export const addressGlobal = -2;
/** Only a `with` can give it: see `fromWith`. */
export const addressWith = -3;
/** Too far out for a number: `fromWith` holds the Route. */
export const addressFar = -4;

export interface ResolveOptions {
	/** Whether a name is global (`builtins`, `map`, …). */
	readonly isGlobal: (name: Symbol) => boolean;
	readonly nameOf: (name: Symbol) => string;
	/** Names that an outermost frame has, by slot (`builtins.scopedImport`). */
	readonly scope?: readonly Symbol[];
	/** Told of the scope around every expression, for a debugger. */
	readonly record?: RecordScope;
	/** What resolutions of one symbol table share, so that each need not make it anew. */
	readonly scratch?: ResolverScratch;
	/** Told of an undefined variable; must throw. The offset is -1 for names that no source has. */
	readonly undefinedVariable: (message: string, offset: number) => Error;
}

/** The names that are in scope, by symbol: empty between resolutions. */
export class ResolverScratch {
	bindings: (Binding | undefined)[] = [];
	spare: Binding | undefined = undefined;
}

/** Resolves a tree in place. Throws what `undefinedVariable` gives for the first name that nothing defines. */
export const resolve = (root: Expr, options: ResolveOptions): void => {
	const scratch = options.scratch ?? new ResolverScratch();
	try {
		new Resolver(options, scratch).run(root);
	} catch (error) {
		// Scopes that were not left are still in it.
		scratch.bindings = [];
		throw error;
	}
};

class Resolver {
	private frame: FrameInfo | undefined = undefined;
	private withs: WithLink | undefined = undefined;
	/** What a debugger is told of. */
	private scope: StaticScope | undefined = undefined;
	private readonly bindings: (Binding | undefined)[];

	constructor(
		private readonly options: ResolveOptions,
		private readonly scratch: ResolverScratch,
	) {
		this.bindings = scratch.bindings;
	}

	run(root: Expr): void {
		const { scope } = this.options;
		if (scope !== undefined) {
			this.frame = new FrameInfo(undefined, scope.length > maxFieldFrame ? scope.length : maxFieldFrame + 1);
			for (const name of scope) this.define(name, this.frame);
			this.enter(scope, this.frame);
		}
		this.visit(root, false);
		if (scope !== undefined) for (const name of scope) this.forget(name);
	}

	/** For a debugger: the variables defined last are those of a scope of their own. */
	private enter(names: readonly Symbol[], frame: FrameInfo | undefined, withSlot?: number): void {
		if (this.options.record === undefined || frame === undefined) return;
		const places = [...names]
			.sort((a, b) => a - b)
			.map((name) => ({ name, slot: (this.bindings[name] as Binding).slot }));
		this.scope = { names: places, frame, up: this.scope, ...(withSlot === undefined ? {} : { withSlot }) };
	}

	private define(name: Symbol, frame: FrameInfo): number {
		const slot = frame.next++;
		const { spare } = this.scratch;
		const previous = this.bindings[name];
		if (spare === undefined) this.bindings[name] = new Binding(frame, slot, previous);
		else {
			this.scratch.spare = spare.previous;
			spare.frame = frame;
			spare.slot = slot;
			spare.previous = previous;
			this.bindings[name] = spare;
		}
		return slot;
	}

	private forget(name: Symbol): void {
		const binding = this.bindings[name]!;
		this.bindings[name] = binding.previous;
		binding.previous = this.scratch.spare;
		this.scratch.spare = binding;
	}

	private address(from: FrameInfo | undefined, to: FrameInfo, slot: number): Address {
		const arrays: boolean[] = [];
		let path = 0;
		let hops = 0;
		let f = from!;
		for (;;) {
			if (f.isArray) path |= 1 << hops;
			if (f === to) break;
			hops++;
			if (hops > 11) break;
			f = f.parent!;
		}
		if (hops <= 11 && slot < 16384) return slot | (hops << 14) | (path << 18);
		for (f = from!; ; f = f.parent!) {
			arrays.push(f.isArray);
			if (f === to) break;
		}
		const route = { hops: arrays.length - 1, arrays, slot };
		return packRoute(route) ?? route;
	}

	private variable(e: VarExpr, from: FrameInfo | undefined, binding: Binding | undefined): void {
		if (binding !== undefined) {
			const address = this.address(from, binding.frame, binding.slot);
			if (typeof address === "number") e.address = address;
			else {
				e.address = addressFar;
				e.fromWith = address;
			}
		} else if (this.options.isGlobal(e.name)) e.address = addressGlobal;
		else if (this.withs !== undefined) {
			e.address = addressWith;
			e.fromWith = this.withRoutes(this.withs, from);
		} else throw this.options.undefinedVariable(`undefined variable '${this.options.nameOf(e.name)}'`, e.pos);
	}

	private withRoutes(link: WithLink, from: FrameInfo | undefined): readonly WithRoute[] {
		if (link.routesFrom === from) return link.routes;
		const routes: WithRoute[] = [];
		for (let l: WithLink | undefined = link; l !== undefined; l = l.outer)
			routes.push({ address: this.address(from, l.frame, l.slot), pos: l.expr.pos });
		link.routesFrom = from;
		link.routes = routes;
		return routes;
	}

	private visit(e: Expr, tail: boolean): void {
		this.options.record?.(e, { scope: this.scope, frame: this.frame });
		switch (e.kind) {
			case Kind.Int:
			case Kind.Float:
			case Kind.String:
			case Kind.Path:
			case Kind.CurPos:
			case Kind.InheritFrom:
				return;
			case Kind.Var:
				return this.variable(e, this.frame, this.bindings[e.name]);
			case Kind.Select:
				this.visit(e.subject, false);
				if (e.fallback !== undefined) this.visit(e.fallback, false);
				for (const step of e.path) if (typeof step !== "number") this.visit(step, false);
				return;
			case Kind.HasAttr:
				this.visit(e.subject, false);
				for (const step of e.path) if (typeof step !== "number") this.visit(step, false);
				return;
			case Kind.Attrs:
				return e.recursive ? this.recursive(e) : this.plainAttrs(e);
			case Kind.List:
				for (const element of e.elements) this.visit(element, false);
				return;
			case Kind.Lambda:
				return this.lambda(e);
			case Kind.Call:
				this.visit(e.fn, false);
				for (const arg of e.args) this.visit(arg, false);
				return;
			case Kind.Let:
				return this.let_(e, tail);
			case Kind.With:
				return this.with_(e, tail);
			case Kind.If:
				this.visit(e.cond, false);
				this.visit(e.then, false);
				return this.visit(e.else_, false);
			case Kind.Assert:
				this.visit(e.cond, false);
				return this.visit(e.body, tail);
			case Kind.Not:
				return this.visit(e.operand, false);
			case Kind.ConcatStrings:
				for (const part of e.parts) this.visit(part, false);
				return;
			default:
				this.visit(e.left, false);
				this.visit(e.right, false);
		}
	}

	private plainAttrs(e: AttrsExpr): void {
		for (const source of e.inheritFrom) this.visit(source, false);
		for (const def of e.attrs) if (def.kind !== AttrKind.InheritedFrom) this.visit(def.value, false);
		for (const dyn of e.dynamic) {
			this.visit(dyn.name, false);
			this.visit(dyn.value, false);
		}
	}

	/** Bindings that see one another: those of a `let` and of a `rec`. */
	private bindingsOf(e: AttrsExpr, outer: FrameInfo | undefined, inner: FrameInfo | undefined): void {
		for (const def of e.attrs) def.slot = this.define(def.name, inner!);
		this.enter(
			e.attrs.map((def) => def.name),
			inner,
		);
		this.frame = inner;
		for (const source of e.inheritFrom) this.visit(source, false);
		for (const def of e.attrs) {
			if (def.kind === AttrKind.Plain) this.visit(def.value, false);
			else if (def.kind === AttrKind.Inherited)
				this.variable(def.value as VarExpr, outer, this.bindings[def.name]!.previous);
		}
	}

	private recursive(e: AttrsExpr): void {
		const { scope } = this;
		const outer = this.frame;
		const own = e.attrs.length > 0;
		const inner = own ? new FrameInfo(outer, e.attrs.length) : outer;
		e.frame = { own, size: e.attrs.length } satisfies BlockFrame;
		this.bindingsOf(e, outer, inner);
		for (const dyn of e.dynamic) {
			this.visit(dyn.name, false);
			this.visit(dyn.value, false);
		}
		for (const def of e.attrs) this.forget(def.name);
		this.frame = outer;
		this.scope = scope;
	}

	private let_(e: LetExpr, tail: boolean): void {
		const { scope } = this;
		const outer = this.frame;
		// Blocks at the end of another were counted with it.
		const size = tail ? 0 : tailSize(e);
		const own = size > 0;
		const inner = own ? new FrameInfo(outer, size) : outer;
		e.attrs.frame = { own, size: inner === undefined ? 0 : inner.size } satisfies BlockFrame;
		this.bindingsOf(e.attrs, outer, inner);
		this.visit(e.body, true);
		for (const def of e.attrs.attrs) this.forget(def.name);
		this.frame = outer;
		this.scope = scope;
	}

	private with_(e: WithExpr, tail: boolean): void {
		const outer = this.frame;
		const own = !tail;
		this.visit(e.attrs, false);
		const frame = own ? new FrameInfo(outer, tailSize(e)) : outer!;
		e.frame = { own, size: frame.size } satisfies BlockFrame;
		e.slot = frame.next++;
		const withs = this.withs;
		this.withs = { frame, slot: e.slot, expr: e, outer: withs, routesFrom: undefined, routes: [] };
		this.frame = frame;
		const { scope } = this;
		this.enter([], frame, e.slot);
		this.visit(e.body, true);
		this.withs = withs;
		this.frame = outer;
		this.scope = scope;
	}

	private lambda(e: LambdaExpr): void {
		const outer = this.frame;
		const size = tailSize(e);
		// A function without variables of its own runs in the frame that it was made in.
		const frame = size > 0 ? new FrameInfo(outer, size) : outer;
		const names: Symbol[] = [];
		const define = (name: Symbol): void => {
			names.push(name);
			this.define(name, frame!);
		};
		this.frame = frame;
		const { scope } = this;
		let body = e.body;
		let arity = 1;
		if (e.arg !== -1) define(e.arg);
		if (e.formals !== undefined) {
			for (const formal of e.formals) define(formal.name);
			this.enter(names, frame);
			for (const formal of e.formals) if (formal.fallback !== undefined) this.visit(formal.fallback, false);
		} else {
			this.enter(names, frame);
			for (; body.kind === Kind.Lambda && body.formals === undefined; arity++) {
				define(body.arg);
				this.enter([body.arg], frame);
				body = body.body;
			}
		}
		e.frame = { size, arity, body } satisfies LambdaFrame;
		this.visit(body, true);
		for (let i = names.length - 1; i >= 0; i--) this.forget(names[i]);
		this.frame = outer;
		this.scope = scope;
	}
}

/** How many variables the frame needs that is made for this expression. */
const tailSize = (e: Expr): number => {
	let size = 0;
	let at = e;
	if (at.kind === Kind.Lambda) {
		if (at.formals !== undefined) {
			size = at.formals.length + (at.arg === -1 ? 0 : 1);
			at = at.body;
		} else
			while (at.kind === Kind.Lambda && at.formals === undefined) {
				size++;
				at = at.body;
			}
	}
	for (;;) {
		if (at.kind === Kind.Let) {
			size += at.attrs.attrs.length;
			at = at.body;
		} else if (at.kind === Kind.With) {
			size++;
			at = at.body;
		} else if (at.kind === Kind.Assert) at = at.body;
		else return size;
	}
};
