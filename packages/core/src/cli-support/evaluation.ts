/**
 * What of the evaluator the commands use, in one place.
 */
export {
	Attrs,
	AttrsBuilder,
	autoCall,
	callN,
	coercePlain,
	coerceToString,
	Context,
	ContextGatherer,
	EvalBaseError,
	EvalError,
	evalFile,
	type Evaluator,
	findDerivations,
	force,
	forceBool,
	forceList,
	forceStringNoContext,
	getAttr,
	isDerivation,
	type Lazy,
	NixPath,
	NixString,
	PackageInfo,
	parseAttrPath,
	printExpression,
	printForError,
	selectAlongPath,
	showType,
	suggest,
	type Suggestion,
	Thunk,
	TypeError,
	type Value,
	wellKnown,
	withTrace,
} from "@tsnix/eval";
export type { Code } from "../../../eval/src/nodes/code";
export { copyToStore } from "../../../eval/src/runtime/copy-to-store";
export { compileFile } from "../../../eval/src/runtime/files";
export { findFile, isPseudoUrl, lookupPathOf, parseLookupEntry } from "../../../eval/src/runtime/lookup-path";
export { resolveExprPath, showNixPath } from "../../../eval/src/runtime/source-path";
export { didYouMean } from "../../../eval/src/text/suggestions";
