import { EvalError, TypeError, withTrace } from "../errors/errors";
import type { PosIdx } from "../errors/positions";
import { describe } from "../runtime/describe";
import { forceStringNoContext } from "../runtime/expect";
import { forceElement, forceThunk, keepsPlace, settled, wantsPosition } from "../runtime/thunk";
import { Attrs, type Env, type Lazy, Thunk, type Value } from "../runtime/values";
import { suggest } from "../text/suggestions";
import type { Symbol } from "../syntax/symbols";
import { type AttrName, type HasAttrExpr, Kind, type SelectExpr } from "../syntax/tree";
import { printExpression } from "../syntax/print";
import { exprPos } from "./conditions";
import { Code, codeOf, delayToThunk, type Evaluate, type Module, posIn, registerBinder } from "./code";
import { printIdentifier } from "../syntax/identifiers";

/** The steps of an attribute path: names, and code for the names that are worked out. */
export type Steps = readonly (Symbol | Code)[];

export const stepsOf = (mod: Module, path: readonly AttrName[]): Steps =>
	path.map((step) => {
		if (typeof step === "number") return step;
		const c = codeOf(mod, step);
		stepPlaces.set(c, posIn(mod, exprPos(step)));
		return c;
	});

/** Where messages say that a name is worked out: for some kinds of expressions that is not their code's position. */
const stepPlaces = new WeakMap<Code, PosIdx>();

/** A step's name: forced, and without context. */
const nameOf = (c: Code, step: Symbol | Code, env: Env): Symbol => {
	if (typeof step === "number") return step;
	const { st } = c.mod;
	const v = step.ev(step, env, undefined);
	if (typeof v === "string") return st.symbols.create(v);
	const pos = stepPlaces.get(step) as PosIdx;
	return st.symbols.create(forceStringNoContext(st, v, pos, "while evaluating an attribute name"));
};

/*
 * `e.name`: `a` is the code of `e`, `b` the name. The inline cache is the shape last seen and the index found in it.
 */
const evaluateSelect: Evaluate = (c, env) => {
	const subject = c.a as Code;
	const v = subject.ev(subject, env, undefined);
	if (!(v instanceof Attrs)) throw notASet(c, v);
	const { shape, vals } = v;
	let i: number;
	if (shape === c.s) i = c.i;
	else {
		i = shape.index(c.b as Symbol);
		if (i < 0) throw missingAttribute(c, v, c.b as Symbol);
		c.s = shape;
		c.i = i;
	}
	const r = vals[i];
	if (!(r instanceof Thunk)) return r;
	return r.c === null ? (r.e as Value) : forceSelected(c, env, v, r, i);
};

/** Forces the attribute that was selected; errors are told which it was. */
const forceSelected = (c: Code, env: Env, attrs: Attrs, t: Thunk, i: number): Value => {
	try {
		const v = forceThunk(t, wantsPosition(t) ? placeOf(c, attrs, i) : 0);
		if (!keepsPlace(v)) attrs.vals[i] = v;
		return v;
	} catch (e) {
		throw whileSelecting(c, env, e, attrs.shape.posAt(i));
	}
};

/** Where an attribute that is selected was written; where that is not known, where it is selected. */
const placeOf = (c: Code, attrs: Attrs, i: number): PosIdx => {
	const pos = attrs.shape.posAt(i);
	return pos === 0 ? c.pos : pos;
};

const whileSelecting = (c: Code, env: Env, e: unknown, pos: PosIdx): unknown => {
	if (pos === 0 || c.mod.st.isDerivationInternal(pos)) return e;
	return withTrace(e, pos, `while evaluating the attribute '${showPath(c, env)}'`);
};

const showPath = (c: Code, env: Env): string => {
	const { st } = c.mod;
	const steps: Steps = typeof c.b === "number" ? [c.b] : (c.b as SelectSteps).steps;
	return steps
		.map((step) => {
			if (typeof step === "number") return printIdentifier(st.symbols.names[step]);
			try {
				return printIdentifier(st.symbols.names[nameOf(c, step, env)]);
			} catch {
				const { path } = (c.b as SelectSteps).expr;
				return `"\${${printExpression(path[steps.indexOf(step)] as never, st.symbols)}}"`;
			}
		})
		.join(".");
};

const notASet = (c: Code, v: Value): TypeError => {
	const { st } = c.mod;
	return st.fail(
		new TypeError("NIX_TYPE", `expected a set but found ${describe(st, v)}`),
		0,
		c.pos,
		"while selecting an attribute",
	);
};

const missingAttribute = (c: Code, attrs: Attrs, name: Symbol): EvalError => {
	const { st } = c.mod;
	const { names } = st.symbols;
	const error = st.fail(
		new EvalError("NIX_MISSING_ATTRIBUTE", `attribute '${printIdentifier(names[name])}' missing`),
		c.pos,
	);
	error.suggestions = suggest(
		attrs.shape.ids.map((id) => names[id]),
		names[name],
	);
	return error;
};

/** The steps of a select that has several, or some that are worked out; and the expression, for messages. */
interface SelectSteps {
	readonly steps: Steps;
	readonly expr: { readonly path: readonly AttrName[] };
}

