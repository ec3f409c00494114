import { EvalError } from "../errors/errors";
import type { PosIdx } from "../errors/positions";
import { forceAttrs, forceStringNoContext, positionOf } from "../runtime/expect";
import { emptyAttrs, Shape } from "../runtime/shape";
import { force } from "../runtime/thunk";
import { Attrs, type Env, type Lazy, Thunk } from "../runtime/values";
import type { BlockFrame } from "../resolve/scopes";
import type { Symbol } from "../syntax/symbols";
import { AttrKind, type AttrsExpr, type Expr, Kind, type LambdaExpr, type SelectExpr } from "../syntax/tree";
import { wellKnown } from "../syntax/well-known";
import { type Code, codeOf, codesOf, delayToThunk, type Evaluate, type Module, posIn, registerBinder } from "./code";
import { newFrame, setSlot } from "./frames";
import { inheritedCode } from "./select";
import { printIdentifier } from "../syntax/identifiers";

/** The code of a set's attributes. Shared by sets and `let`. */
export interface Bindings {
	readonly ids: readonly Symbol[];
	readonly codes: readonly Code[];
	/** For each: -1 in the scope of the set, -2 in the scope around it (`inherit a`), else the number of its source. */
	readonly sources: readonly number[];
	/** The code of the sources of `inherit (e) …`. */
	readonly from: readonly Code[];
}

export const bindingsOf = (mod: Module, e: AttrsExpr): Bindings => {
	const { attrs } = e;
	const n = attrs.length;
	const ids: Symbol[] = new Array(n);
	const codes: Code[] = new Array(n);
	const sources: number[] = new Array(n);
	for (let i = 0; i < n; i++) {
		const def = attrs[i];
		ids[i] = def.name;
		if (def.kind === AttrKind.InheritedFrom) {
			const select = def.value as SelectExpr;
			codes[i] = inheritedCode(mod, select);
			sources[i] = (select.subject as { index: number }).index;
		} else {
			codes[i] = codeOf(mod, def.value);
			sources[i] = def.kind === AttrKind.Inherited ? -2 : -1;
		}
	}
	return { ids, codes, sources, from: codesOf(mod, e.inheritFrom) };
};

const shapeOf = (mod: Module, e: AttrsExpr, ids: readonly Symbol[]): Shape =>
	Shape.of(
		ids,
		e.attrs.map((def) => posIn(mod, def.pos)),
		posIn(mod, e.pos),
	);

/*
 * A set written out, with names known and nothing inherited from elsewhere: `a` is its shape, `b` the code of its
 * values. All of it, but for a frame, is shared by all sets made here.
 */
const evaluatePlain: Evaluate = (c, env) => {
	const codes = c.b as readonly Code[];
	const n = codes.length;
	const vals: Lazy[] = new Array(n);
	for (let i = 0; i < n; i++) {
		const code = codes[i];
		vals[i] = code.dl(code, env);
	}
	return new Attrs(c.a as Shape, vals);
};

/** With `inherit (e) …`: `c` is the Bindings. */
const evaluateInheriting: Evaluate = (c, env) => new Attrs(c.a as Shape, valuesIn(c.c as Bindings, env, env));

/** The values of bindings: their own in `inner`, what they inherit by name from `outer`. */
const valuesIn = (b: Bindings, inner: Env, outer: Env): Lazy[] => {
	const { codes, sources } = b;
	const from = delaySources(b, inner);
	const n = codes.length;
	const vals: Lazy[] = new Array(n);
	for (let i = 0; i < n; i++) {
		const code = codes[i];
		const source = sources[i];
		vals[i] = code.dl(code, source === -1 ? inner : source === -2 ? outer : (from[source] as unknown as Env));
	}
	return vals;
};

export const delaySources = (b: Bindings, env: Env): readonly Lazy[] => {
	const { from } = b;
	if (from.length === 0) return none;
	const out: Lazy[] = new Array(from.length);
	for (let i = 0; i < from.length; i++) out[i] = from[i].dl(from[i], env);
	return out;
};
const none: readonly Lazy[] = [];

/** `rec { … }` without the rest: `c` is the Bindings. */
const evaluateRecursive: Evaluate = (c, env) => {
	const b = c.c as Bindings;
	const n = b.ids.length;
	const frame = newFrame(n, env);
	return new Attrs(c.a as Shape, fillRecursive(b, frame, env, n));
};

const fillRecursive = (b: Bindings, frame: Env, env: Env, n: number): Lazy[] => {
	const { codes, sources } = b;
	const from = delaySources(b, frame);
	const vals: Lazy[] = new Array(n);
	for (let i = 0; i < n; i++) {
		const code = codes[i];
		const source = sources[i];
		const v = code.dl(code, source === -1 ? frame : source === -2 ? env : (from[source] as unknown as Env));
		vals[i] = v;
		setSlot(frame, n, i, v);
	}
	return vals;
};

/** A dynamic attribute: `"${name}" = value`. */
interface Dynamic {
	readonly name: Code;
	readonly value: Code;
	readonly expr: Expr;
	readonly pos: PosIdx;
}

/** Everything a set can have. */
interface FullSet {
	readonly bindings: Bindings;
	readonly shape: Shape;
	readonly recursive: boolean;
	readonly overrides: number;
	readonly dynamic: readonly Dynamic[];
}

