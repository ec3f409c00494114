import { NixError } from "@tsnix/store";
import { limitError, withLimits } from "../errors/limits";
import { ParseError } from "../errors/parse-error";
import { addInheritSource, Bindings, setDoc, sortAttrs } from "./bindings";
import { sortFormals } from "./formals";
import type { IndentedPart } from "./indented-strings";
import { stripIndentation } from "./indented-strings";
import { Lexer } from "./lexer";
import { resolveLiteral } from "./path-literals";
import type { Spans } from "./spans";
import type { Symbol, SymbolTable } from "./symbols";
import { syntaxError } from "./syntax-error/syntax-error";
import { Token } from "./tokens";
import type { AttrName, Expr, ParseWarning, SyntaxTree } from "./tree";
import {
	AssertExpr,
	AttrDef,
	AttrKind,
	AttrsExpr,
	BinaryExpr,
	type BinaryKind,
	CallExpr,
	ConcatStringsExpr,
	CurPosExpr,
	FloatExpr,
	Formal,
	HasAttrExpr,
	IfExpr,
	InheritFromExpr,
	IntExpr,
	Kind,
	LambdaExpr,
	LetExpr,
	ListExpr,
	NotExpr,
	PathExpr,
	SelectExpr,
	StringExpr,
	VarExpr,
	WithExpr,
} from "./tree";

/** What a lint does when it finds something. */
export type LintLevel = "ignore" | "warn" | "fatal";

/** The settings `lint-url-literals`, `lint-short-path-literals` and `lint-absolute-path-literals`. */
export interface Lints {
	readonly url?: LintLevel;
	readonly shortPath?: LintLevel;
	readonly absolutePath?: LintLevel;
}

export interface ParseOptions {
	/** Where names are interned, in the reference's order. */
	readonly symbols: SymbolTable;
	/** The absolute folder that relative path literals start from. */
	readonly basePath: string;
	readonly features?: { readonly pipeOperators?: boolean };
	/** All "ignore" unless told. */
	readonly lints?: Lints;
	/** Whether `~/…` is an error. */
	readonly pureEval?: boolean;
}

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
		const isSyntax = error === failure || lexer.failed;
		const told = isSyntax
			? withLimits(() => syntaxError(new Lexer(source, options.features?.pipeOperators ?? false), bindings))
			: limitError(error);
		if (told instanceof ParseError) told.warnings = parser.warnings;
		throw told;
	}
};

const noDocs: SyntaxTree["docs"] = new Map();
const noWarnings: readonly ParseWarning[] = [];

/** Thrown at text that is no expression; what is wrong with it is then found by {@link syntaxError}. */
const failure = { failure: "syntax" };

/** How tightly each operator binds, by token; 0 for what is none. */
const precedence = new Uint8Array(64);
const enum Binds {
	Not = 7,
	Question = 11,
	Negate = 12,
}
/** The least an operand's operators have to bind, by the operator before it. */
const operandMinimum = new Uint8Array(64);
const nonAssociative = new Uint8Array(64);
for (const [level, associativity, tokens] of [
	[1, "right", [Token.Impl]],
	[2, "left", [Token.Or]],
	[3, "left", [Token.And]],
	[4, "none", [Token.Eq, Token.NEq]],
	[5, "none", [Token.Less, Token.Greater, Token.LEq, Token.GEq]],
	[6, "right", [Token.Update]],
	[8, "left", [Token.Plus, Token.Minus]],
	[9, "left", [Token.Times, Token.Divide]],
	[10, "right", [Token.Concat]],
	[Binds.Question, "left", [Token.Question]],
] as const)
	for (const token of tokens) {
		precedence[token] = level;
		operandMinimum[token] = associativity === "right" ? level : level + 1;
		nonAssociative[token] = associativity === "none" ? 1 : 0;
	}

/** Whether a token begins an operand that a function can be applied to. */
const beginsOperand = new Uint8Array(64);
for (const token of [
	Token.Id,
	Token.Int,
	Token.Float,
	Token.Quote,
	Token.IndOpen,
	Token.Path,
	Token.HomePath,
	Token.SearchPath,
	Token.Uri,
	Token.ParenOpen,
	Token.Let,
	Token.Rec,
	Token.CurlyOpen,
	Token.BracketOpen,
])
	beginsOperand[token] = 1;

