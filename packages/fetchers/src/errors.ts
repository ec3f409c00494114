import { NixError } from "@tsnix/store";

/**
 * An input that cannot be understood or fetched. `code` tells what happened; `message` is worded as the reference
 * words it.
 */
export class FetchError extends NixError {}

/** A URL that is not one, or that a scheme refuses (`BadURL` in the reference). */
export class BadURL extends FetchError {
	constructor(message: string, options?: { cause?: unknown; hint?: string }) {
		super("BAD_URL", message, options);
	}
}

/**
 * What a server told of itself is not of the form that it has to be. The reference tells this without saying what was
 * being fetched: it is its JSON library that fails.
 */
export class AnswerError extends FetchError {
	constructor(message: string, cause?: unknown) {
		super("BAD_ANSWER", message, cause === undefined ? {} : { cause });
	}
}

/** Why a download failed; `TRANSIENT` failures may pass. */
export type TransferCode = "NOT_FOUND" | "FORBIDDEN" | "TRANSIENT" | "TRANSFER";

/** A download that failed (`FileTransferError`): the server said no, or could not be reached. */
export class TransferError extends FetchError {
	/** The HTTP status, 0 where none came. */
	readonly status: number;

	/** Whether the server says that it has been asked too often. */
	readonly rateLimited: boolean;

	constructor(code: TransferCode, message: string, status = 0, rateLimited = false) {
		super(code, message);
		this.status = status;
		this.rateLimited = rateLimited;
	}
}

/** What was fetched is not what the input promised: NAR hash, revision, time. */
export class LockMismatchError extends FetchError {
	constructor(message: string, exitStatus = 1) {
		super("LOCK_MISMATCH", message);
		this.exitStatus = exitStatus;
	}
}

/** An archive that is damaged, of an unknown kind, or larger than the limits allow. */
export class ArchiveError extends FetchError {}

/** A Git repository that cannot be read, or lacks an object. */
export class GitError extends FetchError {}

const traces = new WeakMap<object, string[]>();

/**
 * Note what was going on when an error passed by ("while fetching the input '…'"), innermost first. Read it back
 * with {@link tracesOf}.
 */
export const addTrace = (error: unknown, text: string): void => {
	if (typeof error !== "object" || error === null || error instanceof AnswerError) return;
	const known = traces.get(error);
	if (known === undefined) traces.set(error, [text]);
	else known.push(text);
};

/** The notes that {@link addTrace} left on an error, innermost first; empty where there are none. */
export const tracesOf = (error: unknown): readonly string[] =>
	(typeof error === "object" && error !== null ? traces.get(error) : undefined) ?? [];
