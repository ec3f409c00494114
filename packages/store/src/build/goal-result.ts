import type { StorePath } from "../formats/store-path";
import type { BuildFailure } from "./errors";
import type { RealiseStatus } from "./realise-options";
import type { Outcome } from "./schedule";

/** How a goal ended: what came of it, or why not. */
export type GoalResult = Outcome &
	(
		| { readonly failed: false; readonly status: RealiseStatus; readonly outputs: ReadonlyMap<string, StorePath> }
		| { readonly failed: true; readonly error: BuildFailure }
	);

export const goalSuccess = (
	status: RealiseStatus,
	outputs: ReadonlyMap<string, StorePath> = new Map(),
): GoalResult => ({ failed: false, status, outputs });

export const goalFailure = (error: BuildFailure): GoalResult => ({ failed: true, error });
