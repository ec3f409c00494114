import { Abort, AssertionError, EvalBaseError, ThrownError, TypeError } from "../errors/errors";
import { renderEvaluationWarningBytes } from "../errors/render";
import type { LambdaInfo } from "../nodes/lambda-info";
import { adoptError } from "../runtime/adopt-error";
import { coerceInterpolated, coercePlain, coerceToString } from "../runtime/coerce";
import { ContextGatherer } from "../runtime/context";
import type { Evaluator } from "../runtime/evaluator";
import { bytesOf, forceStringValue } from "../runtime/expect";
import { forceDeep } from "../runtime/force-deep";
import { perEvaluator } from "../runtime/per-evaluator";
import { printValue } from "../runtime/print";
import { emptyAttrs, Shape } from "../runtime/shape";
import { force, settled } from "../runtime/thunk";
import {
	Attrs,
	Closure,
	type Lazy,
	NixString,
	PartialApp,
	PrimOp,
	type PrimOpFn,
	Thunk,
	type Value,
} from "../runtime/values";
import { wellKnown } from "../syntax/well-known";
import type { Builtin } from "./builtin";

/** The message given to `throw` or `abort`. */
const messageOf = (st: Evaluator, s: Lazy, doing: string): string =>
	coerceToString(st, s, new ContextGatherer(), doing, coerceInterpolated, 0);

const fromExpr = <E extends EvalBaseError>(st: Evaluator, error: E): E => {
	error.isFromExpr = true;
	return st.fail(error, 0);
};

const addErrorContext: PrimOpFn = (st, message, e) => {
	const { depth } = st;
	try {
		return force(e, 0);
	} catch (thrown) {
		const error = adoptError(st, thrown);
		if (!(error instanceof EvalBaseError)) throw error;
		st.depth = depth;
		const context = coerceToString(
			st,
			message,
			new ContextGatherer(),
			"while evaluating the error message passed to builtins.addErrorContext",
			coercePlain,
			0,
		);
		error.trace.push({ pos: 0, message: context, always: true });
		throw error;
	}
};

/** `{ value, success }`, in the order of their symbols. */
const tryShape = perEvaluator((st) => Shape.of([wellKnown.value, st.symbols.create("success")], undefined, 0));

const tryEval: PrimOpFn = (st, e) => {
	const { depth, debug } = st;
	try {
		if (debug === undefined) force(e, 0);
		else debug.trying(() => force(e, 0));
		return new Attrs(tryShape(st), [e instanceof Thunk ? settled(e) : e, true]);
	} catch (error) {
		if (!(error instanceof AssertionError)) throw error;
		st.depth = depth;
		return new Attrs(tryShape(st), [false, false]);
	}
};

const trace: PrimOpFn = (st, message, e) => {
	const v = force(message, 0);
	const text = typeof v === "string" || v instanceof NixString ? bytesOf(v) : printValue(st, v);
	st.host.log?.({ kind: "trace", text });
	if (st.settings.debuggerOnTrace) st.debug?.pause();
	return force(e, 0);
};

const warn: PrimOpFn = (st, message, e) => {
	const v = forceStringValue(
		st,
		message,
		0,
		"while evaluating the first argument; the message passed to builtins.warn",
	);
	st.host.log?.({ kind: "evaluation-warning", text: renderEvaluationWarningBytes(bytesOf(v)) });
	if (st.settings.abortOnWarn)
		throw fromExpr(
			st,
			new EvalBaseError("NIX_ABORT_ON_WARN", "aborting to reveal stack trace of warning, as abort-on-warn is set"),
		);
	if (st.settings.debuggerOnTrace || st.settings.debuggerOnWarn) st.debug?.pause();
	return force(e, 0);
};

const argumentSets = new WeakMap<LambdaInfo, Attrs>();

