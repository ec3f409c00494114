/**
 * What of the evaluator the flake layer uses, in one place.
 */
export {
	AppThunk,
	Attrs as AttrsValue,
	AttrsBuilder,
	call1,
	Closure,
	Context,
	EvalBaseError,
	EvalError,
	evalFile,
	type Evaluator,
	force,
	forceAttrs,
	forceStringNoContext,
	getAttr,
	IFDError,
	type Lazy,
	mergeAttrs,
	NixPath,
	NixString,
	type PathRoot,
	PrimOp,
	printValueAsJSON,
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
export { RootAccessor } from "../../../eval/src/runtime/root-accessor";
export { resolveExprPath, showNixPath } from "../../../eval/src/runtime/source-path";
export { isBlackhole } from "../../../eval/src/runtime/thunk";
export { AttrsExpr, LambdaExpr, ListExpr } from "../../../eval/src/syntax/tree";
export { type JSONHandler, JSONParseError, parseJSON } from "../../../eval/src/text/json";
