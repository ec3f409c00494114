/** The Nix language: what other packages, and programs, may use of it. */
export { type BuiltinDoc, builtinDocs, installBuiltins } from "./builtins";
export { derivationHashes } from "./builtins/derivation";
export { treeAttrs } from "./builtins/fetch-tree";
export * from "./errors/errors";
export { limitError } from "./errors/limits";
export { ParseError as SyntaxError } from "./errors/parse-error";
export { ParseError } from "./errors/parse-failure";
export { type Origin, PosTable } from "./errors/positions";
export { renderError, renderErrorBytes } from "./errors/render";
export { showPosition } from "./errors/show-position";
export type * from "./host";
export { dryStore } from "./hosts/dry-store";
export { memoryHost } from "./hosts/memory";
export { autoCall } from "./runtime/auto-call";
export { call1, call2, callN } from "./runtime/call";
export {
	coerceDerivation,
	coerceInterpolated,
	coerceMore,
	coercePlain,
	coerceToPath,
	coerceToString,
} from "./runtime/coerce";
export { equalValues, isDerivation } from "./runtime/compare";
export { Context, ContextGatherer, parseElement } from "./runtime/context";
export { describe, printForError, showType, type TypeName, typeOf } from "./runtime/describe";
export { type CompileOptions, Evaluator } from "./runtime/evaluator";
export * from "./runtime/expect";
export { evalFile } from "./runtime/files";
export { forceDeep } from "./runtime/force-deep";
export { canonPath } from "./runtime/paths";
export { printValue, type ValuePrintOptions } from "./runtime/print";
export { printAmbiguous } from "./runtime/print-ambiguous";
export { defaultSettings, type EvalSettings, type Lint } from "./runtime/settings";
export { AttrsBuilder, emptyAttrs, getAttr, mergeAttrs, Shape } from "./runtime/shape";
export { coerceToStorePath } from "./runtime/store-paths";
export { force } from "./runtime/thunk";
export { printValueAsJSON } from "./runtime/to-json";
export { printValueAsXML } from "./runtime/to-xml";
export * from "./runtime/values";
export { AttrPathNotFoundError, parseAttrPath, selectAlongPath } from "./select/attr-path";
export { findDerivations, PackageInfo } from "./select/derivations";
export { editFlakeInputs, FlakeEditError, type FlakeInputChange } from "./syntax/edit";
export { parse, parseBindings } from "./syntax/parse";
export type { Lints, ParseOptions } from "./syntax/parse-options";
export { printExpression } from "./syntax/print";
export { SymbolTable } from "./syntax/symbols";
export type { Expr, SyntaxTree } from "./syntax/tree";
export { newSymbolTable, wellKnown } from "./syntax/well-known";
export { didYouMean, type Suggestion, suggest } from "./text/suggestions";
