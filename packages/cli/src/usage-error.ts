import { NixError } from "@tsnix/store";

/** A command line that makes no sense: told with a pointer to `--help`. */
export class UsageError extends NixError {
	constructor(message: string, hint?: string) {
		super("USAGE", message, hint === undefined ? {} : { hint });
	}
}

/** Names that are none, for which the reference points to `--help` too, even when an expression has them. */
const usageCodes: ReadonlySet<string> = new Set(["USAGE", "UNKNOWN_HASH_ALGORITHM", "NIX_HASH_FORMAT"]);

/** Whether an error is told with a pointer to `--help`. */
export const isUsageError = ({ code }: NixError): boolean => usageCodes.has(code);
