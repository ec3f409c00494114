import { ParseError } from "../errors/parse-error";
import { addInheritSource, Bindings, sortAttrs } from "./bindings";
import type { Lexer } from "./lexer";
import { LiteralParser } from "./literal-parser";
import type { ParseOptions } from "./parse-options";
import type { Spans } from "./spans";
import type { Symbol } from "./symbols";
import { syntaxFailure } from "./token-reader";
import { Token } from "./tokens";
import {
	AttrDef,
	AttrKind,
	type AttrName,
	AttrsExpr,
	type Expr,
	InheritFromExpr,
	Kind,
	SelectExpr,
	VarExpr,
} from "./tree";

/** Parses attribute sets, and the definitions of those and of `let`. */
export abstract class SetParser extends LiteralParser {
	protected readonly definitions: Bindings;

	constructor(
		lexer: Lexer,
		options: ParseOptions,
		protected readonly spans: Spans | undefined,
	) {
		super(lexer, options);
		this.definitions = new Bindings(options.symbols, lexer);
	}

	/** From the `{` to the `}`. */
	protected set(pos: number): AttrsExpr {
		const open = this.lexer.start;
		this.expect(Token.CurlyOpen);
		const attrs = new AttrsExpr(pos);
		this.spans?.set(attrs, { open, close: open, bindings: [], inherited: [] });
		this.bindings(attrs);
		this.closeSet(attrs);
		return attrs;
	}

	protected closeSet(attrs: AttrsExpr): void {
		const span = this.spans?.get(attrs);
		if (span !== undefined) span.close = this.lexer.start;
		this.expect(Token.CurlyClose);
	}

	/** `let { …, body = … }`, from the `{`: the `body` of a recursive set. */
	protected legacyLet(start: number): Expr {
		const attrs = this.set(start);
		attrs.recursive = true;
		return new SelectExpr(attrs, [this.symbols.create("body")], undefined, -1);
	}

	/** Attribute definitions, as many as there are. */
	protected bindings(attrs: AttrsExpr): void {
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
	protected binding(attrs: AttrsExpr, first: AttrName, pos: number): void {
		const lexer = this.lexer;
		const path = [first];
		this.attrPathRest(path);
		const pathEnd = lexer.previousEnd;
		this.expect(Token.Assign);
		const valueStart = lexer.start;
		const value = this.expression();
		if (!this.is(Token.Semicolon)) throw syntaxFailure;
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

	protected attrPath(): AttrName[] {
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
				if (!this.is(Token.Quote)) throw syntaxFailure;
				return typeof parts === "string" ? this.symbols.create(parts) : parts;
			}
			case Token.DollarCurly: {
				lexer.next();
				const e = this.expression();
				if (!this.is(Token.CurlyClose)) throw syntaxFailure;
				return e.kind === Kind.String ? this.symbols.create(e.value) : e;
			}
			default:
				throw syntaxFailure;
		}
	}
}
