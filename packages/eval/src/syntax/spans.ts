import type { Symbol } from "./symbols";
import type { AttrName, AttrsExpr, Expr } from "./tree";

/** Where a `path = value;` is written. Offsets into the source. */
export interface BindingSpan {
	readonly path: readonly AttrName[];
	readonly value: Expr;
	readonly start: number;
	readonly pathEnd: number;
	readonly valueStart: number;
	readonly valueEnd: number;
	/** Just after the semicolon. */
	readonly end: number;
}

/** Where a `{ … }` is written: the offsets of its braces, and what is between them. */
export interface SetSpan {
	readonly open: number;
	close: number;
	readonly bindings: BindingSpan[];
	/** The names that it inherits. */
	readonly inherited: Symbol[];
}

/** Where the attribute sets of a source are written, by the expression that was made of each. */
export type Spans = Map<AttrsExpr, SetSpan>;
