export { ParseError } from "./errors/parse-error";
export { type Lints, type ParseOptions, parse, parseBindings } from "./syntax/parser";
export { type PrintOptions, printExpression } from "./syntax/print";
export { SymbolTable } from "./syntax/symbols";
export type { Expr, SyntaxTree } from "./syntax/tree";
