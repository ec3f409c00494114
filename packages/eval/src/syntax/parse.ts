import { limitError, withLimits } from "../errors/limits";
import { ParseError } from "../errors/parse-error";
import { Lexer } from "./lexer";
import type { ParseOptions } from "./parse-options";
import { Parser } from "./parser";
import type { Spans } from "./spans";
import { syntaxError } from "./syntax-error/syntax-error";
import { syntaxFailure } from "./token-reader";
import type { SyntaxTree } from "./tree";

/**
 * Parses a Nix expression (a byte string), as the reference's `lexer.l` and `parser.y` have it.
 *
 * Throws a {@link ParseError} worded as the reference words it. A `%at%` in its message, or in a warning's, stands for
 * a position: the error's `otherOffset`, the warning's `pos`.
 *
 * @example parse("x: x + 1", { symbols: new SymbolTable(), basePath: "/" }).root // a LambdaExpr
 */
export const parse = (source: string, options: ParseOptions): SyntaxTree => run(source, options, false);

/**
 * Parses attribute definitions without braces around them (`a = 1; inherit b;`), as the REPL takes them. The root is an
 * {@link AttrsExpr}. Throws like {@link parse}.
 */
export const parseBindings = (source: string, options: ParseOptions): SyntaxTree => run(source, options, true);

/** Parses like {@link parse}, and tells where attribute sets are written. */
export const parseWithSpans = (source: string, options: ParseOptions): SyntaxTree & { readonly spans: Spans } => {
	const spans: Spans = new Map();
	return { ...run(source, options, false, spans), spans };
};

const run = (source: string, options: ParseOptions, bindings: boolean, spans?: Spans): SyntaxTree => {
	const lexer = new Lexer(source, options.features?.pipeOperators ?? false);
	const parser = new Parser(lexer, options, spans);
	try {
		const root = bindings ? parser.parseBindingsOnly() : parser.parseWhole();
		return { root, symbols: options.symbols, source, docs: lexer.docs ?? noDocs, warnings: parser.warnings };
	} catch (error) {
		const isSyntax = error === syntaxFailure || lexer.failed;
		const told = isSyntax
			? withLimits(() => syntaxError(new Lexer(source, options.features?.pipeOperators ?? false), bindings))
			: limitError(error);
		if (told instanceof ParseError) told.warnings = parser.warnings;
		throw told;
	}
};

const noDocs: SyntaxTree["docs"] = new Map();