const evaluateFull: Evaluate = (c, env) => {
	const set = c.c as FullSet;
	const { bindings, shape } = set;
	const { st } = c.mod;
	const n = bindings.ids.length;
	const frame = set.recursive ? newFrame(n, env) : env;
	let attrs: Attrs;
	if (!set.recursive) attrs = new Attrs(shape, valuesIn(bindings, env, env));
	else if (set.overrides < 0) attrs = new Attrs(shape, fillRecursive(bindings, frame, env, n));
	else attrs = withOverrides(c, set, frame, env);
	if (set.dynamic.length === 0) return attrs;

	const ids = [...attrs.shape.ids];
	const vals = [...attrs.vals];
	const poss = ids.map((_, i) => attrs.shape.posAt(i));
	const place = new Map<Symbol, number>();
	for (let i = 0; i < ids.length; i++) place.set(ids[i], i);
	for (const d of set.dynamic) {
		const v = force(d.name.ev(d.name, frame, undefined), d.pos);
		if (v === null) continue;
		const name = st.symbols.create(
			forceStringNoContext(st, v, d.pos, "while evaluating the name of a dynamic attribute"),
		);
		const known = place.get(name);
		if (known !== undefined)
			throw st.fail(
				new EvalError(
					"NIX_DUPLICATE_ATTRIBUTE",
					`dynamic attribute '${printIdentifier(st.symbols.names[name])}' already defined at ${st.showPosition(poss[known])}`,
				),
				d.pos,
			);
		nameLambda(d.expr, name);
		place.set(name, ids.length);
		ids.push(name);
		vals.push(d.value.dl(d.value, frame));
		poss.push(d.pos);
	}
	const order = ids.map((_, i) => i).sort((x, y) => ids[x] - ids[y]);
	return new Attrs(
		Shape.of(
			order.map((i) => ids[i]),
			order.map((i) => poss[i]),
			shape.pos,
		),
		order.map((i) => vals[i]),
	);
};

/** A function takes the name of the attribute that it is the value of, for messages. */
const nameLambda = (e: Expr, name: Symbol): void => {
	for (let at = e; at.kind === Kind.Lambda; at = at.body) (at as LambdaExpr).name = name;
};

/** `__overrides`: its attributes take the place of the set's own, for the set's other attributes too. */
const withOverrides = (c: Code, set: FullSet, frame: Env, env: Env): Attrs => {
	const { st } = c.mod;
	const { bindings, shape } = set;
	const n = bindings.ids.length;
	const from = delaySources(bindings, frame);
	const vals: Lazy[] = new Array(n);
	for (let i = 0; i < n; i++) {
		const code = bindings.codes[i];
		const source = bindings.sources[i];
		const scope = source === -1 ? frame : source === -2 ? env : (from[source] as unknown as Env);
		vals[i] = source === -2 ? code.dl(code, scope) : new Thunk(code, scope);
		setSlot(frame, n, i, vals[i]);
	}
	const lazy = vals[set.overrides];
	const overrides = forceAttrs(st, lazy, positionOf(undefined), "while evaluating the `__overrides` attribute");
	const ids: Symbol[] = [...bindings.ids];
	const poss: PosIdx[] = ids.map((_, i) => shape.posAt(i));
	for (let i = 0; i < overrides.vals.length; i++) {
		const id = overrides.shape.ids[i];
		const value = overrides.vals[i];
		const pos = overrides.shape.posAt(i);
		const at = shape.index(id);
		if (at >= 0) {
			vals[at] = value;
			poss[at] = pos;
			setSlot(frame, n, at, value);
		} else {
			ids.push(id);
			vals.push(value);
			poss.push(pos);
		}
	}
	const order = ids.map((_, i) => i).sort((x, y) => ids[x] - ids[y]);
	return new Attrs(
		Shape.of(
			order.map((i) => ids[i]),
			order.map((i) => poss[i]),
			shape.pos,
		),
		order.map((i) => vals[i]),
	);
};

registerBinder(Kind.Attrs, (c: Code, e: AttrsExpr) => {
	const { mod } = c;
	const { own } = (e.frame as BlockFrame | undefined) ?? { own: false };
	const recursive = e.recursive && own;
	c.pos = posIn(mod, e.pos);
	c.dl = delayToThunk;
	if (e.attrs.length === 0 && e.dynamic.length === 0 && e.pos < 0) {
		c.ev = () => emptyAttrs;
		return;
	}
	const bindings = bindingsOf(mod, e);
	const shape = shapeOf(mod, e, bindings.ids);
	const overrides = recursive ? bindings.ids.indexOf(wellKnown.overrides) : -1;
	c.a = shape;
	if (e.dynamic.length > 0 || overrides >= 0) {
		c.c = {
			bindings,
			shape,
			recursive,
			overrides,
			dynamic: e.dynamic.map((d) => ({
				name: codeOf(mod, d.name),
				value: codeOf(mod, d.value),
				expr: d.value,
				pos: posIn(mod, d.pos),
			})),
		} satisfies FullSet;
		c.ev = evaluateFull;
	} else if (recursive) {
		c.c = bindings;
		c.ev = evaluateRecursive;
	} else if (bindings.from.length > 0) {
		c.c = bindings;
		c.ev = evaluateInheriting;
	} else {
		c.b = bindings.codes;
		c.ev = evaluatePlain;
	}
});
