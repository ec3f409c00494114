import type { Evaluator } from "../runtime/evaluator";
import type { Shape } from "../runtime/shape";
import type { Symbol } from "../syntax/symbols";
import type { LambdaExpr } from "../syntax/tree";
import type { Code, Module } from "./code";

/** A function's code: what all closures of one lambda share. */
export class LambdaInfo {
	readonly st: Evaluator;
	/** The shape of the last argument set, and where in it the formals lie. */
	shape: Shape | undefined = undefined;
	indices: readonly number[] = [];

	constructor(
		readonly mod: Module,
		/** The outermost lambda, and those merged into it (`x: y: …`), one a parameter. */
		readonly exprs: readonly LambdaExpr[],
		/** Plain parameters that one call can fill; 1 for a function of an argument pattern. */
		readonly arity: number,
		/** The number of variables of a call's frame. */
		readonly frame: number,
		readonly body: Code,
		readonly formals: FormalsInfo | undefined,
	) {
		this.st = mod.st;
	}
}

/** `{ a, b ? 1, ... } @ args`. */
export interface FormalsInfo {
	/** Sorted. */
	readonly ids: readonly Symbol[];
	readonly defaults: readonly (Code | undefined)[];
	readonly ellipsis: boolean;
	/** Whether the whole set is a variable too: slot 0, before the formals. */
	readonly hasArg: boolean;
}
