import type { CharacterSet } from "./character-set";

/**
 * A regular expression as a tree. `size` is the number of states that a copy of the expression takes in the
 * reference's automaton, of which there may be {@link stateLimit}.
 */
export type RegexNode = { readonly size: number } & (
	| { readonly kind: "set"; readonly set: CharacterSet }
	| { readonly kind: "lineBegin" }
	| { readonly kind: "lineEnd" }
	| { readonly kind: "group"; readonly index: number; readonly body: RegexNode }
	| { readonly kind: "sequence"; readonly items: readonly RegexNode[] }
	| { readonly kind: "alternatives"; readonly left: RegexNode; readonly right: RegexNode }
	/** `*` and `+`: the same states are run again and again, `+` running them at least once. */
	| { readonly kind: "loop"; readonly body: RegexNode; readonly atLeastOnce: boolean }
	| { readonly kind: "optional"; readonly body: RegexNode }
	/** `{min}`, `{min,}`, `{min,min+extra}`: the states are copied. `extra` may be infinite. */
	| { readonly kind: "counted"; readonly body: RegexNode; readonly min: number; readonly extra: number }
);

/** How many states the reference's automaton may have. */
export const stateLimit = 100_000;

/** A compiled pattern: its tree, and how many groups it has. */
export interface RegexTree {
	readonly root: RegexNode;
	readonly groups: number;
}
