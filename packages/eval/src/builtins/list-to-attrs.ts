import type { Evaluator } from "../runtime/evaluator";
import { forceAttrs, forceStringNoContext } from "../runtime/expect";
import { requiredAttr } from "../runtime/required-attr";
import { emptyAttrs, Shape } from "../runtime/shape";
import { Attrs, type Lazy } from "../runtime/values";
import type { Symbol } from "../syntax/symbols";
import { wellKnown } from "../syntax/well-known";
import type { PosIdx } from "../errors/positions";

const inPair = "in a {name=...; value=...;} pair";

/** Sorts indices of a list by the symbols there, equal ones by index. */
const sortedIndices = (ids: readonly Symbol[]): Float64Array => {
	const n = ids.length;
	const keys = new Float64Array(n);
	for (let i = 0; i < n; i++) keys[i] = ids[i] * n + i;
	keys.sort();
	for (let i = 0; i < n; i++) keys[i] %= n;
	return keys;
};

/** The set of a list of `{ name, value }`; of equal names the first counts. Names are forced first, all of them. */
export const listToAttrs = (st: Evaluator, list: readonly Lazy[]): Attrs => {
	const n = list.length;
	if (n === 0) return emptyAttrs;
	const sets: Attrs[] = new Array(n);
	const ids: Symbol[] = new Array(n);
	let sorted = true;
	let shape: Shape | undefined;
	let at = 0;
	for (let i = 0; i < n; i++) {
		const pair = forceAttrs(st, list[i], 0, "while evaluating an element of the list passed to builtins.listToAttrs");
		if (pair.shape !== shape) {
			at = requiredAttr(st, pair, wellKnown.name, inPair);
			shape = pair.shape;
		}
		const name = pair.vals[at];
		const id = st.symbols.create(
			typeof name === "string"
				? name
				: forceStringNoContext(
						st,
						name,
						shape.posAt(at),
						"while evaluating the `name` attribute of an element of the list passed to builtins.listToAttrs",
					),
		);
		sets[i] = pair;
		ids[i] = id;
		if (i > 0 && ids[i - 1] >= id) sorted = false;
	}
	const order = sorted ? undefined : sortedIndices(ids);
	const vals: Lazy[] = new Array(n);
	const positions: PosIdx[] = new Array(n);
	const resultIds: Symbol[] = sorted ? ids : new Array(n);
	shape = undefined;
	let pos = 0;
	let k = 0;
	for (let i = 0; i < n; i++) {
		const source = order === undefined ? i : order[i];
		const id = ids[source];
		if (k > 0 && resultIds[k - 1] === id && order !== undefined) continue;
		const pair = sets[source];
		if (pair.shape !== shape) {
			at = requiredAttr(st, pair, wellKnown.value, inPair);
			shape = pair.shape;
			pos = shape.posAt(at);
		}
		resultIds[k] = id;
		vals[k] = pair.vals[at];
		positions[k++] = pos;
	}
	if (k < n) {
		resultIds.length = k;
		vals.length = k;
		positions.length = k;
	}
	return new Attrs(Shape.of(resultIds, positions, 0), vals);
};
