import { ParseError } from "../errors/parse-error";
import { classes, digit, idPart, idStart, pathPart, schemePart, urlPart } from "./characters";
import { floatLiteral, integerLiteral } from "./numbers";
import { forbidNull, unescapeString } from "./string-literals";
import { Token } from "./tokens";

enum Mode {
	/** The outermost: a `}` does not leave it. */
	Initial = 0,
	Default = 1,
	String = 2,
	IndString = 3,
	/** Inside a path, where it may end. */
	Path = 4,
	/** Inside a path, after a slash, where it may not. */
	PathSlash = 5,
}

/** The token of each byte that is one by itself. */
const single = new Uint8Array(256).fill(Token.Invalid);
for (const [byte, token] of [
	["<", Token.Less],
	[">", Token.Greater],
	["+", Token.Plus],
	["-", Token.Minus],
	["*", Token.Times],
	["/", Token.Divide],
	["?", Token.Question],
	[":", Token.Colon],
	["@", Token.At],
	[";", Token.Semicolon],
	["!", Token.Bang],
	[".", Token.Dot],
	["(", Token.ParenOpen],
	[")", Token.ParenClose],
	["[", Token.BracketOpen],
	["]", Token.BracketClose],
	["=", Token.Assign],
	[",", Token.Comma],
] as const)
	single[byte.charCodeAt(0)] = token;
single[0] = Token.End;

/**
 * Reads tokens from a source. {@link next} moves to the next one, which is then described by the fields; at the end of
 * the source that is {@link Token.End}, again and again. Which token a text is follows from the longest match among
 * the language's rules, as in the reference; strings and paths, which come in pieces, have modes.
 *
 * The rules are all in this one file, which makes it long: they compete for the same first bytes.
 */
export class Lexer {
	token: Token = Token.End;
	/** Where the token starts and ends in the source. */
	start = 0;
	end = 0;
	/** Where the token before this one ends. */
	previousEnd = 0;
	/** What a string's piece means, or a path's or URL's text. */
	text = "";
	/** An integer's or float's value. Not a number at first, so that a float or a bigint changes no hidden class. */
	value: number | bigint | undefined = undefined;
	/** Of an indented string's piece: whether it was written as it is, so that its indentation counts. */
	indented = false;
	/** Whether an error was thrown by reading a token. */
	failed = false;
	/** Where an unexpected end of the source is reported. */
	endOfFile: number;
	/** Doc comments by the offset of the token they stand before. */
	docs: Map<number, { readonly begin: number; readonly end: number }> | undefined = undefined;

	private mode: Mode = Mode.Initial;
	private readonly outer: Mode[] = [];
	/** Up to here there is known to be a run of path characters that begins no path and no URL. */
	private plainUntil = 0;
	/** Where the piece of a path before this token's starts. */
	private startBefore = 0;

	constructor(
		readonly source: string,
		private readonly pipeOperators: boolean,
	) {
		this.endOfFile = source.length;
	}

	/** Moves to the next token. Throws a {@link ParseError} if there is none that is well-formed. */
	next(): void {
		switch (this.mode) {
			case Mode.Initial:
			case Mode.Default:
				this.nextDefault();
				break;
			case Mode.String:
				this.nextString();
				break;
			case Mode.IndString:
				this.nextIndString();
				break;
			default:
				this.nextPath();
		}
	}

	private push(mode: Mode): void {
		this.outer.push(this.mode);
		this.mode = mode;
	}

	private pop(): void {
		this.mode = this.outer.pop() ?? Mode.Initial;
	}

	private fail(message: string, offset: number): never {
		this.failed = true;
		throw new ParseError(message, offset);
	}

	private take(token: Token, start: number, end: number): void {
		this.token = token;
		this.start = start;
		this.end = end;
	}

	/** A piece of a string or path. */
	private takeText(token: Token, start: number, end: number, text: string): void {
		this.take(token, start, end);
		this.text = text;
	}

	private takeEnd(): void {
		this.take(Token.End, this.source.length, this.source.length);
	}