/**
 * A recursive-descent parser, with precedence climbing for the operators. Each method starts at the current token and
 * leaves the first token after what it parsed. Checks that can fail come before the next token is read, and symbols
 * are created in the order in which the reference's bottom-up parser does.
 *
 * Long for being the grammar, which is one thing.
 */
class Parser {
	warnings = noWarnings;
	private readonly symbols: SymbolTable;
	private readonly source: string;
	private readonly basePath: string;
	private readonly definitions: Bindings;
	private readonly lints: Lints | undefined;
	private readonly pureEval: boolean;
	/** The expression that {@link select} just made of `f or`, and where that ends. */
	private cursed: Expr | undefined = undefined;
	private cursedEnd = 0;

	constructor(
		private readonly lexer: Lexer,
		options: ParseOptions,
		private readonly spans: Spans | undefined,
	) {
		this.symbols = options.symbols;
		this.source = lexer.source;
		this.definitions = new Bindings(options.symbols, lexer);
		this.basePath = options.basePath;
		this.lints = options.lints;
		this.pureEval = options.pureEval ?? false;
	}

	parseWhole(): Expr {
		this.lexer.next();
		const root = this.expression();
		if (!this.is(Token.End)) throw failure;
		this.definitions.finish();
		return root;
	}

	parseBindingsOnly(): AttrsExpr {
		this.lexer.next();
		const attrs = new AttrsExpr(-1);
		if (this.is(Token.End)) throw failure;
		this.bindings(attrs);
		if (!this.is(Token.End)) throw failure;
		this.definitions.finish();
		return attrs;
	}

	private is(token: Token): boolean {
		return this.lexer.token === token;
	}

	private expect(token: Token): void {
		if (this.lexer.token !== token) throw failure;
		this.lexer.next();
	}

	private symbol(start: number, end: number): Symbol {
		return this.symbols.createSlice(this.source, start, end);
	}

	private wellKnown(name: string): VarExpr {
		return new VarExpr(this.symbols.create(name), -1);
	}

	private warn(message: string, pos: number): void {
		this.warnings = [...this.warnings, { message, pos }];
	}

	private lint(level: LintLevel | undefined, setting: string, message: string, pos: number): void {
		if (level === undefined || level === "ignore") return;
		if (level === "fatal") throw new ParseError(`${message} (${setting})`, pos);
		this.warn(`${message} (${setting})`, pos);
	}

	/** Any expression. */
	private expression(): Expr {
		const lexer = this.lexer;
		const start = lexer.start;
		switch (lexer.token) {
			case Token.Id: {
				const end = lexer.end;
				lexer.next();
				if (this.is(Token.Colon)) {
					lexer.next();
					const body = this.expression();
					return this.documented(new LambdaExpr(this.symbol(start, end), undefined, false, body, start));
				}
				if (this.is(Token.At)) {
					lexer.next();
					if (!this.is(Token.CurlyOpen)) throw failure;
					lexer.next();
					const formals: Formal[] = [];
					const ellipsis = this.formals(formals, -1, 0);
					this.expect(Token.Colon);
					const body = this.expression();
					const arg = this.symbol(start, end);
					sortFormals(formals, arg, start, this.symbols);
					return this.documented(new LambdaExpr(arg, formals, ellipsis, body, start));
				}
				return this.continued(this.variable(start, end), start);
			}
			case Token.CurlyOpen:
				return this.setOrFunction(start);
			case Token.Assert: {
				lexer.next();
				const condition = this.expression();
				this.expect(Token.Semicolon);
				return new AssertExpr(condition, this.expression(), start);
			}
			case Token.With: {
				lexer.next();
				const attrs = this.expression();
				this.expect(Token.Semicolon);
				return new WithExpr(attrs, this.expression(), start);
			}
			case Token.Let: {
				lexer.next();
				if (this.is(Token.CurlyOpen)) return this.continued(this.legacyLet(start), start);
				const attrs = new AttrsExpr(-1);
				this.bindings(attrs);
				this.expect(Token.In);
				const body = this.expression();
				if (attrs.dynamic.length > 0) throw new ParseError("dynamic attributes not allowed in let", start);
				return new LetExpr(attrs, body);
			}
			case Token.If: {
				lexer.next();
				const condition = this.expression();
				this.expect(Token.Then);
				const then = this.expression();
				this.expect(Token.Else);
				return new IfExpr(condition, then, this.expression(), start);
			}
			default:
				return this.pipes(this.operation(1));
		}
	}

