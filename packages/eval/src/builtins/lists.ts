import { EvalError } from "../errors/errors";
import { call1, call2 } from "../runtime/call";
import { equalValues } from "../runtime/compare";
import { determinePos } from "../runtime/determine-pos";
import type { Evaluator } from "../runtime/evaluator";
import { forceBool, forceFunction, forceInt, forceList } from "../runtime/expect";
import { Shape } from "../runtime/shape";
import { force, forceElement } from "../runtime/thunk";
import { Attrs, type Lazy, NixString, type Value } from "../runtime/values";
import { wellKnown } from "../syntax/well-known";
import type { Builtin } from "./builtin";

const concat = (lists: readonly Lazy[][], length: number): Lazy[] => {
	const out: Lazy[] = new Array(length);
	let k = 0;
	for (let i = 0; i < lists.length; i++) {
		const list = lists[i];
		for (let j = 0; j < list.length; j++) out[k++] = list[j];
	}
	return out;
};

/** More elements than this are not tried to be made at once. */
const largestList = 2 ** 26;

/** The concatenation of lists; one that is all of it is given as it is. */
export const concatLists = (st: Evaluator, lists: readonly Lazy[], doing: string): Lazy[] => {
	const forced: Lazy[][] = new Array(lists.length);
	let length = 0;
	let nonEmpty: Lazy[] | undefined;
	for (let i = 0; i < lists.length; i++) {
		const list = forceList(st, lists[i], 0, doing);
		forced[i] = list;
		if (list.length > 0) {
			length += list.length;
			nonEmpty = list;
		}
	}
	if (nonEmpty !== undefined && nonEmpty.length === length) return nonEmpty;
	return concat(forced, length);
};

const elem = (st: Evaluator, x: Lazy, list: Lazy[]): boolean => {
	const doing = "while searching for the presence of the given element in the list";
	for (let i = 0; i < list.length; i++) {
		const e = list[i];
		if (typeof e === "string") {
			const v = force(x, 0);
			if (typeof v === "string" ? v === e : v instanceof NixString && v.s === e) return true;
		} else if (equalValues(st, x, e, 0, doing)) return true;
	}
	return false;
};

const anyOrAll = (name: "any" | "all"): Builtin["fn"] => {
	const any = name === "any";
	return (st, pred, lazy) => {
		const f = forceFunction(st, pred, 0, `while evaluating the first argument passed to builtins.${name}`);
		const list = forceList(st, lazy, 0, `while evaluating the second argument passed to builtins.${name}`);
		const doing = `while evaluating the return value of the function passed to builtins.${name}`;
		for (let i = 0; i < list.length; i++) if (forceBool(st, call1(st, f, list[i], 0), 0, doing) === any) return any;
		return !any;
	};
};

const filter = (st: Evaluator, f: Value, list: Lazy[]): Lazy[] => {
	const doing = "while evaluating the return value of the filtering function passed to builtins.filter";
	const n = list.length;
	let kept: Lazy[] | undefined;
	for (let i = 0; i < n; i++) {
		if (forceBool(st, call1(st, f, list[i], 0), 0, doing)) kept?.push(list[i]);
		else kept ??= list.slice(0, i);
	}
	return kept ?? list;
};

const partitionShape = Shape.of([wellKnown.right, wellKnown.wrong], undefined, 0);