	/** Skips whitespace and comments; remembers a doc comment before what follows. */
	private skip(from: number): number {
		const source = this.source;
		let at = from;
		let docBegin = -1;
		let docEnd = 0;
		for (;;) {
			const c = source.charCodeAt(at);
			if (c === 0x20 || c === 0x0a || c === 0x09 || c === 0x0d) at++;
			else if (c === 0x23) {
				do at++;
				while (at < source.length && source.charCodeAt(at) !== 0x0a && source.charCodeAt(at) !== 0x0d);
			} else if (c === 0x2f && source.charCodeAt(at + 1) === 0x2a) {
				const close = source.indexOf("*/", at + 2);
				if (close < 0) break;
				const d = source.charCodeAt(at + 3);
				if (source.charCodeAt(at + 2) === 0x2a && d !== 0x2a && d !== 0x2f) {
					docBegin = at;
					docEnd = close + 2;
				}
				at = close + 2;
			} else break;
		}
		if (docBegin >= 0) this.remember(at, docBegin, docEnd);
		return at;
	}

	private remember(at: number, begin: number, end: number): void {
		this.docs ??= new Map();
		this.docs.set(at, { begin, end });
	}

	private nextDefault(): void {
		const source = this.source;
		let at = this.end;
		this.previousEnd = at;
		const first = source.charCodeAt(at);
		if (first === 0x20 || first === 0x0a || first === 0x23 || first === 0x2f || first === 0x09 || first === 0x0d) {
			at = this.skip(at);
		}
		if (at >= source.length) return this.takeEnd();
		const c = source.charCodeAt(at);
		const class_ = classes[c];
		if ((class_ & idStart) !== 0) {
			if (at < this.plainUntil || !this.pathOrUrl(at)) this.takeIdentifier(at);
			return;
		}
		if ((class_ & pathPart) !== 0) {
			if (at >= this.plainUntil && this.pathOrUrl(at)) return;
			if ((class_ & digit) !== 0 || (c === 0x2e && (classes[source.charCodeAt(at + 1)] & digit) !== 0))
				return this.takeNumber(at);
		}
		const d = source.charCodeAt(at + 1);
		switch (c) {
			case 0x22: // "
				this.take(Token.Quote, at, at + 1);
				this.push(Mode.String);
				return;
			case 0x7b: // {
				this.take(Token.CurlyOpen, at, at + 1);
				this.push(Mode.Default);
				return;
			case 0x7d: // }
				this.take(Token.CurlyClose, at, at + 1);
				if (this.mode !== Mode.Initial) this.pop();
				return;
			case 0x2e: // .
				if (d === 0x2e && source.charCodeAt(at + 2) === 0x2e) return this.take(Token.Ellipsis, at, at + 3);
				break;
			case 0x2f: // /
				if (this.pathOrUrl(at)) return;
				if (d === 0x2f) return this.take(Token.Update, at, at + 2);
				break;
			case 0x27: // '
				if (d === 0x27) return this.takeIndOpen(at);
				break;
			case 0x3d: // =
				if (d === 0x3d) return this.take(Token.Eq, at, at + 2);
				break;
			case 0x21: // !
				if (d === 0x3d) return this.take(Token.NEq, at, at + 2);
				break;
			case 0x24: // $
				if (d === 0x7b) {
					this.take(Token.DollarCurly, at, at + 2);
					this.push(Mode.Default);
					return;
				}
				break;
			case 0x2b: // +
				if (d === 0x2b) return this.take(Token.Concat, at, at + 2);
				break;
			case 0x2d: // -
				if (d === 0x3e) return this.take(Token.Impl, at, at + 2);
				break;
			case 0x26: // &
				if (d === 0x26) return this.take(Token.And, at, at + 2);
				break;
			case 0x7c: // |
				if (d === 0x7c) return this.take(Token.Or, at, at + 2);
				if (d === 0x3e) return this.takePipe(Token.PipeInto, at);
				break;
			case 0x3e: // >
				if (d === 0x3d) return this.take(Token.GEq, at, at + 2);
				break;
			case 0x3c: // <
				if ((classes[d] & pathPart) !== 0 && this.searchPath(at)) return;
				if (d === 0x3d) return this.take(Token.LEq, at, at + 2);
				if (d === 0x7c) return this.takePipe(Token.PipeFrom, at);
				break;
			case 0x7e: // ~
				if (d === 0x2f && this.homePath(at)) return;
				break;
		}
		// A NUL is the end, to the reference.
		if (c === 0) this.endOfFile = at + 1;
		this.take(single[c], at, at + 1);
	}

