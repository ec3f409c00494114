import { EvalBaseError } from "./errors";
import { ParseError as SyntaxParseError } from "./parse-error";
import type { PosTable } from "./positions";
import { showPosition } from "./show-position";

/** Source text that is not a Nix expression, with the place where that shows. */
export class ParseError extends EvalBaseError {}

/**
 * An error of the parser, which knows only offsets into its source, as one that knows its position. `base` is the
 * position of the source's first byte. Errors of other kinds are given back as they are.
 */
export const parseFailure = (positions: PosTable, base: number, error: unknown): unknown => {
	if (!(error instanceof SyntaxParseError)) return error;
	const other = error.otherOffset;
	const message =
		other === undefined
			? error.bytes
			: error.bytes.replace("%at%", () => showPosition(positions.resolve(base + other)));
	const failure = new ParseError(error.code, message);
	failure.table = positions;
	failure.pos = base + error.offset;
	return failure;
};