/** Lists. */
export const listBuiltins: readonly Builtin[] = [
	{
		name: "__elemAt",
		args: ["xs", "n"],
		doc: "The element of the list *xs* at the index *n*, counted from 0. There must be one.",
		fn: (st, lazy, at) => {
			const n = forceInt(st, at, 0, "while evaluating the second argument passed to 'builtins.elemAt'");
			const list = forceList(st, lazy, 0, "while evaluating the first argument passed to 'builtins.elemAt'");
			if (n < 0 || n >= list.length)
				throw st.fail(
					new EvalError(
						"NIX_INDEX_OUT_OF_RANGE",
						`'builtins.elemAt' called with index ${n} on a list of size ${list.length}`,
					),
					0,
				);
			return forceElement(list, n as number, 0);
		},
	},
	{
		name: "__head",
		args: ["list"],
		doc: "The first element of *list*, which must not be empty.",
		fn: (st, lazy) => {
			const list = forceList(st, lazy, 0, "while evaluating the first argument passed to 'builtins.head'");
			if (list.length === 0)
				throw st.fail(new EvalError("NIX_EMPTY_LIST", "'builtins.head' called on an empty list"), 0);
			return forceElement(list, 0, 0);
		},
	},
	{
		name: "__tail",
		args: ["list"],
		doc: "*list* without its first element; it must not be empty. It is copied: to walk along a list this way takes quadratic time.",
		fn: (st, lazy) => {
			const list = forceList(st, lazy, 0, "while evaluating the first argument passed to 'builtins.tail'");
			if (list.length === 0)
				throw st.fail(new EvalError("NIX_EMPTY_LIST", "'builtins.tail' called on an empty list"), 0);
			return list.slice(1);
		},
	},
	{
		name: "map",
		args: ["f", "list"],
		doc: "The list of the results of *f* for each element of *list*, each worked out when it is needed: `map (x: x + 1) [ 1 2 ]` is `[ 2 3 ]`.",
		fn: (st, f, lazy) => {
			const list = forceList(st, lazy, 0, "while evaluating the second argument passed to builtins.map");
			const n = list.length;
			if (n === 0) return list;
			const fn = forceFunction(st, f, 0, "while evaluating the first argument passed to builtins.map");
			const out: Lazy[] = new Array(n);
			for (let i = 0; i < n; i++) out[i] = st.apply(fn, list[i]);
			return out;
		},
	},
	{
		name: "__filter",
		args: ["f", "list"],
		doc: "The elements of *list* for which *f* gives `true`.",
		fn: (st, f, lazy) => {
			const list = forceList(st, lazy, 0, "while evaluating the second argument passed to builtins.filter");
			if (list.length === 0) return list;
			return filter(st, forceFunction(st, f, 0, "while evaluating the first argument passed to builtins.filter"), list);
		},
	},
	{
		name: "__elem",
		args: ["x", "xs"],
		doc: "Whether an element of the list *xs* is equal to *x*.",
		fn: (st, x, lazy) =>
			elem(st, x, forceList(st, lazy, 0, "while evaluating the second argument passed to builtins.elem")),
	},
	{
		name: "__concatLists",
		args: ["lists"],
		doc: "The concatenation of a list of lists.",
		fn: (st, lazy) =>
			concatLists(
				st,
				forceList(st, lazy, 0, "while evaluating the first argument passed to builtins.concatLists"),
				"while evaluating a value of the list passed to builtins.concatLists",
			),
	},
	{
		name: "__length",
		args: ["e"],
		doc: "How many elements the list *e* has.",
		fn: (st, lazy) => forceList(st, lazy, 0, "while evaluating the first argument passed to builtins.length").length,
	},
	{
		name: "__foldl'",
		args: ["op", "nul", "list"],
		doc: "Folds *list* from the left: `foldl' op nul [ a b ]` is `op (op nul a) b`. Each result of *op* is worked out before the next call; *nul* is not.",
		fn: (st, op, nul, lazy) => {
			const f = forceFunction(st, op, 0, "while evaluating the first argument passed to builtins.foldlStrict");
			const list = forceList(st, lazy, 0, "while evaluating the third argument passed to builtins.foldlStrict");
			const n = list.length;
			if (n === 0) return force(nul, 0);
			let v = call2(st, f, nul, list[0], 0);
			for (let i = 1; i < n; i++) v = call2(st, f, v, list[i], 0);
			return v;
		},
	},
	{
		name: "__any",
		args: ["pred", "list"],
		doc: "Whether *pred* gives `true` for an element of *list*. No further element is tried after one.",
		fn: anyOrAll("any"),
	},
	{
		name: "__all",
		args: ["pred", "list"],
		doc: "Whether *pred* gives `true` for every element of *list*. No further element is tried after one that does not.",
		fn: anyOrAll("all"),
	},
	{
		name: "__genList",
		args: ["generator", "length"],
		doc: "The list of *length* elements whose element at the index *i* is `generator i`: `genList (i: i * i) 3` is `[ 0 1 4 ]`.",
		fn: (st, generator, length) => {
			const n = forceInt(st, length, 0, "while evaluating the second argument passed to builtins.genList");
			if (n < 0) throw st.fail(new EvalError("NIX_LIST_SIZE", `cannot create list of size ${n}`), 0);
			const f = forceFunction(st, generator, 0, "while evaluating the first argument passed to builtins.genList");
			if (n > 0xffffffff) throw st.fail(new EvalError("NIX_LIST_SIZE", `cannot create list of size ${n}`), 0);
			const size = Number(n);
			// What no thread here has room for, the reference has memory for only on large machines.
			if (size > largestList) throw st.fail(new EvalError("NIX_OUT_OF_MEMORY", "out of memory"), 0);
			const out: Lazy[] = new Array(size);
			for (let i = 0; i < size; i++) out[i] = st.apply(f, i);
			return out;
		},
	},
	{
		name: "__partition",
		args: ["pred", "list"],
		doc: "`{ right, wrong }`: the elements of *list* for which *pred* gives `true`, and the others.",
		fn: (st, pred, lazy) => {
			const f = forceFunction(st, pred, 0, "while evaluating the first argument passed to builtins.partition");
			const list = forceList(st, lazy, 0, "while evaluating the second argument passed to builtins.partition");
			const doing = "while evaluating the return value of the partition function passed to builtins.partition";
			const right: Lazy[] = [];
			const wrong: Lazy[] = [];
			for (let i = 0; i < list.length; i++) {
				forceElement(list, i, 0);
				(forceBool(st, call1(st, f, list[i], 0), 0, doing) ? right : wrong).push(list[i]);
			}
			return new Attrs(partitionShape, [right, wrong]);
		},
	},
	{
		name: "__concatMap",
		args: ["f", "list"],
		doc: "The concatenation of the lists that *f* gives for each element of *list*. All of them are worked out.",
		fn: (st, f, lazy) => {
			const fn = forceFunction(st, f, 0, "while evaluating the first argument passed to builtins.concatMap");
			const list = forceList(st, lazy, 0, "while evaluating the second argument passed to builtins.concatMap");
			const doing = "while evaluating the return value of the function passed to builtins.concatMap";
			const n = list.length;
			const lists: Lazy[][] = new Array(n);
			let length = 0;
			for (let i = 0; i < n; i++) {
				const v = call1(st, fn, list[i], 0);
				const part = Array.isArray(v) ? v : forceList(st, v, determinePos(v, determinePos(fn, 0)), doing);
				lists[i] = part;
				length += part.length;
			}
			return concat(lists, length);
		},
	},
];
