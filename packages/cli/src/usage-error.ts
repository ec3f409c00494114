import { NixError } from "@tsnix/store";

/** A command line that makes no sense: told with a pointer to `--help`. */
export class UsageError extends NixError {
	constructor(message: string, hint?: string) {
		super("USAGE", message, hint === undefined ? {} : { hint });
	}
}
