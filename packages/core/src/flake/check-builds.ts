import {
	BuildFailure,
	NixError,
	NoSubstitutersError,
	planRealisation,
	realiseEach,
	type RealiseOptions,
	type StorePath,
	type TargetOutcome,
} from "@tsnix/store";
import type { CheckToBuild } from "./check";

/** What building a flake's checks came to. */
export interface ChecksBuilt {
	/** The derivations that were built: what was neither valid nor offered by substituters. Sorted by path. */
	readonly built: readonly StorePath[];
	/** With `keepGoing`: one error an attribute that failed. */
	readonly errors: readonly NixError[];
}

/**
 * Builds a flake's checks, and what they need. What substituters offer is not fetched: it was built once, and that is
 * all a check asks. `starting` is told how many derivations there are.
 *
 * @throws what the first check failed with, named by its attribute; with `keepGoing` errors are in the result
 */
export const buildChecks = async (
	checks: readonly CheckToBuild[],
	options: RealiseOptions,
	starting?: (count: number) => void,
): Promise<ChecksBuilt> => {
	if (checks.length === 0) return { built: [], errors: [] };
	const plan = await planRealisation(
		checks.map(({ drvPath }) => ({ drvPath, outputs: "all" })),
		options,
	);
	const toBuild = [...plan.willBuild].sort((a, b) => (a.baseName < b.baseName ? -1 : 1));
	starting?.(toBuild.length);
	const { outcomes } = await realiseEach(
		toBuild.map((drvPath) => ({ drvPath, outputs: "all" })),
		options.keepGoing === true ? options : withoutFailures(options),
	);
	const errors = outcomes.flatMap((outcome) => failures(outcome, checks, options.store.storeDir));
	if (errors.length > 0 && options.keepGoing !== true) throw errors[0];
	return { built: toBuild.filter((_, i) => outcomes[i].result !== undefined), errors };
};

/**
 * What a build fails with is not told on the way where it ends all of them: everything that is built is a target
 * itself, so it is what the check fails with.
 */
const withoutFailures = ({ onEvent, ...options }: RealiseOptions): RealiseOptions => ({
	...options,
	onEvent: (event) => {
		const { error } = event.type === "error" ? event : { error: undefined };
		if (!(error instanceof BuildFailure) || error instanceof NoSubstitutersError) onEvent?.(event);
	},
});

const failures = ({ target, error }: TargetOutcome, checks: readonly CheckToBuild[], storeDir: string): NixError[] => {
	if (error === undefined || !("drvPath" in target)) return [];
	const { baseName } = target.drvPath;
	const attributes = checks.find(({ drvPath }) => drvPath.baseName === baseName)?.attributes ?? [];
	const what = `build of '${target.drvPath.toString(storeDir)}^*' failed: ${error.message}`;
	const messages =
		attributes.length === 0 ? [what] : attributes.map((path) => `failed to build attribute '${path}', ${what}`);
	return messages.map((message) => new NixError("FLAKE_CHECK_BUILD", message, { cause: error }));
};
