import { EvalBaseError, StackOverflowError } from "./errors";

/** V8, and the engines of Firefox and Safari. */
const isStackOverflow = (e: Error): boolean =>
	(e instanceof RangeError && /call stack/.test(e.message)) ||
	(e.name === "InternalError" && /recursion/.test(e.message));

/**
 * An error with which the JavaScript engine says that it has no more room, as one of Nix's: the stack is used up (a
 * caller's own is often far smaller than what Nix's 10,000 nested calls take), or a string or list is longer than any
 * can be. Anything else is given back as it is.
 */
export const limitError = (e: unknown): unknown => {
	if (!(e instanceof Error)) return e;
	if (isStackOverflow(e))
		return new StackOverflowError("NIX_STACK_OVERFLOW", "stack overflow (possible infinite recursion)");
	if (e instanceof RangeError && /string length|array length|array buffer|out of memory/i.test(e.message))
		return new EvalBaseError("NIX_OUT_OF_MEMORY", `out of memory (${e.message.toLowerCase()})`);
	return e;
};

/** Runs something whose errors are the caller's to see: see {@link limitError}. */
export const withLimits = <T>(run: () => T): T => {
	try {
		return run();
	} catch (e) {
		throw limitError(e);
	}
};