	/** What may follow an operand with which an expression began. */
	private continued(operand: Expr, start: number): Expr {
		return this.pipes(this.operators(this.application(this.select(operand, start), start), start, 1));
	}

	private documented(lambda: LambdaExpr): LambdaExpr {
		const doc = this.lexer.docs?.get(lambda.pos);
		if (doc !== undefined) setDoc(lambda, doc);
		return lambda;
	}

	/** At a `{` that begins an expression: a set, or a function that takes one. */
	private setOrFunction(start: number): Expr {
		const lexer = this.lexer;
		lexer.next();
		if (this.is(Token.Ellipsis)) return this.functionOfSet(start, -1, 0);
		if (this.is(Token.CurlyClose)) {
			const close = lexer.start;
			lexer.next();
			if (this.is(Token.Colon) || this.is(Token.At)) return this.functionAfterFormals(start, [], false);
			const empty = new AttrsExpr(start);
			this.spans?.set(empty, { open: start, close, bindings: [], inherited: [] });
			return this.continued(empty, start);
		}
		const attrs = new AttrsExpr(start);
		this.spans?.set(attrs, { open: start, close: start, bindings: [], inherited: [] });
		if (this.is(Token.Id)) {
			const nameStart = lexer.start;
			const nameEnd = lexer.end;
			lexer.next();
			if (this.is(Token.Comma) || this.is(Token.Question) || this.is(Token.CurlyClose))
				return this.functionOfSet(start, nameStart, nameEnd);
			this.binding(attrs, this.symbol(nameStart, nameEnd), nameStart);
		}
		this.bindings(attrs);
		this.closeSet(attrs);
		return this.continued(attrs, start);
	}

	private functionOfSet(start: number, nameStart: number, nameEnd: number): Expr {
		const formals: Formal[] = [];
		const ellipsis = this.formals(formals, nameStart, nameEnd);
		return this.functionAfterFormals(start, formals, ellipsis);
	}

	private functionAfterFormals(start: number, formals: Formal[], ellipsis: boolean): Expr {
		const lexer = this.lexer;
		let argStart = -1;
		let argEnd = -1;
		if (this.is(Token.At)) {
			lexer.next();
			if (!this.is(Token.Id)) throw failure;
			argStart = lexer.start;
			argEnd = lexer.end;
			lexer.next();
		}
		this.expect(Token.Colon);
		const body = this.expression();
		const arg = argStart < 0 ? -1 : this.symbol(argStart, argEnd);
		sortFormals(formals, arg, start, this.symbols);
		return this.documented(new LambdaExpr(arg, formals, ellipsis, body, start));
	}

	/**
	 * A function's formal arguments up to and with the `}`; the name of the first may already have been read. Tells
	 * whether there is an ellipsis.
	 */
	private formals(formals: Formal[], nameStart: number, nameEnd: number): boolean {
		const lexer = this.lexer;
		let ellipsis = false;
		let start = nameStart;
		let end = nameEnd;
		for (;;) {
			if (start < 0) {
				if (this.is(Token.Ellipsis)) {
					ellipsis = true;
					lexer.next();
					break;
				}
				if (!this.is(Token.Id)) break;
				start = lexer.start;
				end = lexer.end;
				lexer.next();
			}
			let fallback: Expr | undefined;
			if (this.is(Token.Question)) {
				lexer.next();
				fallback = this.expression();
			}
			formals.push(new Formal(this.symbol(start, end), fallback, start));
			start = -1;
			if (!this.is(Token.Comma)) break;
			lexer.next();
		}
		this.expect(Token.CurlyClose);
		return ellipsis;
	}

	private pipes(first: Expr): Expr {
		const lexer = this.lexer;
		if (this.is(Token.PipeFrom)) {
			const pos = lexer.start;
			lexer.next();
			const right = this.pipedFrom();
			return call(first, right, pos);
		}
		let left = first;
		while (this.is(Token.PipeInto)) {
			const pos = lexer.start;
			lexer.next();
			left = call(this.operation(1), left, pos);
		}
		return left;
	}

	private pipedFrom(): Expr {
		const lexer = this.lexer;
		const left = this.operation(1);
		if (!this.is(Token.PipeFrom)) return left;
		const pos = lexer.start;
		lexer.next();
		return call(left, this.pipedFrom(), pos);
	}

