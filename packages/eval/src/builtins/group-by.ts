import { call1 } from "../runtime/call";
import { forceFunction, forceList, forceStringNoContext } from "../runtime/expect";
import { Shape } from "../runtime/shape";
import { Attrs, type Lazy } from "../runtime/values";
import type { Symbol } from "../syntax/symbols";
import type { Builtin } from "./builtin";

/** `groupBy`. */
export const groupByBuiltins: readonly Builtin[] = [
	{
		name: "__groupBy",
		args: ["f", "list"],
		doc: 'A set of lists: each element *x* of *list* is in the one named by the string `f x`. `groupBy (builtins.substring 0 1) [ "ab" "c" "ad" ]` is `{ a = [ "ab" "ad" ]; c = [ "c" ]; }`.',
		fn: (st, f, lazy) => {
			const fn = forceFunction(st, f, 0, "while evaluating the first argument passed to builtins.groupBy");
			const list = forceList(st, lazy, 0, "while evaluating the second argument passed to builtins.groupBy");
			const doing = "while evaluating the return value of the grouping function passed to builtins.groupBy";
			const groups = new Map<Symbol, Lazy[]>();
			for (let i = 0; i < list.length; i++) {
				const id = st.symbols.create(forceStringNoContext(st, call1(st, fn, list[i], 0), 0, doing));
				const group = groups.get(id);
				if (group === undefined) groups.set(id, [list[i]]);
				else group.push(list[i]);
			}
			const ids = [...groups.keys()].sort((a, b) => a - b);
			return new Attrs(
				Shape.of(ids, undefined, 0),
				ids.map((id) => groups.get(id) as Lazy[]),
			);
		},
	},
];
