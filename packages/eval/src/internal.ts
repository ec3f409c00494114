/**
 * What the packages above use of the evaluator's inside, beside its public API (`index.ts`): another entry of the same
 * build, so that a class is the same class by either. No part of what is promised to others.
 */
export type { PosIdx } from "./errors/positions";
export { filterEscapes } from "./errors/terminal";
export { Code } from "./nodes/code";
export { adoptError } from "./runtime/adopt-error";
export { addToStore, allowClosure, allowPath, copyToStore, mountTree } from "./runtime/copy-to-store";
export { positionOf } from "./runtime/expect";
export { determinePos } from "./runtime/determine-pos";
export { compileFile } from "./runtime/files";
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
export { AttrsExpr, LambdaExpr, ListExpr } from "./syntax/tree";
export { type JSONHandler, JSONParseError, parseJSON } from "./text/json";
export { RegexSyntaxError } from "./text/regex/errors";
export { compileRegex } from "./text/regex/regex";
export { compareVersions, parseDrvName } from "./text/version";
