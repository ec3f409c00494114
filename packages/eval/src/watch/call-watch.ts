import type { PosIdx } from "../errors/positions";
import type { Evaluator } from "../runtime/evaluator";
import type { Lazy } from "../runtime/values";

/** Told of every call while it is evaluated. Calls are watched on a slow path, so that watching none costs nothing. */
export interface CallWatch {
	/** Before a function, not necessarily evaluated yet, is called with arguments at a place. */
	enter(st: Evaluator, fun: Lazy, args: readonly Lazy[], pos: PosIdx): void;
	/** After that, whether it gave a value or threw. */
	leave(st: Evaluator, pos: PosIdx): void;
	/** The evaluation is over. */
	finish?(st: Evaluator): void;
}

/** Several as one: told in their order. */
export const watchAll = (watches: readonly CallWatch[]): CallWatch | undefined => {
	if (watches.length < 2) return watches[0];
	return {
		enter: (st, fun, args, pos) => {
			for (const watch of watches) watch.enter(st, fun, args, pos);
		},
		leave: (st, pos) => {
			for (const watch of watches) watch.leave(st, pos);
		},
		finish: (st) => {
			for (const watch of watches) watch.finish?.(st);
		},
	};
};
