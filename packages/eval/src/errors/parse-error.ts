import { type ByteString, fromBytes, NixError } from "@tsnix/store";
import type { ParseWarning } from "../syntax/tree";

/** Source text that is not a Nix expression. `offset` is a byte offset into it. */
export class ParseError extends NixError {
	/** What the parser warned of before it came to the error. */
	warnings: readonly ParseWarning[] = [];

	constructor(
		/** The message, as the source's bytes have it. */
		readonly bytes: ByteString,
		readonly offset: number,
		/** Another offset that the message names as `%at%` (rendered as file:line:column by who knows the file). */
		readonly otherOffset?: number,
	) {
		super("NIX_PARSE", fromBytes(bytes));
	}
}
