/**
 * What the packages above use of the evaluator's inside, beside its public API (`index.ts`): another entry of the same
 * build, so that a class is the same class by either. No part of what is promised to others.
 */
export type { PosIdx } from "./errors/positions";
export { type DebugTrace, type Debugger, DebuggerQuit, type Halt } from "./debug/debugger";
export { filterEscapes } from "./errors/terminal";
export { Code, codeOf } from "./nodes/code";
export { adoptError } from "./runtime/adopt-error";
export { addToStore, allowClosure, allowPath, copyToStore, mountTree } from "./runtime/copy-to-store";
export { positionOf } from "./runtime/expect";
export { typeNames } from "./runtime/describe";
export { determinePos } from "./runtime/determine-pos";
export { compileFile, resetFileCache } from "./runtime/files";
export { lambdaExprOf } from "./runtime/lambda-expr";
export { findFile, isPseudoUrl, lookupPathOf, parseLookupEntry } from "./runtime/lookup-path";
export { printUnseen } from "./runtime/print-ambiguous";
export {
	maybeLstat,
	readDirectory,
	readFile,
	resolveExprPath,
	resolveSymlinks,
	showNixPath,
} from "./runtime/source-path";
export { tooDeep } from "./runtime/call";
export { isBlackhole } from "./runtime/thunk";
export { printIdentifier } from "./syntax/identifiers";
export { AttrsExpr, Kind, LambdaExpr, ListExpr, SelectExpr } from "./syntax/tree";
export { type JSONHandler, JSONParseError, parseJSON } from "./text/json";
export { RegexSyntaxError } from "./text/regex/errors";
export { compileRegex } from "./text/regex/regex";
export { compareVersions, parseDrvName } from "./text/version";
export { writeAttributes, type XMLAttributes } from "./text/xml";
