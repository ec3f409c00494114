import { AnswerError, tracesOf, WouldBlock } from "@tsnix/fetchers";
import { NixError } from "@tsnix/store";
import { EvalBaseError, type Evaluator, type PosIdx } from "./evaluation";

/**
 * A flake, flake reference or lock file that is not what it has to be. Gathers a trace like errors of an evaluation;
 * `cause` is the error of a lower floor that it stands for, if any.
 */
export class FlakeError extends EvalBaseError {
	override readonly cause: unknown;

	constructor(code: string, message: string, options: { cause?: unknown } = {}) {
		super(code, message);
		this.cause = options.cause;
	}
}

/** A flake reference that is not one; other ways to read the text may still succeed. */
export class BadFlakeRefError extends FlakeError {
	constructor(message: string) {
		super("BAD_FLAKE_REF", message);
	}
}

/** Something that was asked for in a way that makes no sense (exit status 1, `UsageError` in the reference). */
export class UsageError extends FlakeError {
	constructor(message: string) {
		super("USAGE", message);
	}
}

/** A lock file that cannot be read. `place` says where in it, as `nodes.nixpkgs.locked`. */
export class LockFileError extends FlakeError {
	constructor(
		code: string,
		message: string,
		/** Path of the offending value in the file; empty for the whole of it. */
		readonly place = "",
		options: { cause?: unknown } = {},
	) {
		super(code, message, options);
	}
}

/** A value in a lock file that is of another type than it has to be. The reference tells no trace of it. */
export class LockFileTypeError extends LockFileError {}

/**
 * What errors of lower floors become on their way out: the same code, message and exit status, with a trace to add to.
 * Anything else comes back untouched.
 */
export const adoptError = (error: unknown): unknown => {
	if (!(error instanceof NixError) || error instanceof EvalBaseError || error instanceof WouldBlock) return error;
	const adopted = new FlakeError(error.code, error.message, { cause: error });
	adopted.exitStatus = error.exitStatus;
	if (error.hint !== undefined) adopted.hint = error.hint;
	for (const message of tracesOf(error)) adopted.trace.push({ pos: 0, message });
	return adopted;
};

/** Where the reference's JSON library fails, nothing is noted of what was going on. */
const isUntraced = (error: EvalBaseError): boolean =>
	error instanceof LockFileTypeError || error.cause instanceof AnswerError;

/**
 * Note what was going on when an error passed by, and where. Gives what to throw; suspensions, and whatever is no
 * {@link NixError}, come back untouched.
 */
export const traced = (error: unknown, message: string, at?: { evaluator: Evaluator; pos: PosIdx }): unknown => {
	const result = adoptError(error);
	if (!(result instanceof EvalBaseError) || isUntraced(result)) return result;
	if (at !== undefined) result.table ??= at.evaluator.positions;
	result.trace.push({ pos: at?.pos ?? 0, message });
	return result;
};
