import { type Input, inputRev, inputType, isRelative } from "@tsnix/fetchers";
import type { LockedFlake } from "../flake/lock";
import { nodeOf } from "../flake/lock-graph";

/** Files on this machine that no revision stands for: whoever changes them leaves nothing to fetch them from. */
const isFleeting = (input: Input): boolean =>
	["path", "git", "hg"].includes(inputType(input)) && inputRev(input) === undefined && !isRelative(input);

/**
 * The folders of those inputs that were fetched, and which only the store can give again once they have changed: they
 * stay locked as they were.
 */
export const fleetingTrees = ({ lock, nodePaths }: LockedFlake): string[] =>
	[...nodePaths]
		.filter(([key]) => {
			const locked = nodeOf(lock, key).input?.locked;
			return locked !== undefined && isFleeting(locked.input);
		})
		.map(([, folder]) => folder);
