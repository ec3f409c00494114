import { lessThan } from "../runtime/compare";
import { call2 } from "../runtime/call";
import { forceBool, forceFunction, forceList } from "../runtime/expect";
import { force, forceElement } from "../runtime/thunk";
import { type Lazy, PrimOp, type Value } from "../runtime/values";
import { lessThanFn } from "./arithmetic";
import type { Builtin } from "./builtin";
import { peekSort } from "./peek-sort";

/** All of one type whose order JavaScript has too, so that sorting can neither fail nor be seen. */
const isPlain = (list: readonly Lazy[]): boolean => {
	const type = typeof list[0];
	if (type !== "string" && type !== "number") return false;
	for (let i = 1; i < list.length; i++) if (typeof list[i] !== type) return false;
	return true;
};

const plainOrder = (a: Lazy, b: Lazy): number =>
	(a as string) < (b as string) ? -1 : (a as string) > (b as string) ? 1 : 0;

/** `sort`. */
export const sortBuiltins: readonly Builtin[] = [
	{
		name: "__sort",
		args: ["comparator", "list"],
		doc:
			"*list*, sorted: *comparator* is called with two elements and says whether the first has to come before the second. " +
			"Elements of which neither has to keep their order. With `builtins.lessThan`, and elements of one type, sorting is fast.",
		fn: (st, comparator, lazy) => {
			const list = forceList(st, lazy, 0, "while evaluating the second argument passed to builtins.sort");
			const n = list.length;
			if (n === 0) return list;
			const f = forceFunction(st, comparator, 0, "while evaluating the first argument passed to builtins.sort");
			for (let i = 0; i < n; i++) forceElement(list, i, 0);
			const sorted = list.slice();
			if (f instanceof PrimOp && f.fn === lessThanFn) {
				if (isPlain(sorted)) sorted.sort(plainOrder);
				else
					peekSort(sorted, (a, b) =>
						lessThan(st, force(a, 0), force(b, 0), "while evaluating the ordering function passed to builtins.sort"),
					);
			} else
				peekSort(sorted, (a, b) =>
					forceBool(
						st,
						call2(st, f, a, b, 0),
						0,
						"while evaluating the return value of the sorting function passed to builtins.sort",
					),
				);
			return sorted satisfies Value;
		},
	},
];
