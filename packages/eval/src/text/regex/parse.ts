/**
 * Reads POSIX extended regular expressions with the syntax that the reference accepts: that of libstdc++'s
 * `std::regex::extended`, where an escaped ordinary character and a misplaced `-` or `*` are errors.
 */
import {
	addAll,
	addRange,
	anyCharacter,
	type CharacterSet,
	characterClass,
	collatingElement,
	complement,
	emptySet,
	equivalenceClass,
	singleton,
} from "./character-set";
import { RegexSyntaxError } from "./errors";
import { type RegexNode, type RegexTree, stateLimit } from "./tree";

const special = ".[\\()*+?{|^$";
const largestCount = 0x7fffffff;

class Parser {
	private position = 0;
	private groups = 0;
	/** The states made so far, with those that were copied and are reachable no more. */
	private states = 0;

	constructor(private readonly pattern: string) {}

	parse(): RegexTree {
		this.grow(1);
		const root = this.disjunction();
		if (this.position < this.pattern.length) throw this.invalid();
		this.grow(2);
		return { root, groups: this.groups };
	}

	private invalid(): RegexSyntaxError {
		return new RegexSyntaxError("syntax", this.pattern);
	}

	private grow(states: number): void {
		this.states += states;
		if (this.states > stateLimit) throw new RegexSyntaxError("space", this.pattern);
	}

	private peek(): string {
		return this.pattern.charAt(this.position);
	}

	private take(c: string): boolean {
		if (this.peek() !== c || c === "") return false;
		this.position++;
		return true;
	}

	private disjunction(): RegexNode {
		let left = this.alternative();
		while (this.take("|")) {
			const right = this.alternative();
			this.grow(2);
			left = { kind: "alternatives", left, right, size: left.size + right.size + 2 };
		}
		return left;
	}

	private alternative(): RegexNode {
		const items: RegexNode[] = [];
		let size = 1;
		for (let item = this.term(); item !== undefined; item = this.term()) {
			items.push(item);
			size += item.size;
		}
		this.grow(1);
		return { kind: "sequence", items, size };
	}

	private term(): RegexNode | undefined {
		if (this.take("^")) return this.made({ kind: "lineBegin", size: 1 });
		if (this.take("$")) return this.made({ kind: "lineEnd", size: 1 });
		let atom = this.atom();
		if (atom === undefined) return undefined;
		for (let more = this.quantifier(atom); more !== undefined; more = this.quantifier(atom)) atom = more;
		return atom;
	}

	private made<T extends RegexNode>(node: T): T {
		this.grow(node.size);
		return node;
	}

	private atom(): RegexNode | undefined {
		const c = this.peek();
		if (c === "") return undefined;
		if (c === "\0") throw this.invalid();
		if (!special.includes(c)) {
			this.position++;
			return this.made({ kind: "set", set: singleton(c.charCodeAt(0)), size: 1 });
		}
		switch (c) {
			case ".":
				this.position++;
				return this.made({ kind: "set", set: anyCharacter, size: 1 });
			case "\\": {
				const escaped = this.pattern.charAt(this.position + 1);
				if (escaped === "" || !special.includes(escaped)) throw this.invalid();
				this.position += 2;
				return this.made({ kind: "set", set: singleton(escaped.charCodeAt(0)), size: 1 });
			}
			case "[":
				this.position++;
				return this.made({ kind: "set", set: this.bracket(), size: 1 });
			case "(": {
				this.position++;
				const index = ++this.groups;
				this.grow(1);
				const body = this.disjunction();
				if (!this.take(")")) throw this.invalid();
				this.grow(1);
				return { kind: "group", index, body, size: body.size + 2 };
			}
			default:
				return undefined;
		}
	}

	private quantifier(body: RegexNode): RegexNode | undefined {
		if (this.take("*")) {
			this.grow(1);
			return { kind: "loop", body, atLeastOnce: false, size: body.size + 1 };
		}
		if (this.take("+")) {
			this.grow(1);
			return { kind: "loop", body, atLeastOnce: true, size: body.size + 1 };
		}
		if (this.take("?")) {
			this.grow(2);
			return { kind: "optional", body, size: body.size + 2 };
		}
		return this.take("{") ? this.interval(body) : undefined;
	}

	private interval(body: RegexNode): RegexNode {
		const min = this.count();
		if (min === undefined) throw this.invalid();
		let extra = 0;
		if (this.take(",")) {
			const max = this.count();
			extra = max === undefined ? Number.POSITIVE_INFINITY : max - min;
		}
		if (!this.take("}")) throw this.invalid();
		this.grow(1);
		this.grow(min * body.size);
		if (extra < 0) throw this.invalid();
		const tail = extra === Number.POSITIVE_INFINITY ? body.size + 1 : 1 + extra * (body.size + 1);
		this.grow(tail);
		return { kind: "counted", body, min, extra, size: 1 + min * body.size + tail };
	}

	private count(): number | undefined {
		const digits = /^[0-9]+/.exec(this.pattern.slice(this.position, this.position + 1000))?.[0];
		if (digits === undefined) return undefined;
		this.position += digits.length;
		const value = Number(digits);
		if (value > largestCount) throw this.invalid();
		return value;
	}

	/** The set after `[`, up to and with its `]`. */
	private bracket(): CharacterSet {
		const set = emptySet();
		const negated = this.take("^");
		// The character that a `-` may make the beginning of a range.
		let last: number | "class" | undefined;
		const flush = (): void => {
			if (typeof last === "number") set[last] = 1;
		};
		for (let first = true; ; first = false) {
			const c = this.pattern.charAt(this.position++);
			if (c === "") throw this.invalid();
			if (c === "]" && !first) break;
			if (c === "-" && !first) {
				if (this.take("]")) {
					flush();
					last = 0x2d;
					break;
				}
				if (typeof last !== "number") throw this.invalid();
				const end = this.rangeEnd();
				if (!addRange(set, last, end)) throw this.invalid();
				last = undefined;
				continue;
			}
			const named = c === "[" ? this.peek() : "";
			if (named === "." || named === ":" || named === "=") {
				const element = this.named(named);
				flush();
				if (typeof element === "number") last = element;
				else {
					addAll(set, element);
					last = "class";
				}
				continue;
			}
			if (c === "[" && named === "") throw this.invalid();
			flush();
			last = c.charCodeAt(0);
		}
		flush();
		return negated ? complement(set) : set;
	}

	private rangeEnd(): number {
		const c = this.pattern.charAt(this.position++);
		if (c === "" || (c === "[" && /^[.:=]?$/.test(this.peek()))) throw this.invalid();
		return c.charCodeAt(0);
	}

	/** `[.x.]`, `[:x:]` or `[=x=]`, after its `[`: a byte, or a set. */
	private named(delimiter: "." | ":" | "="): number | CharacterSet {
		const start = ++this.position;
		const end = this.pattern.indexOf(delimiter, start);
		if (end < 0 || this.pattern.charAt(end + 1) !== "]") throw this.invalid();
		this.position = end + 2;
		const name = this.pattern.slice(start, end);
		const found = delimiter === ":" ? characterClass(name) : collatingElement(name);
		if (found === undefined) throw this.invalid();
		return delimiter === "=" && typeof found === "number" ? equivalenceClass(found) : found;
	}
}

/**
 * The tree of a pattern (a byte string).
 *
 * @throws {RegexSyntaxError} when the reference would refuse it
 */
export const parseRegex = (pattern: string): RegexTree => new Parser(pattern).parse();