	/** An operand and the operators after it that bind at least as tightly as `minimum`. */
	private operation(minimum: number): Expr {
		const lexer = this.lexer;
		const start = lexer.start;
		let left: Expr;
		if (this.is(Token.Bang)) {
			lexer.next();
			left = new NotExpr(this.operation(Binds.Not + 1));
		} else if (this.is(Token.Minus)) {
			lexer.next();
			const operand = this.operation(Binds.Negate + 1);
			left = new CallExpr(this.wellKnown("__sub"), [new IntExpr(0), operand], start);
		} else left = this.application(this.select(this.operand(), start), start);
		return this.operators(left, start, minimum);
	}

	private operators(first: Expr, start: number, minimum: number): Expr {
		const lexer = this.lexer;
		let left = first;
		for (;;) {
			const token = lexer.token;
			const binds = precedence[token];
			if (binds < minimum) return left;
			const pos = lexer.start;
			lexer.next();
			if (token === Token.Question) {
				left = new HasAttrExpr(left, this.attrPath());
				continue;
			}
			const rightStart = lexer.start;
			const right = this.operation(operandMinimum[token]);
			left = this.binary(token, left, start, right, rightStart, pos);
			if (nonAssociative[token] === 1 && precedence[lexer.token] === binds) throw failure;
		}
	}

	private binary(token: Token, left: Expr, leftStart: number, right: Expr, rightStart: number, pos: number): Expr {
		switch (token) {
			case Token.Plus:
				return new ConcatStringsExpr(false, [left, right], [leftStart, rightStart], pos);
			case Token.Minus:
				return new CallExpr(this.wellKnown("__sub"), [left, right], pos);
			case Token.Times:
				return new CallExpr(this.wellKnown("__mul"), [left, right], pos);
			case Token.Divide:
				return new CallExpr(this.wellKnown("__div"), [left, right], pos);
			case Token.Less:
				return new CallExpr(this.wellKnown("__lessThan"), [left, right], pos);
			case Token.Greater:
				return new CallExpr(this.wellKnown("__lessThan"), [right, left], pos);
			case Token.LEq:
				return new NotExpr(new CallExpr(this.wellKnown("__lessThan"), [right, left], pos));
			case Token.GEq:
				return new NotExpr(new CallExpr(this.wellKnown("__lessThan"), [left, right], pos));
			case Token.Eq:
				return new BinaryExpr(Kind.Eq, left, right, -1);
			case Token.NEq:
				return new BinaryExpr(Kind.NEq, left, right, -1);
			default:
				return new BinaryExpr(binaryKind(token), left, right, pos);
		}
	}

	/** The arguments that follow a function. */
	private application(fn: Expr, start: number): Expr {
		const lexer = this.lexer;
		let left = fn;
		while (beginsOperand[lexer.token] === 1) {
			const argStart = lexer.start;
			const arg = this.select(this.operand(), argStart);
			left = call(left, arg, start);
			this.warnIfCursed(arg);
		}
		return left;
	}

	/** The attribute path that may follow an operand, with its `or` fallback; or the `or` that follows a function. */
	private select(subject: Expr, start: number): Expr {
		const lexer = this.lexer;
		if (this.is(Token.Dot)) {
			lexer.next();
			const path = this.attrPath();
			let fallback: Expr | undefined;
			if (this.is(Token.OrKw)) {
				lexer.next();
				const fallbackStart = lexer.start;
				fallback = this.select(this.operand(), fallbackStart);
				this.warnIfCursed(fallback);
			}
			this.cursed = undefined;
			return new SelectExpr(subject, path, fallback, start);
		}
		if (this.is(Token.OrKw)) {
			const or = new VarExpr(this.symbols.create("or"), start);
			this.cursed = new CallExpr(subject, [or], start);
			this.cursedEnd = lexer.end;
			lexer.next();
			return this.cursed;
		}
		this.cursed = undefined;
		return subject;
	}

