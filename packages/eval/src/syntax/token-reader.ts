import { ParseError } from "../errors/parse-error";
import type { Lexer } from "./lexer";
import type { LintLevel, ParseOptions } from "./parse-options";
import type { Symbol, SymbolTable } from "./symbols";
import type { Token } from "./tokens";
import { type ParseWarning, VarExpr } from "./tree";

/** Thrown at text that is no expression; what is wrong with it is then found by `syntaxError`. */
export const syntaxFailure = { failure: "syntax" };

const noWarnings: readonly ParseWarning[] = [];

/** What every part of a parser does: looking at the current token, interning names, warning. */
export abstract class TokenReader {
	warnings = noWarnings;
	protected readonly symbols: SymbolTable;
	protected readonly source: string;

	constructor(
		protected readonly lexer: Lexer,
		options: ParseOptions,
	) {
		this.symbols = options.symbols;
		this.source = lexer.source;
	}

	protected is(token: Token): boolean {
		return this.lexer.token === token;
	}

	protected expect(token: Token): void {
		if (this.lexer.token !== token) throw syntaxFailure;
		this.lexer.next();
	}

	protected symbol(start: number, end: number): Symbol {
		return this.symbols.createSlice(this.source, start, end);
	}

	protected wellKnown(name: string): VarExpr {
		return new VarExpr(this.symbols.create(name), -1);
	}

	protected warn(message: string, pos: number): void {
		this.warnings = [...this.warnings, { message, pos }];
	}

	protected lint(level: LintLevel | undefined, setting: string, message: string, pos: number): void {
		if (level === undefined || level === "ignore") return;
		if (level === "fatal") throw new ParseError(`${message} (${setting})`, pos);
		this.warn(`${message} (${setting})`, pos);
	}
}