/** What a function's pattern names, and whether each has a default: a set of its own each time, as printing shows. */
const argumentsOf = (lam: LambdaInfo): Attrs => {
	const { formals } = lam.exprs[0];
	if (formals === undefined || formals.length === 0) return emptyAttrs;
	let known = argumentSets.get(lam);
	if (known === undefined) {
		const shape = Shape.of(
			formals.map((f) => f.name),
			formals.map((f) => lam.mod.base + f.pos),
			0,
		);
		known = new Attrs(
			shape,
			formals.map((f) => f.fallback !== undefined),
		);
		argumentSets.set(lam, known);
	}
	return new Attrs(known.shape, known.vals);
};

const functionArgs = (st: Evaluator, f: Lazy): Value => {
	const v = force(f, 0);
	if (v instanceof Closure) return argumentsOf(v.lam);
	if (v instanceof PrimOp || v instanceof PartialApp) return emptyAttrs;
	throw st.fail(new TypeError("NIX_TYPE", "'functionArgs' requires a function"), 0);
};

/** Errors, order of evaluation, and looking at functions. */
export const controlBuiltins: readonly Builtin[] = [
	{
		name: "break",
		args: ["v"],
		doc: "*v*. With `--debugger`, evaluation halts here.",
		addTrace: false,
		fn: (st, v) => {
			st.debug?.breakpoint(st.fail(new EvalBaseError("NIX_BREAK", "breakpoint reached"), 0));
			return force(v, 0);
		},
	},
	{
		name: "abort",
		args: ["s"],
		doc: "Ends evaluation with the message *s*. `tryEval` does not catch it.",
		fn: (st, s) => {
			const message = messageOf(st, s, "while evaluating the error message passed to builtins.abort");
			throw fromExpr(st, new Abort("NIX_ABORT", `evaluation aborted with the following error message: '${message}'`));
		},
	},
	{
		name: "throw",
		args: ["s"],
		doc: "Fails with the message *s*. `tryEval` catches it.",
		fn: (st, s) => {
			const message = messageOf(st, s, "while evaluating the error message passed to builtin.throw");
			throw fromExpr(st, new ThrownError("NIX_THROWN", message));
		},
	},
	{
		name: "__addErrorContext",
		args: ["message", "e"],
		doc: "*e*; an error while it is evaluated gets the line *message* in its trace.",
		fn: addErrorContext,
		addTrace: false,
	},
	{
		name: "__tryEval",
		args: ["e"],
		doc: "`{ success = true; value = e; }`, or `{ success = false; value = false; }` where evaluating *e* fails by `throw` or `assert`. *e* is not evaluated deeply, and no other error is caught.",
		fn: tryEval,
	},
	{
		name: "__seq",
		args: ["e1", "e2"],
		doc: "*e2*, after *e1* has been evaluated.",
		fn: (_, a, b) => {
			force(a, 0);
			return force(b, 0);
		},
	},
	{
		name: "__deepSeq",
		args: ["e1", "e2"],
		doc: "*e2*, after *e1* and everything in it has been evaluated.",
		fn: (st, a, b) => {
			forceDeep(st, a);
			return force(b, 0);
		},
	},
	{
		name: "__trace",
		args: ["e1", "e2"],
		doc: "*e2*, after *e1* has been evaluated and logged: a string as it is, other values as they print.",
		fn: trace,
	},
	{
		name: "__traceVerbose",
		args: ["e1", "e2"],
		doc: "The same as `trace` with the setting `trace-verbose`; without it, *e2* and nothing else.",
		fn: (st, a, b, c) => (st.settings.traceVerbose ? trace(st, a, b, c) : force(b, 0)),
	},
	{
		name: "__warn",
		args: ["e1", "e2"],
		doc: "*e2*, after the string *e1* has been logged as a warning. With the setting `abort-on-warn`, evaluation ends there.",
		fn: warn,
	},
	{
		name: "__functionArgs",
		args: ["f"],
		doc: "The names in the argument pattern of the function *f*, each with whether it has a default: `functionArgs ({ a, b ? 1 }: a)` is `{ a = false; b = true; }`; `{ }` for a function without a pattern.",
		fn: functionArgs,
	},
];
