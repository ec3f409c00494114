import { Apply2Thunk, apply2Code } from "../runtime/apply2";
import { bareShape } from "../runtime/bare-shape";
import type { Evaluator } from "../runtime/evaluator";
import { forceAttrs, forceFunction, forceList, forceStringNoContext } from "../runtime/expect";
import { positionValue } from "../runtime/position-value";
import { requiredAttr } from "../runtime/required-attr";
import { emptyAttrs, Shape } from "../runtime/shape";
import { forceElement } from "../runtime/thunk";
import { Attrs, type Lazy } from "../runtime/values";
import type { Symbol } from "../syntax/symbols";
import type { Builtin } from "./builtin";
import { listToAttrs } from "./list-to-attrs";

const symbolFrom = (st: Evaluator, name: Lazy, doing: string): Symbol =>
	st.symbols.create(forceStringNoContext(st, name, 0, doing));

const attrNames = (st: Evaluator, { shape }: Attrs): Lazy[] => {
	const { ids } = shape;
	const { names } = st.symbols;
	const order = shape.order(st.symbols);
	const out: Lazy[] = new Array(order.length);
	for (let i = 0; i < order.length; i++) out[i] = names[ids[order[i]]];
	return out;
};

const attrValues = (st: Evaluator, { shape, vals }: Attrs): Lazy[] => {
	const order = shape.order(st.symbols);
	const out: Lazy[] = new Array(order.length);
	for (let i = 0; i < order.length; i++) out[i] = vals[order[i]];
	return out;
};

const removeAttrs = (st: Evaluator, attrs: Attrs, names: readonly Lazy[]): Attrs => {
	const doing = "while evaluating the values of the second argument passed to builtins.removeAttrs";
	const { shape, vals } = attrs;
	const removed: Symbol[] = [];
	for (let i = 0; i < names.length; i++) {
		const id = symbolFrom(st, names[i], doing);
		if (shape.index(id) >= 0) removed.push(id);
	}
	const { ids } = shape;
	// Even then it is another set, which prints apart from the first.
	if (removed.length === 0) return new Attrs(shape.pos === 0 ? shape : Shape.derived(ids, shape, undefined), vals);
	if (removed.length > 1) removed.sort((a, b) => a - b);
	const kept: Symbol[] = [];
	const keptVals: Lazy[] = [];
	let r = 0;
	for (let i = 0; i < ids.length; i++) {
		const id = ids[i];
		while (r < removed.length && removed[r] < id) r++;
		if (r < removed.length && removed[r] === id) continue;
		kept.push(id);
		keptVals.push(vals[i]);
	}
	return kept.length === 0 ? emptyAttrs : new Attrs(Shape.derived(kept, shape, undefined), keptVals);
};

const intersectAttrs = (left: Attrs, right: Attrs): Attrs => {
	const a = left.shape;
	const b = right.shape;
	const ids: Symbol[] = [];
	const vals: Lazy[] = [];
	if (a.ids.length < b.ids.length) {
		for (let i = 0; i < a.ids.length; i++) {
			const id = a.ids[i];
			const j = b.index(id);
			if (j >= 0) {
				ids.push(id);
				vals.push(right.vals[j]);
			}
		}
	} else {
		for (let j = 0; j < b.ids.length; j++) {
			const id = b.ids[j];
			if (a.index(id) >= 0) {
				ids.push(id);
				vals.push(right.vals[j]);
			}
		}
	}
	return ids.length === 0 ? emptyAttrs : new Attrs(Shape.derived(ids, b, undefined), vals);
};

const mapAttrs = (st: Evaluator, f: Lazy, { shape, vals }: Attrs): Attrs => {
	const code = apply2Code(st);
	const { names } = st.symbols;
	const { ids } = shape;
	const n = ids.length;
	const out: Lazy[] = new Array(n);
	for (let i = 0; i < n; i++) out[i] = new Apply2Thunk(code, f, names[ids[i]], vals[i]);
	return new Attrs(bareShape(shape), out);
};

const catAttrs = (st: Evaluator, id: Symbol, list: readonly Lazy[]): Lazy[] => {
	const out: Lazy[] = [];
	let last: Shape | undefined;
	let at = -1;
	for (let i = 0; i < list.length; i++) {
		const { shape, vals } = forceAttrs(
			st,
			list[i],
			0,
			"while evaluating an element in the list passed as second argument to builtins.catAttrs",
		);
		if (shape !== last) {
			last = shape;
			at = shape.index(id);
		}
		if (at >= 0) out.push(vals[at]);
	}
	return out;
};

/** The values of each name in a list of sets, by name in the order of symbols. */
const valuesByName = (st: Evaluator, list: readonly Lazy[], doing: string): [Symbol, Lazy[]][] => {
	const byName = new Map<Symbol, Lazy[]>();
	const sets = list.map((v) => forceAttrs(st, v, 0, doing));
	for (const { shape, vals } of sets)
		for (let i = 0; i < vals.length; i++) {
			const values = byName.get(shape.ids[i]);
			if (values === undefined) byName.set(shape.ids[i], [vals[i]]);
			else values.push(vals[i]);
		}
	return [...byName].sort((a, b) => a[0] - b[0]);
};