	private takePipe(token: Token, at: number): void {
		if (!this.pipeOperators)
			this.fail(
				"experimental Nix feature 'pipe-operators' is disabled; add '--extra-experimental-features pipe-operators' to enable it",
				at,
			);
		this.take(token, at, at + 2);
	}

	/** An identifier or keyword. */
	private takeIdentifier(at: number): void {
		const source = this.source;
		let end = at + 1;
		while ((classes[source.charCodeAt(end)] & idPart) !== 0) end++;
		this.take(end - at <= 7 ? keyword(source, at, end) : Token.Id, at, end);
	}

	private takeNumber(at: number): void {
		const source = this.source;
		let end = at;
		while ((classes[source.charCodeAt(end)] & digit) !== 0) end++;
		const c = source.charCodeAt(at);
		const digits = end - at;
		const dot = source.charCodeAt(end) === 0x2e;
		// A float has no leading zero, but for a lone one that decimals follow.
		const decimals = (classes[source.charCodeAt(end + 1)] & digit) !== 0;
		if (!dot || !(digits === 0 || (c === 0x30 ? digits === 1 && decimals : true))) {
			const value = integerLiteral(source, at, end);
			if (value === undefined) this.fail(`invalid integer '${source.slice(at, end)}'`, at);
			this.value = value;
			return this.take(Token.Int, at, end);
		}
		end++;
		while ((classes[source.charCodeAt(end)] & digit) !== 0) end++;
		const e = source.charCodeAt(end);
		if (e === 0x65 || e === 0x45) {
			let exponent = end + 1;
			const sign = source.charCodeAt(exponent);
			if (sign === 0x2b || sign === 0x2d) exponent++;
			if ((classes[source.charCodeAt(exponent)] & digit) !== 0) {
				end = exponent + 1;
				while ((classes[source.charCodeAt(end)] & digit) !== 0) end++;
			}
		}
		const value = floatLiteral(source.slice(at, end));
		if (value === undefined) this.fail(`invalid float '${source.slice(at, end)}'`, at);
		this.value = value;
		this.take(Token.Float, at, end);
	}

	/** Takes the path or URL that begins here, if one does; else remembers where that is known to be so. */
	private pathOrUrl(at: number): boolean {
		const source = this.source;
		let end = at;
		while ((classes[source.charCodeAt(end)] & pathPart) !== 0) end++;
		const c = source.charCodeAt(end);
		if (c === 0x2f) {
			const d = source.charCodeAt(end + 1);
			if ((classes[d] & pathPart) !== 0) {
				this.takePath(Token.Path, at, this.segmentsEnd(end));
				return true;
			}
			if (d === 0x24 && source.charCodeAt(end + 2) === 0x7b) {
				this.takePath(Token.Path, at, end + 1);
				return true;
			}
			return false;
		}
		if (c === 0x3a) {
			if ((classes[source.charCodeAt(end + 1)] & urlPart) === 0) return false;
			const letter = source.charCodeAt(at) | 0x20;
			if (letter < 0x61 || letter > 0x7a) return false;
			for (let i = at + 1; i < end; i++) if ((classes[source.charCodeAt(i)] & schemePart) === 0) return false;
			end += 2;
			while ((classes[source.charCodeAt(end)] & urlPart) !== 0) end++;
			this.takeText(Token.Uri, at, end, source.slice(at, end));
			return true;
		}
		this.plainUntil = end;
		return false;
	}

