import { NixError } from "@tsnix/store";
import { type IndentedPart, stripIndentation } from "./indented-strings";
import type { Lexer } from "./lexer";
import type { Lints, ParseOptions } from "./parse-options";
import { resolveLiteral } from "./path-literals";
import { syntaxFailure, TokenReader } from "./token-reader";
import { Token } from "./tokens";
import { ConcatStringsExpr, type Expr, PathExpr, StringExpr } from "./tree";

/** Parses strings, indented strings and paths, with what is interpolated in them. */
export abstract class LiteralParser extends TokenReader {
	protected readonly lints: Lints | undefined;
	private readonly basePath: string;
	private readonly pureEval: boolean;

	constructor(lexer: Lexer, options: ParseOptions) {
		super(lexer, options);
		this.basePath = options.basePath;
		this.lints = options.lints;
		this.pureEval = options.pureEval ?? false;
	}

	protected abstract expression(): Expr;

	/** What is between double quotes: a string if nothing is interpolated. */
	protected stringParts(): string | Expr {
		const lexer = this.lexer;
		const start = lexer.start;
		let text = "";
		if (this.is(Token.Str)) {
			text = lexer.text;
			lexer.next();
			if (!this.is(Token.DollarCurly)) return text;
		} else if (!this.is(Token.DollarCurly)) return "";
		const parts: Expr[] = [];
		const positions: number[] = [];
		if (lexer.start !== start) {
			parts.push(new StringExpr(text));
			positions.push(start);
		}
		this.interpolations(parts, positions);
		return new ConcatStringsExpr(true, parts, positions, start);
	}

	/** Interpolations and text, as many as there are. */
	private interpolations(parts: Expr[], positions: number[]): void {
		const lexer = this.lexer;
		for (;;) {
			const pos = lexer.start;
			if (this.is(Token.Str)) {
				parts.push(new StringExpr(lexer.text));
				lexer.next();
			} else if (this.is(Token.DollarCurly)) {
				lexer.next();
				parts.push(this.expression());
				this.expect(Token.CurlyClose);
			} else return;
			positions.push(pos);
		}
	}

	protected indentedString(start: number): Expr {
		const lexer = this.lexer;
		lexer.next();
		const parts: IndentedPart[] = [];
		for (;;) {
			const pos = lexer.start;
			if (this.is(Token.IndStr)) {
				parts.push({ pos, value: lexer.text, indented: lexer.indented });
				lexer.next();
			} else if (this.is(Token.DollarCurly)) {
				lexer.next();
				parts.push({ pos, value: this.expression(), indented: false });
				this.expect(Token.CurlyClose);
			} else break;
		}
		if (!this.is(Token.IndClose)) throw syntaxFailure;
		const e = stripIndentation(parts, start);
		lexer.next();
		return e;
	}

	protected path(start: number): Expr {
		const lexer = this.lexer;
		const path = this.is(Token.Path) ? this.pathLiteral(lexer.text, start) : this.homePath(lexer.text, start);
		lexer.next();
		if (this.is(Token.PathEnd)) {
			lexer.next();
			return path;
		}
		const parts: Expr[] = [path];
		const positions = [start];
		if (this.is(Token.Str)) {
			// Text that follows at once, after a doubled slash, has to lead to an interpolation.
			parts.push(new StringExpr(lexer.text));
			positions.push(lexer.start);
			lexer.next();
		}
		if (!this.is(Token.DollarCurly)) throw syntaxFailure;
		this.interpolations(parts, positions);
		this.expect(Token.PathEnd);
		return new ConcatStringsExpr(false, parts, positions, start);
	}

	private pathLiteral(literal: string, start: number): Expr {
		if (literal.startsWith("/")) {
			const message =
				"absolute path literals are not portable. " +
				`Consider replacing path literal '${literal}' by a string, relative path, or parameter`;
			this.lint(this.lints?.absolutePath, "lint-absolute-path-literals", message, start);
			return new PathExpr(resolveLiteral(literal, "/"), "absolute", start);
		}
		if (!literal.startsWith(".")) {
			const message = `relative path literal '${literal}' should be prefixed with '.' for clarity: './${literal}'`;
			this.lint(this.lints?.shortPath, "lint-short-path-literals", message, start);
		}
		return new PathExpr(resolveLiteral(literal, this.basePath), "base", start);
	}

	private homePath(literal: string, start: number): Expr {
		if (this.pureEval)
			throw new NixError("NIX_PURE_HOME_PATH", `the path '${literal}' can not be resolved in pure mode`);
		const message =
			"home path literals are not portable. " +
			`Consider replacing path literal '${literal}' by a string, relative path, or parameter`;
		this.lint(this.lints?.absolutePath, "lint-absolute-path-literals", message, start);
		return new PathExpr(literal, "home", start);
	}
}