	/** Nixpkgs has a function named `or`, so `f or` is a call; but that binds tighter than other calls. */
	private warnIfCursed(e: Expr): void {
		if (this.cursed === undefined || this.cursed !== e) return;
		const pos = (e as CallExpr).pos;
		const text = this.source.slice(pos, this.cursedEnd);
		this.warn(
			`at %at%: This expression uses \`or\` as an identifier in a way that will change in a future Nix release.\n` +
				`Wrap this entire expression in parentheses to preserve its current meaning:\n    (${text})\n` +
				`Give feedback at https://github.com/NixOS/nix/pull/11121`,
			pos,
		);
	}

	private variable(start: number, end: number): Expr {
		return end - start === 8 && this.source.startsWith("__curPos", start)
			? new CurPosExpr(start)
			: new VarExpr(this.symbols.createSlice(this.source, start, end), start);
	}

	/** An expression without operators around it. */
	private operand(): Expr {
		const lexer = this.lexer;
		const start = lexer.start;
		switch (lexer.token) {
			case Token.Id: {
				const e = this.variable(start, lexer.end);
				lexer.next();
				return e;
			}
			case Token.Int: {
				const e = new IntExpr(lexer.value as number | bigint);
				lexer.next();
				return e;
			}
			case Token.Float: {
				const e = new FloatExpr(lexer.value as number);
				lexer.next();
				return e;
			}
			case Token.Quote: {
				lexer.next();
				const parts = this.stringParts();
				this.expect(Token.Quote);
				return typeof parts === "string" ? new StringExpr(parts) : parts;
			}
			case Token.IndOpen:
				return this.indentedString(start);
			case Token.Path:
			case Token.HomePath:
				return this.path(start);
			case Token.SearchPath: {
				const name = lexer.text;
				lexer.next();
				return new CallExpr(this.wellKnown("__findFile"), [this.wellKnown("__nixPath"), new StringExpr(name)], start);
			}
			case Token.Uri: {
				const url = lexer.text;
				const level = this.lints?.url;
				const verdict = level === "fatal" ? "disallowed" : "discouraged";
				const message = `URL literals are ${verdict}. Consider using a string literal "${url}" instead`;
				this.lint(level, "lint-url-literals", message, start);
				lexer.next();
				return new StringExpr(url);
			}
			case Token.ParenOpen: {
				lexer.next();
				const e = this.expression();
				this.expect(Token.ParenClose);
				return e;
			}
			case Token.Let:
				lexer.next();
				if (!this.is(Token.CurlyOpen)) throw failure;
				return this.legacyLet(start);
			case Token.Rec: {
				lexer.next();
				const attrs = this.set(start);
				attrs.recursive = true;
				return attrs;
			}
			case Token.CurlyOpen:
				return this.set(start);
			case Token.BracketOpen:
				return this.list();
			default:
				throw failure;
		}
	}

	private list(): Expr {
		const lexer = this.lexer;
		lexer.next();
		const elements: Expr[] = [];
		while (beginsOperand[lexer.token] === 1) {
			const start = lexer.start;
			const element = this.select(this.operand(), start);
			elements.push(element);
			this.warnIfCursed(element);
		}
		this.expect(Token.BracketClose);
		return new ListExpr(elements);
	}

	/** From the `{` to the `}`. */
	private set(pos: number): AttrsExpr {
		const open = this.lexer.start;
		this.expect(Token.CurlyOpen);
		const attrs = new AttrsExpr(pos);
		this.spans?.set(attrs, { open, close: open, bindings: [], inherited: [] });
		this.bindings(attrs);
		this.closeSet(attrs);
		return attrs;
	}

	private closeSet(attrs: AttrsExpr): void {
		const span = this.spans?.get(attrs);
		if (span !== undefined) span.close = this.lexer.start;
		this.expect(Token.CurlyClose);
	}

	/** `let { …, body = … }`, from the `{`: the `body` of a recursive set. */
	private legacyLet(start: number): Expr {
		const attrs = this.set(start);
		attrs.recursive = true;
		return new SelectExpr(attrs, [this.symbols.create("body")], undefined, -1);
	}

	/** Attribute definitions, as many as there are. */
	private bindings(attrs: AttrsExpr): void {
		const lexer = this.lexer;
		for (;;) {
			switch (lexer.token) {
				case Token.Id:
				case Token.OrKw:
				case Token.Quote:
				case Token.DollarCurly: {
					const pos = lexer.start;
					this.binding(attrs, this.attrName(), pos);
					break;
				}
				case Token.Inherit:
					this.inherit(attrs);
					break;
				default:
					sortAttrs(attrs);
					return;
			}
		}
	}

