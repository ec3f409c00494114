import type { LogEntry } from "@tsnix/eval";
import { checkOutputs, omittedSystemsWarning } from "../flake/check";
import { renderErrorBytes } from "../flake/evaluation";
import type { Evaluator, Lazy } from "./evaluation";

/** What options and settings say of checking a flake. */
export interface PlainCheckOptions {
	/** The system whose outputs are checked. */
	readonly system: string;
	/** `--all-systems` */
	readonly allSystems: boolean;
	/** `--keep-going` */
	readonly keepGoing: boolean;
	/** Whether the user said whether import from derivation is allowed. */
	readonly keepImportFromDerivation: boolean;
	/** Whether the errors that are told on the way have their whole traces. */
	readonly showTrace: boolean;
}

/** What checking a flake's outputs came to, as the command needs it. */
export interface PlainFlakeCheck {
	/** What `checks` has for the system: derivations, and the attributes that they are. */
	readonly toBuild: readonly { readonly drvPath: string; readonly attributes: readonly string[] }[];
	/** Whether there were errors; with `keepGoing` they were told. */
	readonly failed: boolean;
	/** The warning of systems that were left out, for the end. */
	readonly omitted?: string;
}

/**
 * Checks a flake's outputs for `nix flake check`. All that it has to say goes through `log` as it happens: what is
 * being checked, warnings, and the errors that it goes on after.
 *
 * @throws the first error, unless it is to go on
 */
export const checkFlakeValue = (
	st: Evaluator,
	flake: Lazy,
	{ showTrace, ...options }: PlainCheckOptions,
	log: (entry: LogEntry) => void,
): PlainFlakeCheck => {
	const { toBuild, errors, omittedSystems } = checkOutputs(st, flake, {
		...options,
		activity: (text) => log({ kind: "info", text: `${text}...` }),
		info: (text) => log({ kind: "info", text }),
		warn: (text) => log({ kind: "warning", text }),
		error: (error) => log({ kind: "trace-function", text: renderErrorBytes(error, { color: true, showTrace }) }),
	});
	const omitted = omittedSystemsWarning(omittedSystems);
	return {
		toBuild: toBuild.map(({ drvPath, attributes }) => ({
			drvPath: drvPath.toString(st.host.store.storeDir),
			attributes,
		})),
		failed: errors.length > 0,
		...(omitted === undefined ? {} : { omitted }),
	};
};
