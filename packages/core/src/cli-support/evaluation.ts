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
export type { Code } from "@tsnix/eval/internal";
export { copyToStore } from "@tsnix/eval/internal";
export { compileFile } from "@tsnix/eval/internal";
export { findFile, isPseudoUrl, lookupPathOf, parseLookupEntry } from "@tsnix/eval/internal";
export { resolveExprPath, showNixPath } from "@tsnix/eval/internal";
export { didYouMean } from "@tsnix/eval";
