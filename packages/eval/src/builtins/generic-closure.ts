import { withTrace } from "../errors/errors";
import { call1 } from "../runtime/call";
import { lessThan } from "../runtime/compare";
import { printForError } from "../runtime/describe";
import type { Evaluator } from "../runtime/evaluator";
import { forceAttrs, forceFunction, forceList } from "../runtime/expect";
import { requiredAttr } from "../runtime/required-attr";
import { forceElement } from "../runtime/thunk";
import { type Lazy, NixString, type Value } from "../runtime/values";
import { wellKnown } from "../syntax/well-known";
import type { Builtin } from "./builtin";
import { OrderedTree } from "./ordered-tree";

/**
 * The keys met so far. As long as they are all strings, or all integers, they are in a set, where no comparison can
 * fail; else in a tree of the reference's form, since that decides which two keys a message says cannot be compared.
 */
class Keys {
	private plain: Set<string | number | bigint> | undefined = new Set();
	private type: "string" | "integer" | undefined;
	private readonly entries: { readonly key: Value; readonly element: Lazy }[] = [];
	private tree: OrderedTree<{ readonly key: Value; readonly element: Lazy }> | undefined;

	constructor(private readonly st: Evaluator) {}

	/** Adds a key; false if it was there. */
	add(key: Value, element: Lazy): boolean {
		const { plain } = this;
		if (plain !== undefined) {
			const simple = key instanceof NixString ? key.s : key;
			const type =
				typeof simple === "string"
					? "string"
					: typeof simple === "number" || typeof simple === "bigint"
						? "integer"
						: undefined;
			if (type !== undefined && (this.type ?? type) === type) {
				this.type = type;
				const { size } = plain;
				if (plain.add(simple as string | number | bigint).size === size) return false;
				this.entries.push({ key, element });
				return true;
			}
			this.plain = undefined;
		}
		if (this.tree === undefined) {
			this.tree = new OrderedTree((a, b) => lessThan(this.st, a.key, b.key, ""));
			for (const entry of this.entries) this.tree.insert(entry);
		}
		return this.tree.insert({ key, element });
	}

	/** The first element, in the order of keys, that a key cannot be compared with. */
	incomparable(key: Value): Lazy | undefined {
		const { st, tree } = this;
		if (tree === undefined) return undefined;
		for (const entry of tree) {
			const { depth } = st;
			try {
				lessThan(st, key, entry.key, "");
			} catch {
				st.depth = depth;
				return entry.element;
			}
		}
		return undefined;
	}
}

const genericClosure = (st: Evaluator, lazy: Lazy): Value => {
	const attrs = forceAttrs(st, lazy, 0, "while evaluating the first argument passed to builtins.genericClosure");
	const within = "in the attrset passed as argument to builtins.genericClosure";
	const startAt = requiredAttr(st, attrs, wellKnown.startSet, within);
	const startSet = forceList(
		st,
		attrs.vals[startAt],
		0,
		"while evaluating the 'startSet' attribute passed as argument to builtins.genericClosure",
	);
	if (startSet.length === 0) return startSet;
	const operatorAt = requiredAttr(st, attrs, wellKnown.operator, within);
	const operator = forceFunction(
		st,
		attrs.vals[operatorAt],
		0,
		"while evaluating the 'operator' attribute passed as argument to builtins.genericClosure",
	);
	const work: Lazy[] = startSet.slice();
	const result: Lazy[] = [];
	const keys = new Keys(st);
	for (let next = 0; next < work.length; next++) {
		const element = work[next];
		const key = keyOf(st, element);
		let isNew: boolean;
		try {
			isNew = keys.add(key, element);
		} catch (e) {
			const other = keys.incomparable(key);
			if (other === undefined) throw withTrace(e, 0, `while checking key of element ${printForError(st, element)}`);
			throw withTrace(
				withTrace(e, 0, `with element ${printForError(st, other)}`),
				0,
				`while comparing element ${printForError(st, element)}`,
			);
		}
		if (!isNew) continue;
		result.push(element);
		try {
			const found = forceList(
				st,
				call1(st, operator, element, 0),
				0,
				"while evaluating the return value of the `operator` passed to builtins.genericClosure",
			);
			for (let i = 0; i < found.length; i++) {
				forceElement(found, i, 0);
				work.push(found[i]);
			}
		} catch (e) {
			throw withTrace(e, 0, `while calling operator on genericClosure element ${printForError(st, element)}`);
		}
	}
	return result;
};

const keyOf = (st: Evaluator, element: Lazy): Value => {
	let vals: Lazy[];
	let at: number;
	try {
		const attrs = forceAttrs(st, element, 0, "");
		vals = attrs.vals;
		at = requiredAttr(st, attrs, wellKnown.key, "");
	} catch (e) {
		throw withTrace(e, 0, `in genericClosure element ${printForError(st, element)}`);
	}
	return forceElement(vals, at, 0);
};

/** `genericClosure`. */
export const genericClosureBuiltins: readonly Builtin[] = [
	{
		name: "__genericClosure",
		args: ["attrset"],
		doc:
			"All that can be reached. *attrset* is `{ startSet, operator }`: a list of sets, and a function that gives more of them for each. " +
			"Each set has a `key`, by which they are told apart; the first of equal keys counts. The result is in the order in which they are found, breadth first.",
		fn: genericClosure,
	},
];