/** Attribute sets. */
export const setBuiltins: readonly Builtin[] = [
	{
		name: "__attrNames",
		args: ["set"],
		doc: "The names of the attributes of *set*, sorted.",
		fn: (st, set) =>
			attrNames(st, forceAttrs(st, set, 0, "while evaluating the argument passed to builtins.attrNames")),
	},
	{
		name: "__attrValues",
		args: ["set"],
		doc: "The values of the attributes of *set*, in the order of their sorted names.",
		fn: (st, set) =>
			attrValues(st, forceAttrs(st, set, 0, "while evaluating the argument passed to builtins.attrValues")),
	},
	{
		name: "__getAttr",
		args: ["s", "set"],
		doc: "The attribute of *set* that is named by the string *s*; there must be one. `set.${s}` does the same.",
		fn: (st, s, set) => {
			const name = forceStringNoContext(st, s, 0, "while evaluating the first argument passed to builtins.getAttr");
			const attrs = forceAttrs(st, set, 0, "while evaluating the second argument passed to builtins.getAttr");
			const i = requiredAttr(st, attrs, st.symbols.create(name), "in the attribute set under consideration");
			return forceElement(attrs.vals, i, 0);
		},
	},
	{
		name: "__unsafeGetAttrPos",
		args: ["s", "set"],
		doc: "`{ file, line, column }`: where the attribute *s* of *set* was written; `null` where that is not known. Depends on how a file is laid out, hence unsafe.",
		fn: (st, s, set) => {
			const name = forceStringNoContext(
				st,
				s,
				0,
				"while evaluating the first argument passed to builtins.unsafeGetAttrPos",
			);
			const { shape } = forceAttrs(
				st,
				set,
				0,
				"while evaluating the second argument passed to builtins.unsafeGetAttrPos",
			);
			const i = shape.index(st.symbols.create(name));
			return i < 0 ? null : positionValue(st, shape.posAt(i));
		},
	},
	{
		name: "__hasAttr",
		args: ["s", "set"],
		doc: "Whether *set* has an attribute named by the string *s*. `set ? ${s}` does the same.",
		fn: (st, s, set) => {
			const name = forceStringNoContext(st, s, 0, "while evaluating the first argument passed to builtins.hasAttr");
			const attrs = forceAttrs(st, set, 0, "while evaluating the second argument passed to builtins.hasAttr");
			return attrs.shape.index(st.symbols.create(name)) >= 0;
		},
	},
	{
		name: "removeAttrs",
		args: ["set", "list"],
		doc: '*set* without the attributes that *list* names; it need not have them. `removeAttrs { a = 1; b = 2; } [ "a" "x" ]` is `{ b = 2; }`.',
		fn: (st, set, list) => {
			const attrs = forceAttrs(st, set, 0, "while evaluating the first argument passed to builtins.removeAttrs");
			return removeAttrs(
				st,
				attrs,
				forceList(st, list, 0, "while evaluating the second argument passed to builtins.removeAttrs"),
			);
		},
	},
	{
		name: "__listToAttrs",
		args: ["e"],
		doc: 'A set made of a list of `{ name, value }`: `listToAttrs [ { name = "a"; value = 1; } ]` is `{ a = 1; }`. Of equal names the first counts.',
		fn: (st, list) =>
			listToAttrs(st, forceList(st, list, 0, "while evaluating the argument passed to builtins.listToAttrs")),
	},
	{
		name: "__intersectAttrs",
		args: ["e1", "e2"],
		doc: "The attributes of the set *e2* whose names the set *e1* has too.",
		fn: (st, e1, e2) => {
			const left = forceAttrs(st, e1, 0, "while evaluating the first argument passed to builtins.intersectAttrs");
			return intersectAttrs(
				left,
				forceAttrs(st, e2, 0, "while evaluating the second argument passed to builtins.intersectAttrs"),
			);
		},
	},
	{
		name: "__catAttrs",
		args: ["attr", "list"],
		doc: 'The values of the attribute named *attr*, from those sets in *list* that have it: `catAttrs "a" [ { a = 1; } { } { a = 2; } ]` is `[ 1 2 ]`.',
		fn: (st, attr, list) => {
			const id = symbolFrom(st, attr, "while evaluating the first argument passed to builtins.catAttrs");
			return catAttrs(
				st,
				id,
				forceList(st, list, 0, "while evaluating the second argument passed to builtins.catAttrs"),
			);
		},
	},
	{
		name: "__mapAttrs",
		args: ["f", "attrset"],
		doc: '*attrset* with each value replaced by `f name value`, worked out when it is needed: `mapAttrs (n: v: n + v) { a = "b"; }` is `{ a = "ab"; }`.',
		fn: (st, f, set) =>
			mapAttrs(st, f, forceAttrs(st, set, 0, "while evaluating the second argument passed to builtins.mapAttrs")),
	},
	{
		name: "__zipAttrsWith",
		args: ["f", "list"],
		doc: "The sets in *list*, merged: the attribute *name* is `f name values`, where *values* are those of *name* in the sets that have it, in order.",
		fn: (st, f, list) => {
			const fn = forceFunction(st, f, 0, "while evaluating the first argument passed to builtins.zipAttrsWith");
			const sets = forceList(st, list, 0, "while evaluating the second argument passed to builtins.zipAttrsWith");
			const byName = valuesByName(
				st,
				sets,
				"while evaluating a value of the list passed as second argument to builtins.zipAttrsWith",
			);
			const code = apply2Code(st);
			const { names } = st.symbols;
			return new Attrs(
				Shape.of(
					byName.map(([id]) => id),
					undefined,
					0,
				),
				byName.map(([id, values]) => new Apply2Thunk(code, fn, names[id], values)),
			);
		},
	},
];
