import type { Evaluator } from "./evaluator";

/** Something made once for each evaluation, and gone with it. */
export const perEvaluator = <T>(make: (st: Evaluator) => T): ((st: Evaluator) => T) => {
	const made = new WeakMap<Evaluator, { readonly value: T }>();
	return (st) => {
		let entry = made.get(st);
		if (entry === undefined) {
			entry = { value: make(st) };
			made.set(st, entry);
		}
		return entry.value;
	};
};
