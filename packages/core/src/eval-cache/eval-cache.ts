import type { Evaluator, Lazy } from "../flake/evaluation";
import type { AttrDb } from "./attr-db";
import { CachedCursor } from "./cached-cursor";

/** What evaluating a flake's outputs came to, as far as it is remembered; the rest is evaluated when it is asked for. */
export class EvalCache {
	private root: Lazy | undefined;

	constructor(
		readonly st: Evaluator,
		/** Absent: nothing is remembered. */
		readonly db: AttrDb | undefined,
		/** Evaluates the flake, and gives its outputs. */
		private readonly load: () => Lazy,
	) {}

	/** The outputs. */
	rootValue(): Lazy {
		this.root ??= this.load();
		return this.root;
	}

	/** A cursor at the outputs. */
	cursor(): CachedCursor {
		return new CachedCursor(this, undefined, undefined, undefined);
	}
}
