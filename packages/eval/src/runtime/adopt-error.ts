import { NixError } from "@tsnix/store";
import { EvalBaseError } from "../errors/errors";
import type { Evaluator } from "./evaluator";

/**
 * An error of the store or of a text form, as an error of the evaluation that met it: with the same code and message,
 * able to gather a trace. Anything else is given back as it is.
 */
export const adoptError = (st: Evaluator, error: unknown): unknown =>
	error instanceof NixError && !(error instanceof EvalBaseError) ? adopted(st, error) : error;

const adopted = (st: Evaluator, error: NixError): EvalBaseError => {
	const own = st.fail(new EvalBaseError(error.code, error.message), 0);
	own.exitStatus = error.exitStatus;
	if (error.hint !== undefined) own.hint = error.hint;
	return own;
};

/** Runs something that knows nothing of evaluations; its errors become this evaluation's. */
export const adopting = <T>(st: Evaluator, run: () => T): T => {
	try {
		return run();
	} catch (error) {
		throw adoptError(st, error);
	}
};
