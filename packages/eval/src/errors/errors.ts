import { NixError, type RenderOptions } from "@tsnix/store";
import type { Suggestion } from "../text/suggestions";
import type { Origin, PosIdx, PosTable } from "./positions";
import { renderError } from "./render";

/** A place in a source text. */
export interface Position {
	readonly origin: Origin;
	/** From 1. */
	readonly line: number;
	/** From 1, in bytes. */
	readonly column: number;
	/** The whole source, a byte string. */
	readonly source: () => string;
}

/** One line of a trace: what was going on, and where. */
export interface TraceEntry {
	readonly pos: PosIdx;
	readonly message: string;
	/** Shown even where frames are left out (`builtins.addErrorContext`). */
	readonly always?: boolean;
	/** Added without a place, which is another frame than one whose place is not known. */
	readonly placeless?: boolean;
}

/** An error met while evaluating: with a position, and a trace of what led to it, innermost first. */
export class EvalBaseError extends NixError {
	readonly trace: TraceEntry[] = [];
	pos: PosIdx = 0;
	table: PosTable | undefined;
	suggestions: readonly Suggestion[] | undefined;
	/** Came from `throw`, `abort` or `builtins.addErrorContext`: the user's own words. */
	isFromExpr = false;
	/** A debugger has halted at it. */
	halted = false;
	/** How it was shown, for those that show errors more than once: what is remembered of a thunk is told as before. */
	shown: string | undefined;

	constructor(code: string, message: string) {
		super(code, message);
	}

	/** Where it happened, if that is known. */
	get position(): Position | undefined {
		return this.table?.resolve(this.pos);
	}

	/** The positions of the error and of its trace, innermost first, without those unknown. */
	get positions(): Position[] {
		return [this.pos, ...this.trace.map((t) => t.pos)].flatMap((p) => this.table?.resolve(p) ?? []);
	}

	/** As the reference prints it: see `renderError`. */
	override render(options: RenderOptions = {}): string {
		return renderError(this, options);
	}

	/** A copy that can gather another trace. */
	clone(): this {
		const copy = Object.create(Object.getPrototypeOf(this)) as this;
		Object.assign(copy, this);
		Object.defineProperty(copy, "message", { value: this.message, configurable: true, writable: true });
		Object.defineProperty(copy, "stack", { value: this.stack, configurable: true, writable: true });
		(copy as { trace: TraceEntry[] }).trace = [...this.trace];
		return copy;
	}
}

/** Nearly every error of an evaluation. `tryEval` catches only {@link AssertionError}s. */
export class EvalError extends EvalBaseError {}
/** A value of another type than was called for. */
export class TypeError extends EvalError {}
/** A failed `assert`; also what `throw` throws. */
export class AssertionError extends EvalError {}
/** `builtins.throw`. */
export class ThrownError extends AssertionError {}
/** `builtins.abort`. */
export class Abort extends EvalError {}
export class UndefinedVarError extends EvalError {}
export class MissingArgumentError extends EvalError {}
export class InfiniteRecursionError extends EvalError {}
/** More nested calls than `max-call-depth`, or than the stack holds. */
export class StackOverflowError extends EvalBaseError {}
/** Something that has to be built during evaluation, and cannot. */
export class IFDError extends EvalBaseError {}
/** A path that pure or restricted evaluation does not give access to. */
export class RestrictedPathError extends EvalBaseError {}
/** Not remembered: the same value may be asked for again, and succeed. */
export class RecoverableEvalError extends EvalBaseError {}
export class InvalidPathError extends EvalError {
	constructor(
		message: string,
		readonly path: string,
	) {
		super("NIX_INVALID_PATH", message);
	}
}

/**
 * Thrown through the evaluator when its host has to wait: not an error. Thunks return to unevaluated, and the
 * evaluation starts again when the promise is settled.
 */
export class Suspension {
	constructor(readonly promise: Promise<unknown>) {}
}

/** Adds a line that has no place to an error's trace while it passes. Returns what to throw. */
export const withPlacelessTrace = (e: unknown, message: string): unknown => {
	if (e instanceof EvalBaseError) e.trace.push({ pos: 0, message, placeless: true });
	return e;
};

/** Adds a line to an error's trace while it passes; anything else passes untouched. Returns what to throw. */
export const withTrace = (e: unknown, pos: PosIdx, message: string): unknown => {
	if (e instanceof EvalBaseError) e.trace.push({ pos, message });
	return e;
};
