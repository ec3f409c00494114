/**
 * What the packages above use of the evaluator's inside, beside its public API (`index.ts`): another entry of the same
 * build, so that a class is the same class by either. No part of what is promised to others.
 */
export type { PosIdx } from "./errors/positions";
export { filterEscapes } from "./errors/terminal";
export { Code } from "./nodes/code";
export { addToStore, allowClosure, allowPath, copyToStore, mountTree } from "./runtime/copy-to-store";
export { compileFile } from "./runtime/files";
export { findFile, isPseudoUrl, lookupPathOf, parseLookupEntry } from "./runtime/lookup-path";
export { maybeLstat, readFile, resolveExprPath, showNixPath } from "./runtime/source-path";
export { isBlackhole } from "./runtime/thunk";
export { printIdentifier } from "./syntax/identifiers";
export { AttrsExpr, LambdaExpr, ListExpr } from "./syntax/tree";
export { type JSONHandler, JSONParseError, parseJSON } from "./text/json";
export { parseDrvName } from "./text/version";
