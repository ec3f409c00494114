/**
 * What of the evaluator the flake layer uses, in one place.
 */
export {
	AppThunk,
	AssertionError,
	Attrs as AttrsValue,
	AttrsBuilder,
	call1,
	Closure,
	Context,
	ContextGatherer,
	EvalBaseError,
	EvalError,
	evalFile,
	type Evaluator,
	force,
	forceAttrs,
	forceStringNoContext,
	getAttr,
	IFDError,
	isFunction,
	type Lazy,
	mergeAttrs,
	NixPath,
	NixString,
	type PathRoot,
	PrimOp,
	printValueAsJSON,
	renderErrorBytes,
	showType,
	Suspension,
	Thunk,
	type TypeName,
	typeOf,
	TypeError,
	type Value,
} from "@tsnix/eval";
export type { PosIdx } from "@tsnix/eval/internal";
export { Code } from "@tsnix/eval/internal";
export { compileFile } from "@tsnix/eval/internal";
export { allowPath, mountTree } from "@tsnix/eval/internal";
export { maybeLstat, readFile, resolveExprPath, showNixPath } from "@tsnix/eval/internal";
export { AttrsExpr, LambdaExpr, ListExpr } from "@tsnix/eval/internal";
export { type JSONHandler, JSONParseError, parseJSON } from "@tsnix/eval/internal";
