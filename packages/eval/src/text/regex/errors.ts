import { NixError } from "@tsnix/store";

/** Why a regular expression was refused: it is malformed, or its automaton would be too large. */
export type RegexProblem = "syntax" | "space";

/**
 * A regular expression that cannot be compiled. `kind` is `"syntax"` for a malformed one and `"space"` for one whose
 * automaton has more states than the reference allows; the message is the one `builtins.match` and `builtins.split`
 * give.
 */
export class RegexSyntaxError extends NixError {
	readonly kind: RegexProblem;
	readonly pattern: string;

	constructor(kind: RegexProblem, pattern: string) {
		super(
			kind === "space" ? "REGEX_TOO_LARGE" : "REGEX_INVALID",
			kind === "space"
				? `memory limit exceeded by regular expression '${pattern}'`
				: `invalid regular expression '${pattern}'`,
		);
		this.kind = kind;
		this.pattern = pattern;
	}
}
