import { BuildError } from "../errors";

/** Why a realisation failed; the names of the reference's `BuildResult` statuses. */
export type FailureStatus =
	| "PermanentFailure"
	| "InputRejected"
	| "OutputRejected"
	| "TransientFailure"
	| "TimedOut"
	| "MiscFailure"
	| "DependencyFailed"
	| "LogLimitExceeded"
	| "NotDeterministic"
	| "NoSubstituters"
	| "HashMismatch";

/** A realisation that failed, with the reference's status; each status has its subclass. */
export class BuildFailure extends BuildError {
	readonly status: FailureStatus;

	constructor(status: FailureStatus, message: string, options?: { cause?: unknown; code?: string }) {
		super(options?.code ?? codes[status], message, options);
		this.status = status;
	}
}

const codes: Record<FailureStatus, string> = {
	PermanentFailure: "BUILD_FAILED",
	InputRejected: "BUILD_INPUT_REJECTED",
	OutputRejected: "BUILD_OUTPUT_REJECTED",
	TransientFailure: "BUILD_FAILED_TRANSIENTLY",
	TimedOut: "BUILD_TIMED_OUT",
	MiscFailure: "BUILD_MISCELLANEOUS_FAILURE",
	DependencyFailed: "BUILD_DEPENDENCY_FAILED",
	LogLimitExceeded: "BUILD_LOG_LIMIT_EXCEEDED",
	NotDeterministic: "BUILD_NOT_DETERMINISTIC",
	NoSubstituters: "BUILD_NO_SUBSTITUTERS",
	HashMismatch: "BUILD_HASH_MISMATCH",
};

/** How a builder ended that did not succeed: its exit code, or the signal that ended it. */
export interface BuilderExit {
	readonly code?: number;
	readonly signal?: { readonly number: number; readonly description?: string };
}

/** What a builder throws when its program ended without success; the scheduler words it for the user. */
export class BuilderExitError extends BuildError {
	readonly exit: BuilderExit;

	constructor(exit: BuilderExit, options?: { cause?: unknown }) {
		super("BUILDER_EXITED", `builder ${describeExit(exit)}`, options);
		this.exit = exit;
	}
}

/** `failed with exit code 1`, `failed due to signal 9 (Killed)`, as the reference words a process's status. */
export const describeExit = (exit: BuilderExit): string => {
	if (exit.signal !== undefined) {
		const { number, description } = exit.signal;
		return `failed due to signal ${number}${description === undefined ? "" : ` (${description})`}`;
	}
	return exit.code === undefined ? "died abnormally" : `failed with exit code ${exit.code}`;
};

/** A builder that ended without success. `logTail` has its last lines, `log` says where the whole is kept. */
export class BuilderFailedError extends BuildFailure {
	readonly exit: BuilderExit;
	readonly drvPath: string;
	readonly logTail: readonly string[];

	constructor(
		status: "PermanentFailure" | "TransientFailure",
		message: string,
		details: { exit: BuilderExit; drvPath: string; logTail: readonly string[] },
	) {
		super(status, message);
		this.exit = details.exit;
		this.drvPath = details.drvPath;
		this.logTail = details.logTail;
	}
}

/** A fixed-output derivation whose output has another hash than it says; both in SRI form. */
export class HashMismatchError extends BuildFailure {
	readonly specified: string;
	readonly got: string;

	constructor(message: string, specified: string, got: string) {
		super("HashMismatch", message);
		this.specified = specified;
		this.got = got;
	}
}

/** An output that the builder did not make, or made in a way that is not allowed. */
export class OutputRejectedError extends BuildFailure {
	constructor(message: string) {
		super("OutputRejected", message);
	}
}

/** A derivation that asks for something it cannot have: another system, a path outside its inputs. */
export class InputRejectedError extends BuildFailure {
	constructor(message: string) {
		super("InputRejected", message);
	}
}

/** A derivation one of whose inputs could not be realised. */
export class DependencyFailedError extends BuildFailure {
	constructor(message: string) {
		super("DependencyFailed", message);
	}
}

/** A path that is neither valid nor offered by any substituter. */
export class NoSubstitutersError extends BuildFailure {
	constructor(path: string) {
		super("NoSubstituters", `path '${path}' is required, but there is no substituter that can build it`);
	}
}

/** A build that took longer, or was silent for longer, than it may. */
export class TimedOutError extends BuildFailure {
	constructor(seconds: number) {
		super("TimedOut", `timed out after ${seconds} seconds`);
	}
}

/** A sandbox was asked for where none can be had. */
export class SandboxUnavailableError extends BuildFailure {
	constructor(message: string) {
		super("MiscFailure", message, { code: "SANDBOX_UNAVAILABLE" });
	}
}

/** The realisation was cancelled through its `AbortSignal`. */
export class InterruptedError extends BuildFailure {
	constructor() {
		super("MiscFailure", "interrupted by the user", { code: "INTERRUPTED" });
	}
}

/** The program that is run after builds ended without success. */
export class HookFailedError extends BuildError {
	constructor(message: string) {
		super("POST_BUILD_HOOK_FAILED", message);
	}
}