	/** From a slash that a path character follows: the end of as many segments as there are, with a final slash. */
	private segmentsEnd(slash: number): number {
		const source = this.source;
		let end = slash;
		while (source.charCodeAt(end) === 0x2f && (classes[source.charCodeAt(end + 1)] & pathPart) !== 0) {
			end += 2;
			while ((classes[source.charCodeAt(end)] & pathPart) !== 0) end++;
		}
		return source.charCodeAt(end) === 0x2f ? end + 1 : end;
	}

	private takePath(token: Token, at: number, end: number): void {
		this.takeText(token, at, end, this.source.slice(at, end));
		this.push(this.source.charCodeAt(end - 1) === 0x2f ? Mode.PathSlash : Mode.Path);
	}

	private homePath(at: number): boolean {
		const source = this.source;
		const c = source.charCodeAt(at + 2);
		if ((classes[c] & pathPart) !== 0) this.takePath(Token.HomePath, at, this.segmentsEnd(at + 1));
		else if (c === 0x24 && source.charCodeAt(at + 3) === 0x7b) this.takePath(Token.HomePath, at, at + 2);
		else return false;
		return true;
	}

	private searchPath(at: number): boolean {
		const source = this.source;
		let end = at + 1;
		while ((classes[source.charCodeAt(end)] & pathPart) !== 0) end++;
		while (source.charCodeAt(end) === 0x2f && (classes[source.charCodeAt(end + 1)] & pathPart) !== 0) {
			end += 2;
			while ((classes[source.charCodeAt(end)] & pathPart) !== 0) end++;
		}
		if (source.charCodeAt(end) !== 0x3e) return false;
		this.takeText(Token.SearchPath, at, end + 1, source.slice(at + 1, end));
		return true;
	}

	private takeIndOpen(at: number): void {
		let end = at + 2;
		while (this.source.charCodeAt(end) === 0x20) end++;
		this.take(Token.IndOpen, at, this.source.charCodeAt(end) === 0x0a ? end + 1 : at + 2);
		this.push(Mode.IndString);
	}

	private nextString(): void {
		const source = this.source;
		const length = source.length;
		const from = this.end;
		let at = from;
		let plain = true;
		scan: while (at < length) {
			switch (source.charCodeAt(at)) {
				case 0x22:
					break scan;
				case 0x5c:
					if (at + 1 >= length) break scan;
					plain = false;
					at += 2;
					break;
				case 0x24: {
					if (at + 1 >= length) break scan;
					const c = source.charCodeAt(at + 1);
					if (c === 0x7b) break scan;
					if (c === 0x22) {
						at++;
						break scan;
					}
					if (c === 0x5c) {
						if (at + 2 >= length) break scan;
						plain = false;
						at += 3;
					} else {
						// The second may be a CR or NUL.
						if (c < 0x20) plain = false;
						at += 2;
					}
					break;
				}
				case 0x0d:
				case 0x00:
					plain = false;
					at++;
					break;
				default:
					at++;
			}
		}
		if (at > from) {
			const raw = source.slice(from, at);
			if (plain) return this.takeText(Token.Str, from, at, raw);
			this.failed = true;
			const text = unescapeString(raw, from);
			this.failed = false;
			return this.takeText(Token.Str, from, at, text);
		}
		if (source.charCodeAt(at) === 0x22) {
			this.take(Token.Quote, at, at + 1);
			this.pop();
		} else if (source.charCodeAt(at) === 0x24 && source.charCodeAt(at + 1) === 0x7b) {
			this.take(Token.DollarCurly, at, at + 2);
			this.push(Mode.Default);
		} else this.takeEnd();
	}

