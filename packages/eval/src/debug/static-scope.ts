import type { FrameInfo } from "../resolve/scopes";
import type { Env, Lazy } from "../runtime/values";
import type { Symbol } from "../syntax/symbols";

/** The variables of one scope as it was written, with those around it: what the resolver tells a debugger. */
export interface StaticScope {
	/** In the order of their symbols; `with` has none of its own. */
	readonly names: readonly { readonly name: Symbol; readonly slot: number }[];
	/** For a `with`: where its set lies. */
	readonly withSlot?: number;
	/** The frame that they lie in. */
	readonly frame: FrameInfo;
	readonly up: StaticScope | undefined;
}

/** The scope around an expression, and the frame that it runs in. */
export interface ScopeAt {
	readonly scope: StaticScope | undefined;
	readonly frame: FrameInfo | undefined;
}

/** Told by the resolver of every expression. */
export type RecordScope = (e: object, at: ScopeAt) => void;

const fields = ["a", "b", "c", "d"] as const;

/** Reads a variable of a scope, from a frame that lies within. */
export const readSlot = (from: FrameInfo | undefined, env: Env, to: FrameInfo, slot: number): Lazy | undefined => {
	let frame = env;
	for (let at = from; at !== undefined && frame !== undefined; at = at.parent) {
		if (at === to) return at.isArray ? frame[slot + 1] : frame[fields[slot]];
		frame = at.isArray ? (frame[0] as unknown as Env) : frame.up;
	}
	return undefined;
};
