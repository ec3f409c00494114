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
export type { PosIdx, PosTable } from "../../../eval/src/errors/positions";
export { Code } from "../../../eval/src/nodes/code";
export { compileFile } from "../../../eval/src/runtime/files";
export { allowPath, mountTree } from "../../../eval/src/runtime/copy-to-store";
export { maybeLstat, readFile, resolveExprPath, showNixPath } from "../../../eval/src/runtime/source-path";
export { AttrsExpr, LambdaExpr, ListExpr } from "../../../eval/src/syntax/tree";
export { type JSONHandler, JSONParseError, parseJSON } from "../../../eval/src/text/json";
