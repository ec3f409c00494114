/** For tests only: small evaluations, with nothing outside. */
import "../nodes";
import { toBytes } from "@tsnix/store";
import { renderError } from "../errors/render";
import { EvalBaseError } from "../errors/errors";
import type { LogEntry } from "../host";
import { memoryHost } from "../hosts/memory";
import { Evaluator } from "../runtime/evaluator";
import { forceDeep } from "../runtime/force-deep";
import { printAmbiguous } from "../runtime/print-ambiguous";
import type { EvalSettings } from "../runtime/settings";
import type { Env, Value } from "../runtime/values";
import { installBuiltins } from ".";

/** A new evaluation with all builtins. */
export const newEvaluator = (settings: Partial<EvalSettings> = {}, log?: (entry: LogEntry) => void): Evaluator => {
	const st = new Evaluator({ ...memoryHost({}), log }, { readOnly: true, ...settings });
	installBuiltins(st);
	return st;
};

/** The value of an expression (Unicode text), not evaluated deeply. */
export const valueOf = (st: Evaluator, source: string): Value => {
	const { code } = st.compile(toBytes(source), { origin: { kind: "string" }, basePath: "/" });
	return code.ev(code, undefined as unknown as Env, undefined);
};

/** What `nix-instantiate --eval --strict` prints for an expression: its value, or the error with its trace. */
export const show = (source: string, settings: Partial<EvalSettings> = {}): string => {
	const st = newEvaluator(settings);
	try {
		return printAmbiguous(st, forceDeep(st, valueOf(st, source)));
	} catch (e) {
		if (e instanceof EvalBaseError) return renderError(e, { showTrace: settings.showTrace === true });
		throw e;
	}
};

/** The message of the error that an expression fails with. */
export const messageOf = (source: string, settings: Partial<EvalSettings> = {}): string => {
	const st = newEvaluator(settings);
	try {
		forceDeep(st, valueOf(st, source));
	} catch (e) {
		if (e instanceof EvalBaseError) return e.message;
		throw e;
	}
	throw new Error(`did not fail: ${source}`);
};
