import type { Hash, SourceAccessor } from "@tsnix/store";
import type { Input } from "./input";

/** A tree that was fetched, before anything hashed it. */
export interface FetchedTree {
	readonly accessor: SourceAccessor;
	/** The input with what fetching found out: revision, times, and `__final`. */
	readonly input: Input;
	/** Nothing was fetched: the store has the tree, and knows where it came from. */
	readonly fromStore?: true;
	/** Where fetching came to know it. */
	readonly narHash?: Hash;
}
