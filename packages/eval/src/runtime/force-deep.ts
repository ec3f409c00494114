import { withPlacelessTrace, withTrace } from "../errors/errors";
import { tooDeep } from "./call";
import { determinePos } from "./determine-pos";
import type { Evaluator } from "./evaluator";
import { Gather } from "./gather";
import { forceElement, forceThunk } from "./thunk";
import { Attrs, type Lazy, Thunk, type Value } from "./values";
import { printIdentifier } from "../syntax/identifiers";

/**
 * Works out a value and everything in it (`builtins.deepSeq`). What refers to itself is looked at once; where the
 * value is a copy, as what a program comes to is, it is another one than what it refers to as itself.
 */
export const forceDeep = (st: Evaluator, lazy: Lazy, copied = false): Value => {
	const pos = determinePos(lazy, 0);
	if (st.depth > st.maxDepth) throw tooDeep(st, pos);
	st.depth++;
	const v = lazy instanceof Thunk ? forceThunk(lazy, pos) : lazy;
	if (Array.isArray(v) || v instanceof Attrs) forceInside(st, v, new Set(), copied);
	st.depth--;
	return v;
};

/** Works out everything in a set or list; the caller has counted its depth. */
const forceInside = (st: Evaluator, v: Attrs | Lazy[], seen: Set<object>, copied = false): void => {
	if (seen.has(v)) return;
	if (!copied) seen.add(v);
	const places = Array.isArray(v) ? v : v.vals;
	const n = places.length;
	const { depth } = st;
	const deepest = depth > st.maxDepth;
	let gather: Gather | undefined;
	for (let i = 0; i < n; i++) {
		const place = places[i];
		if ((typeof place !== "object" || place === null) && !deepest) continue;
		try {
			const pos = determinePos(place, 0);
			if (deepest) throw tooDeep(st, pos);
			st.depth++;
			const value = forceElement(places, i, pos);
			if (Array.isArray(value) || value instanceof Attrs) forceInside(st, value, seen);
			st.depth--;
		} catch (e) {
			gather ??= new Gather(st, depth);
			gather.caught(
				v instanceof Attrs
					? withTrace(
							e,
							v.shape.posAt(i),
							`while evaluating the attribute '${printIdentifier(st.symbols.names[v.shape.ids[i]])}'`,
						)
					: withPlacelessTrace(e, `while evaluating list element at index ${i}`),
			);
		}
	}
	gather?.finish();
};
