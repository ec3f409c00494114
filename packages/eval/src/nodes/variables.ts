import { TypeError, UndefinedVarError } from "../errors/errors";
import { addressFar, addressGlobal, addressWith, type WithRoute } from "../resolve/scopes";
import { type Address, hopsOf, pathOf, type Route, slotOf } from "../resolve/address";
import { describe } from "../runtime/describe";
import { forceElement, forceThunk } from "../runtime/thunk";
import { Attrs, type Env, type Slot, Thunk, type Value } from "../runtime/values";
import { Kind, type VarExpr } from "../syntax/tree";
import { accessorRow, delayers, evaluators, maxAccessorHops } from "./accessors";
import { Code, type Delay, delayToThunk, type Evaluate, type Module, posIn, registerBinder } from "./code";
import { evaluateConstant, delayConstant } from "./literals";

/** Makes a node read the variable at an address. Its `i` is the slot of an array; far routes are walked. */
const bindAddress = (c: Code, address: Address): void => {
	if (typeof address === "number") {
		const hops = hopsOf(address);
		const path = pathOf(address);
		const slot = slotOf(address);
		const isArray = (path & (1 << hops)) !== 0;
		if (hops <= maxAccessorHops) {
			const row = accessorRow(hops, path);
			c.ev = evaluators[row][isArray ? 0 : slot];
			c.dl = delayers[row][isArray ? 0 : slot];
			c.i = slot + 1;
			return;
		}
		const arrays: boolean[] = [];
		for (let i = 0; i <= hops; i++) arrays.push((path & (1 << i)) !== 0);
		c.a = { hops, arrays, slot } satisfies Route;
	} else c.a = address;
	c.ev = evaluateFar;
	c.dl = delayFar;
};

const farFrame = (route: Route, env: Env): Env => {
	let f = env;
	for (let i = 0; i < route.hops; i++) f = route.arrays[i] ? (f[0] as unknown as Env) : f.up;
	return f;
};
const fieldOf = ["a", "b", "c", "d"] as const;
const readFar = (route: Route, f: Env): Slot =>
	route.arrays[route.hops] ? f[route.slot + 1] : f[fieldOf[route.slot]];

const evaluateFar: Evaluate = (c, env) => {
	const route = c.a as Route;
	const v = readFar(route, farFrame(route, env));
	return v instanceof Thunk ? forceThunk(v, c.pos) : (v as Value);
};
const delayFar: Delay = (c, env) => {
	const route = c.a as Route;
	const v = readFar(route, farFrame(route, env));
	return v === undefined ? new Thunk(c, env) : v;
};

/**
 * A variable that some `with` may give: `a` holds nodes that read their sets, innermost first; `b` the name; `c` the
 * last shape seen that does not have it.
 */
const evaluateWith: Evaluate = (c, env) => {
	const sources = c.a as readonly Code[];
	const name = c.b as number;
	for (let n = 0; n < sources.length; n++) {
		const source = sources[n];
		const attrs = source.ev(source, env, undefined);
		if (!(attrs instanceof Attrs)) {
			const { st } = c.mod;
			throw st.fail(
				new TypeError("NIX_TYPE", `expected a set but found ${describe(st, attrs)}`),
				0,
				source.pos,
				"while evaluating the first subexpression of a with expression",
			);
		}
		let i: number;
		const { shape } = attrs;
		if (shape === c.s) i = c.i;
		else if (shape === c.c) continue;
		else {
			i = shape.index(name);
			if (i < 0) {
				c.c = shape;
				continue;
			}
			c.s = shape;
			c.i = i;
		}
		const v = attrs.vals[i];
		return v instanceof Thunk ? forceElement(attrs.vals, i, c.pos) : v;
	}
	const { st } = c.mod;
	throw st.fail(
		new UndefinedVarError("NIX_UNDEFINED_VARIABLE", `undefined variable '${st.symbols.names[name]}'`),
		c.pos,
	);
};

/** Nodes that read the sets of the `with`s around a variable; shared by the variables of one place. */
const withSources = new WeakMap<readonly WithRoute[], readonly Code[]>();
const sourcesOf = (mod: Module, routes: readonly WithRoute[]): readonly Code[] => {
	let sources = withSources.get(routes);
	if (sources === undefined) {
		sources = routes.map((route) => {
			const source = new Code(evaluateFar, delayFar, mod, posIn(mod, route.pos), undefined);
			bindAddress(source, route.address);
			return source;
		});
		withSources.set(routes, sources);
	}
	return sources;
};

export const bindVariable = (c: Code, e: VarExpr): void => {
	c.pos = posIn(c.mod, e.pos);
	if (e.address === addressGlobal) {
		c.a = c.mod.st.global(e.name);
		const { a } = c;
		if (a instanceof Thunk) {
			c.ev = evaluateGlobalThunk;
			c.dl = delayConstant;
		} else {
			c.ev = evaluateConstant;
			c.dl = delayConstant;
		}
	} else if (e.address === addressWith) {
		c.a = sourcesOf(c.mod, e.fromWith as readonly WithRoute[]);
		c.b = e.name;
		c.ev = evaluateWith;
		c.dl = delayToThunk;
	} else bindAddress(c, e.address === addressFar ? (e.fromWith as Route) : e.address);
};

const evaluateGlobalThunk: Evaluate = (c) => forceThunk(c.a as Thunk, c.pos);

registerBinder(Kind.Var, bindVariable, { eager: true, ownDelay: true });
