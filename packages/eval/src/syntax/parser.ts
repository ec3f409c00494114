import { ParseError } from "../errors/parse-error";
import { setDoc } from "./bindings";
import { sortFormals } from "./formals";
import { Binds, binaryKind, nonAssociative, operandMinimum, precedence } from "./operators";
import { SetParser } from "./set-parser";
import { syntaxFailure } from "./token-reader";
import { Token } from "./tokens";
import {
	AssertExpr,
	AttrsExpr,
	BinaryExpr,
	type Expr,
	CallExpr,
	ConcatStringsExpr,
	CurPosExpr,
	FloatExpr,
	Formal,
	HasAttrExpr,
	IfExpr,
	IntExpr,
	Kind,
	LambdaExpr,
	LetExpr,
	ListExpr,
	NotExpr,
	SelectExpr,
	StringExpr,
	VarExpr,
	WithExpr,
} from "./tree";

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
 */
export class Parser extends SetParser {
	/** The expression that {@link select} just made of `f or`, and where that ends. */
	private cursed: Expr | undefined = undefined;
	private cursedEnd = 0;

	parseWhole(): Expr {
		this.lexer.next();
		const root = this.expression();
		if (!this.is(Token.End)) throw syntaxFailure;
		this.definitions.finish();
		return root;
	}

	parseBindingsOnly(): AttrsExpr {
		this.lexer.next();
		const attrs = new AttrsExpr(-1);
		if (this.is(Token.End)) throw syntaxFailure;
		this.bindings(attrs);
		if (!this.is(Token.End)) throw syntaxFailure;
		this.definitions.finish();
		return attrs;
	}

	/** Any expression. */
	protected expression(): Expr {
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
					if (!this.is(Token.CurlyOpen)) throw syntaxFailure;
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
			if (!this.is(Token.Id)) throw syntaxFailure;
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
			if (nonAssociative[token] === 1 && precedence[lexer.token] === binds) throw syntaxFailure;
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
				if (!this.is(Token.CurlyOpen)) throw syntaxFailure;
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
				throw syntaxFailure;
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
}

/** The call of a function with one more argument. */
const call = (fn: Expr, arg: Expr, pos: number): Expr => {
	if (fn.kind !== Kind.Call) return new CallExpr(fn, [arg], pos);
	fn.args.push(arg);
	return fn;
};
