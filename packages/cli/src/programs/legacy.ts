import { commonFlags, legacyFlags } from "../args/common";
import { type EvalOptions, evalFlags, newEvalOptions } from "../args/eval-flags";
import { Flags, parseArguments } from "../args/flags";
import type { ProgramContext } from "../programs";
import { UsageError } from "../usage-error";

/** Takes an argument, or an option that is only this program's; false for one it does not know. */
export type TakeArgument = (arg: string, next: () => string) => boolean;

/**
 * Reads an older program's command line: the options that all of them have, those of evaluation for programs that
 * evaluate, and for the rest `take`, which may ask for the next argument.
 */
export const parseLegacy = async (
	{ session, options, args, name }: ProgramContext,
	evaluates: boolean,
	take: TakeArgument,
): Promise<EvalOptions> => {
	const evalOptions = newEvalOptions();
	const { settings, log } = session;
	const flags = new Flags().add(...commonFlags(settings, options, log), ...legacyFlags(settings, options, log));
	// nix-env had an option of that name before.
	if (name === "nix-env") flags.remove("system");
	if (evaluates) flags.add(...evalFlags(settings, evalOptions));
	await parseArguments(args, {
		flag: (all, at) => {
			const known = flags.take(all, at);
			if (known !== undefined) return known;
			let last = at;
			const next = (): string => {
				last++;
				if (last >= all.length) throw new UsageError(`'${all[at]}' requires an argument`);
				return all[last];
			};
			return take(all[at], next) ? last + 1 : undefined;
		},
		argument: (arg) => {
			if (!take(arg, () => "")) throw new UsageError(`unexpected argument '${arg}'`);
		},
	});
	settings.warnUnknown();
	for (const feature of flags.features) session.requireFeature(feature);
	session.evalOptions = evalOptions;
	session.readOnly = options.readOnly;
	return evalOptions;
};

/** Tells, once a run, that results without roots may be collected. */
export const gcWarner = ({ session, options }: ProgramContext): (() => void) => {
	let told = !options.gcWarning;
	return () => {
		if (told) return;
		told = true;
		session.log.warn("you did not specify '--add-root'; the result might be removed by the garbage collector");
	};
};
