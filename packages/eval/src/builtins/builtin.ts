import type { Evaluator } from "../runtime/evaluator";
import type { Lazy, PrimOpFn } from "../runtime/values";

/** One entry of the table of builtins. */
export interface Builtin {
	/**
	 * The name in the global scope, with leading `__` where the reference has it there (`__head`); `builtins` has it
	 * without. Messages say it without.
	 */
	readonly name: string;
	/** The names of the parameters, for documentation; their number is the arity. */
	readonly args: readonly string[];
	/** In the project's own words, Markdown. */
	readonly doc: string;
	readonly fn: PrimOpFn;
	/** Only there with this experimental feature. */
	readonly feature?: string;
	/** Not shown in documentation and not in `builtins`. */
	readonly internal?: boolean;
	/** False: an error that passes is not told the builtin's name. True unless told. */
	readonly addTrace?: boolean;
}

/** A builtin that is a value: `builtins.storeDir`. */
export interface BuiltinConstant {
	readonly name: string;
	readonly doc: string;
	/** What `:doc` and the manual call its type. */
	readonly type: string;
	/** Not there in pure evaluation. */
	readonly impureOnly?: boolean;
	readonly value: (st: Evaluator) => Lazy;
}