/** `e.a.b."${x}"`: `b` is a {@link SelectSteps}. */
const evaluateSelectPath: Evaluate = (c, env) => {
	const subject = c.a as Code;
	const { steps } = c.b as SelectSteps;
	const last = steps.length - 1;
	let v = subject.ev(subject, env, undefined);
	let from: Attrs | undefined;
	let i = 0;
	try {
		let name = nameOf(c, steps[0], env);
		for (let n = 0; ; n++) {
			if (!(v instanceof Attrs)) throw notASet(c, v);
			const at = v.shape.index(name);
			if (at < 0) throw missingAttribute(c, v, name);
			from = v;
			i = at;
			if (n === last) return forceStep(c, v, i, true);
			// The next name is worked out before what it is looked up in.
			name = nameOf(c, steps[n + 1], env);
			v = forceStep(c, v, i, false);
		}
	} catch (e) {
		throw from === undefined ? e : whileSelecting(c, env, e, from.shape.posAt(i));
	}
};

/** Forces an attribute on the way along a path, or the one at its end. */
const forceStep = (c: Code, attrs: Attrs, i: number, isLast: boolean): Value => {
	const t = attrs.vals[i];
	if (!(t instanceof Thunk)) return t;
	if (t.c === null) return t.e as Value;
	return forceElement(attrs.vals, i, isLast && wantsPosition(t) ? placeOf(c, attrs, i) : c.pos);
};

/** `e.a.b or f`: as above, and `c` is the code of `f`. */
const evaluateSelectOr: Evaluate = (c, env) => {
	const subject = c.a as Code;
	const { steps } = c.b as SelectSteps;
	const last = steps.length - 1;
	let v = subject.ev(subject, env, undefined);
	let from: Attrs | undefined;
	let at = 0;
	try {
		let name = nameOf(c, steps[0], env);
		for (let n = 0; ; n++) {
			let i = -1;
			if (v instanceof Attrs) {
				if (n > 0 || typeof steps[0] !== "number") i = v.shape.index(name);
				else if (v.shape === c.s) i = c.i;
				else {
					i = v.shape.index(name);
					c.s = v.shape;
					c.i = i;
				}
			}
			if (i < 0) {
				const fallback = c.c as Code;
				return fallback.ev(fallback, env, undefined);
			}
			from = v as Attrs;
			at = i;
			if (n === last) return forceStep(c, from, i, true);
			name = nameOf(c, steps[n + 1], env);
			v = forceStep(c, from, i, false);
		}
	} catch (e) {
		throw from === undefined ? e : whileSelecting(c, env, e, from.shape.posAt(at));
	}
};

registerBinder(Kind.Select, (c: Code, e: SelectExpr) => {
	const { mod } = c;
	c.pos = posIn(mod, e.pos);
	c.a = codeOf(mod, e.subject);
	c.dl = delayToThunk;
	if (e.fallback !== undefined) {
		c.b = { steps: stepsOf(mod, e.path), expr: e } satisfies SelectSteps;
		c.c = codeOf(mod, e.fallback);
		c.ev = evaluateSelectOr;
	} else if (e.path.length === 1 && typeof e.path[0] === "number") {
		c.b = e.path[0];
		c.ev = evaluateSelect;
	} else {
		c.b = { steps: stepsOf(mod, e.path), expr: e } satisfies SelectSteps;
		c.ev = evaluateSelectPath;
	}
});

/*
 * `inherit (e) name;`: its thunk holds the source in place of a frame. `b` is the name.
 */
const evaluateInherited: Evaluate = (c, env) => {
	const source = env as unknown as Lazy;
	const v = source instanceof Thunk ? forceThunk(source, (c.c as number) ?? 0) : source;
	if (!(v instanceof Attrs)) throw notASet(c, v);
	const { shape, vals } = v;
	let i: number;
	if (shape === c.s) i = c.i;
	else {
		i = shape.index(c.b as Symbol);
		if (i < 0) throw missingAttribute(c, v, c.b as Symbol);
		c.s = shape;
		c.i = i;
	}
	const r = vals[i];
	if (!(r instanceof Thunk)) return r;
	return r.c === null ? (r.e as Value) : forceSelected(c, env, v, r, i);
};

/** The code of an inherited attribute, whose "frame" is the source that it is taken from. */
export const inheritedCode = (mod: Module, e: SelectExpr): Code => {
	const c = new Code(evaluateInherited, delayInherited, mod, posIn(mod, e.pos), undefined);
	c.b = e.path[0];
	c.c = posIn(mod, (e.subject as { pos: number }).pos);
	return c;
};

/** Later, unless the source and the attribute in it are there already. */
const delayInherited = (c: Code, env: Env): Lazy => {
	const source = env as unknown as Lazy;
	const v = source instanceof Thunk && source.c === null ? source.e : source;
	if (v instanceof Attrs) {
		const i = v.shape === c.s ? c.i : v.shape.index(c.b as Symbol);
		if (i >= 0) {
			const r = v.vals[i];
			const s = r instanceof Thunk ? settled(r) : r;
			if (!(s instanceof Thunk) && !keepsPlace(s)) return s;
		}
	}
	return new Thunk(c, env);
};

/** `e ? a.b` */
const evaluateHasAttr: Evaluate = (c, env) => {
	const subject = c.a as Code;
	const steps = c.b as Steps;
	let v = subject.ev(subject, env, undefined);
	const last = steps.length - 1;
	for (let n = 0; ; n++) {
		const name = nameOf(c, steps[n], env);
		if (!(v instanceof Attrs)) return false;
		const i = v.shape.index(name);
		if (i < 0) return false;
		if (n === last) return true;
		const t = v.vals[i];
		v = t instanceof Thunk ? forceElement(v.vals, i, c.pos) : t;
	}
};

registerBinder(Kind.HasAttr, (c: Code, e: HasAttrExpr) => {
	c.a = codeOf(c.mod, e.subject);
	c.b = stepsOf(c.mod, e.path);
	c.pos = (c.a as Code).pos;
	c.ev = evaluateHasAttr;
});