	private nextIndString(): void {
		const source = this.source;
		const length = source.length;
		const from = this.end;
		if (from >= length) return this.takeEnd();
		let at = from;
		let null_ = false;
		scan: while (at < length) {
			switch (source.charCodeAt(at)) {
				case 0x24: {
					const c = source.charCodeAt(at + 1);
					if (at + 1 >= length || c === 0x7b || c === 0x27) break scan;
					if (c === 0) null_ = true;
					at += 2;
					break;
				}
				case 0x27: {
					const c = source.charCodeAt(at + 1);
					if (at + 1 >= length || c === 0x24 || c === 0x27) break scan;
					if (c === 0) null_ = true;
					at += 2;
					break;
				}
				case 0x00:
					null_ = true;
					at++;
					break;
				default:
					at++;
			}
		}
		if (at > from) {
			const text = source.slice(from, at);
			if (null_) {
				this.failed = true;
				forbidNull(text, from);
			}
			this.indented = true;
			return this.takeText(Token.IndStr, from, at, text);
		}
		this.indented = false;
		const c = source.charCodeAt(at + 1);
		if (source.charCodeAt(at) === 0x24) {
			if (c !== 0x7b) return this.takeText(Token.IndStr, at, at + 1, "$");
			this.take(Token.DollarCurly, at, at + 2);
			this.push(Mode.Default);
			return;
		}
		if (c !== 0x27) return this.takeText(Token.IndStr, at, at + 1, "'");
		const d = source.charCodeAt(at + 2);
		if (d === 0x24) return this.takeText(Token.IndStr, at, at + 3, "$");
		if (d === 0x27) return this.takeText(Token.IndStr, at, at + 3, "''");
		if (d === 0x5c && at + 3 < length)
			return this.takeText(Token.IndStr, at, at + 4, unescapeString(source.slice(at + 2, at + 4), at));
		this.take(Token.IndClose, at, at + 2);
		this.pop();
	}

	private nextPath(): void {
		const source = this.source;
		const at = this.end;
		if (source.charCodeAt(at) === 0x24 && source.charCodeAt(at + 1) === 0x7b) {
			this.take(Token.DollarCurly, at, at + 2);
			this.mode = Mode.Path;
			this.push(Mode.Default);
			return;
		}
		let end = at;
		while ((classes[source.charCodeAt(end)] & pathPart) !== 0) end++;
		if (source.charCodeAt(end) === 0x2f)
			end = (classes[source.charCodeAt(end + 1)] & pathPart) !== 0 ? this.segmentsEnd(end) : end + 1;
		if (end > at) {
			this.mode = source.charCodeAt(end - 1) === 0x2f ? Mode.PathSlash : Mode.Path;
			this.startBefore = this.start;
			return this.takeText(Token.Str, at, end, source.slice(at, end));
		}
		if (this.mode === Mode.PathSlash) this.fail("path has a trailing slash", at < source.length ? at : this.start);
		this.pop();
		this.token = Token.PathEnd;
		if (at >= source.length) {
			// At the end of the source, the reference's location falls back by one match.
			this.endOfFile = this.start;
			this.start = this.startBefore;
		}
	}
}

/** The keyword that a word of at most seven bytes is, or {@link Token.Id}. */
const keyword = (source: string, at: number, end: number): Token => {
	switch (source.charCodeAt(at)) {
		case 0x61: // a
			return end - at === 6 && source.startsWith("assert", at) ? Token.Assert : Token.Id;
		case 0x65: // e
			return end - at === 4 && source.startsWith("else", at) ? Token.Else : Token.Id;
		case 0x69: // i
			if (end - at === 2) {
				const c = source.charCodeAt(at + 1);
				return c === 0x6e ? Token.In : c === 0x66 ? Token.If : Token.Id;
			}
			return end - at === 7 && source.startsWith("inherit", at) ? Token.Inherit : Token.Id;
		case 0x6c: // l
			return end - at === 3 && source.startsWith("let", at) ? Token.Let : Token.Id;
		case 0x6f: // o
			return end - at === 2 && source.charCodeAt(at + 1) === 0x72 ? Token.OrKw : Token.Id;
		case 0x72: // r
			return end - at === 3 && source.startsWith("rec", at) ? Token.Rec : Token.Id;
		case 0x74: // t
			return end - at === 4 && source.startsWith("then", at) ? Token.Then : Token.Id;
		case 0x77: // w
			return end - at === 4 && source.startsWith("with", at) ? Token.With : Token.Id;
		default:
			return Token.Id;
	}
};
