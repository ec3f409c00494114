import { TOMLDiagnostic } from "./diagnostic";
import { type Region, regionAt, regionBetween, type Source } from "./source";

const sticky = (pattern: RegExp): RegExp => new RegExp(pattern.source, "y");

const nonAscii =
	"[\\xc2-\\xdf][\\x80-\\xbf]|(?:\\xe0[\\xa0-\\xbf]|[\\xe1-\\xec\\xee\\xef][\\x80-\\xbf]|\\xed[\\x80-\\x9f])[\\x80-\\xbf]|" +
	"(?:\\xf0[\\x90-\\xbf]|[\\xf1-\\xf3][\\x80-\\xbf]|\\xf4[\\x80-\\x8f])[\\x80-\\xbf][\\x80-\\xbf]";

/** The pieces of TOML's grammar that are regular. */
export const syntax = {
	whitespace: /[ \t]*/y,
	newline: /\r?\n/y,
	commentRun: sticky(new RegExp(`[\\t\\x20-\\x7e]+|${nonAscii}`)),
	basicRun: sticky(
		new RegExp(
			`[\\t\\x20\\x21\\x23-\\x5b\\x5d-\\x7e]+|${nonAscii}|\\\\(?:["\\\\bfnrt]|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8})`,
		),
	),
	literalRun: sticky(new RegExp(`[\\t\\x20-\\x26\\x28-\\x7e]+|${nonAscii}`)),
	escapedNewline: /\\[ \t]*\r?\n/y,
	bareKey: /[A-Za-z0-9_-]+/y,
	dot: /[ \t]*\.[ \t]*/y,
	equals: /[ \t]*=[ \t]*/y,
	boolean: /true|false/y,
	infinityOrNan: /[+-]?(?:inf|nan)/y,
	binary: /0b[01](?:[01]|_[01])*/y,
	octal: /0o[0-7](?:[0-7]|_[0-7])*/y,
	hexadecimal: /0x[0-9A-Fa-f](?:[0-9A-Fa-f]|_[0-9A-Fa-f])*/y,
	decimal: /[+-]?(?:[1-9](?:[0-9]|_[0-9])+|[0-9])/y,
	fractionAndExponent:
		/(?:\.[0-9](?:[0-9]|_[0-9])*(?:[eE][+-]?[0-9](?:[0-9]|_[0-9])*)?|[eE][+-]?[0-9](?:[0-9]|_[0-9])*)/y,
	date: /[0-9]{4}-[0-9]{2}-[0-9]{2}/y,
	timeDelimiter: /[Tt ]/y,
	time: /[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?/y,
	offset: /[zZ]|[+-][0-9]{2}:[0-9]{2}/y,
} as const;

/** A place in a source that moves forward as things are recognised. */
export class Cursor {
	constructor(
		readonly source: Source,
		public at = 0,
	) {}

	get text(): string {
		return this.source.text;
	}

	get ended(): boolean {
		return this.at >= this.source.text.length;
	}

	/** The character here, empty at the end. */
	get current(): string {
		return this.source.text.charAt(this.at);
	}

	/** Moves over what a pattern matches here and gives it; undefined, without moving, when it does not match. */
	scan(pattern: RegExp): string | undefined {
		pattern.lastIndex = this.at;
		if (!pattern.test(this.source.text)) return undefined;
		const from = this.at;
		this.at = pattern.lastIndex;
		return this.source.text.slice(from, this.at);
	}

	/** Moves over as many matches as follow one another here, and says how many there were. */
	scanMany(...patterns: readonly RegExp[]): number {
		for (let count = 0; ; count++) if (!patterns.some((pattern) => this.scan(pattern) !== undefined)) return count;
	}

	literal(text: string): boolean {
		if (!this.source.text.startsWith(text, this.at)) return false;
		this.at += text.length;
		return true;
	}

	copy(): Cursor {
		return new Cursor(this.source, this.at);
	}

	here(): Region {
		return regionAt(this.source, this.at);
	}

	since(first: number): Region {
		return regionBetween(this.source, first, this.at);
	}

	/** An error about the character here. */
	error(title: string, note: string, hint?: string): TOMLDiagnostic {
		return new TOMLDiagnostic(title, [{ region: this.here(), note }], hint);
	}
}