	/** The rest of a definition whose path begins with `first`, at `pos`. */
	private binding(attrs: AttrsExpr, first: AttrName, pos: number): void {
		const lexer = this.lexer;
		const path = [first];
		this.attrPathRest(path);
		const pathEnd = lexer.previousEnd;
		this.expect(Token.Assign);
		const valueStart = lexer.start;
		const value = this.expression();
		if (!this.is(Token.Semicolon)) throw failure;
		this.spans?.get(attrs)?.bindings.push({
			path,
			value,
			start: pos,
			pathEnd,
			valueStart,
			valueEnd: lexer.previousEnd,
			end: lexer.end,
		});
		this.definitions.add(attrs, path, pos, value, valueStart);
		lexer.next();
	}

	private inherit(attrs: AttrsExpr): void {
		const lexer = this.lexer;
		lexer.next();
		let source: Expr | undefined;
		let sourceStart = 0;
		if (this.is(Token.ParenOpen)) {
			lexer.next();
			sourceStart = lexer.start;
			source = this.expression();
			this.expect(Token.ParenClose);
		}
		const names: Symbol[] = [];
		const positions: number[] = [];
		while (!this.is(Token.Semicolon)) {
			positions.push(lexer.start);
			names.push(this.inheritedName());
		}
		this.spans?.get(attrs)?.inherited.push(...names);
		const from = source && new InheritFromExpr(addInheritSource(attrs, source), sourceStart);
		for (let i = 0; i < names.length; i++) {
			const name = names[i];
			const pos = positions[i];
			this.definitions.inherit(
				attrs,
				from === undefined
					? new AttrDef(name, new VarExpr(name, pos), pos, AttrKind.Inherited)
					: new AttrDef(name, new SelectExpr(from, [name], undefined, pos), pos, AttrKind.InheritedFrom),
			);
		}
		lexer.next();
	}

	private inheritedName(): Symbol {
		const start = this.lexer.start;
		const name = this.attrNameToLastToken();
		if (typeof name !== "number") throw new ParseError("dynamic attributes not allowed in inherit", start);
		this.lexer.next();
		return name;
	}

	private attrPath(): AttrName[] {
		const path = [this.attrName()];
		this.attrPathRest(path);
		return path;
	}

	private attrPathRest(path: AttrName[]): void {
		const lexer = this.lexer;
		while (this.is(Token.Dot)) {
			lexer.next();
			path.push(this.attrName());
		}
	}

	private attrName(): AttrName {
		const name = this.attrNameToLastToken();
		this.lexer.next();
		return name;
	}

	/** A step of an attribute path; its last token stays the current one. */
	private attrNameToLastToken(): AttrName {
		const lexer = this.lexer;
		switch (lexer.token) {
			case Token.Id:
			case Token.OrKw:
				return this.symbol(lexer.start, lexer.end);
			case Token.Quote: {
				lexer.next();
				const parts = this.stringParts();
				if (!this.is(Token.Quote)) throw failure;
				return typeof parts === "string" ? this.symbols.create(parts) : parts;
			}
			case Token.DollarCurly: {
				lexer.next();
				const e = this.expression();
				if (!this.is(Token.CurlyClose)) throw failure;
				return e.kind === Kind.String ? this.symbols.create(e.value) : e;
			}
			default:
				throw failure;
		}
	}

	/** What is between double quotes: a string if nothing is interpolated. */
	private stringParts(): string | Expr {
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

	private indentedString(start: number): Expr {
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
		if (!this.is(Token.IndClose)) throw failure;
		const e = stripIndentation(parts, start);
		lexer.next();
		return e;
	}

	private path(start: number): Expr {
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
		if (!this.is(Token.DollarCurly)) throw failure;
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

/** The call of a function with one more argument. */
const call = (fn: Expr, arg: Expr, pos: number): Expr => {
	if (fn.kind !== Kind.Call) return new CallExpr(fn, [arg], pos);
	fn.args.push(arg);
	return fn;
};

const binaryKind = (token: Token): BinaryKind => {
	switch (token) {
		case Token.And:
			return Kind.And;
		case Token.Or:
			return Kind.Or;
		case Token.Impl:
			return Kind.Impl;
		case Token.Update:
			return Kind.Update;
		default:
			return Kind.Concat;
	}
};
