import type { FailureStatus } from "./errors";

/**
 * The status that a command ends with after failed builds: 100, plus 1 for a timeout, 2 for an output hash that
 * differs, 8 for a build that is not deterministic; 1 where no build itself failed.
 *
 *     failingExitStatus(["HashMismatch", "DependencyFailed"]) // 102
 */
export const failingExitStatus = (failures: Iterable<FailureStatus>): number => {
	let build = false;
	let bits = 0;
	for (const status of failures) {
		if (status === "TimedOut") bits |= 1;
		if (status === "HashMismatch") bits |= 2;
		if (status === "NotDeterministic") bits |= 8;
		if (status === "TimedOut" || status === "HashMismatch") build = true;
		if (status === "PermanentFailure" || status === "InputRejected") build = true;
	}
	if (!build && bits === 0) return 1;
	return 0b1100000 | (build ? 0b100 : 0) | bits;
};
