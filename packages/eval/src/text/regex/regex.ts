/**
 * POSIX extended regular expressions, as `builtins.match` and `builtins.split` see them: with the syntax, the choice
 * among matches and the groups of the reference's C++ library. Works on byte strings.
 */
import type { ByteString } from "@tsnix/store";
import { Machine, type MachineMatch } from "./machine";
import { parseRegex } from "./parse";
import { toJavaScript } from "./to-javascript";
import type { RegexTree } from "./tree";

/** One match that a search found: where, how long, and its groups (null for one that took no part). */
export interface RegexMatch {
	readonly index: number;
	readonly length: number;
	readonly groups: (ByteString | null)[];
}

/** A compiled regular expression. Nothing about a text is kept between calls. */
export class Regex {
	private machine: Machine | undefined;
	private forWhole: RegExp | null | undefined;
	private forSearch: RegExp | null | undefined;

	constructor(
		readonly pattern: ByteString,
		private readonly tree: RegexTree,
	) {}

	/** How many groups the pattern has. */
	get groups(): number {
		return this.tree.groups;
	}

	/** The groups of a match of all of `text`, null where there is none: what `builtins.match` gives. */
	matchWhole(text: ByteString): (ByteString | null)[] | null {
		if (this.forWhole === undefined) this.forWhole = toJavaScript(this.tree.root, false);
		if (this.forWhole !== null) {
			try {
				const match = this.forWhole.exec(text);
				return match === null ? null : Array.from({ length: this.groups }, (_, i) => match[i + 1] ?? null);
			} catch (error) {
				// The engine's own stack is bounded; the machine's is not.
				if (!(error instanceof RangeError)) throw error;
				this.forWhole = null;
			}
		}
		const match = this.run().matchAt(text, 0, { whole: true, lineBegins: true });
		return match === null ? null : this.groupTexts(text, match);
	}

	/** The matches in `text` one after another, empty ones included: what `builtins.split` splits at. */
	*searchAll(text: ByteString): Generator<RegexMatch, void, undefined> {
		if (this.forSearch === undefined) this.forSearch = toJavaScript(this.tree.root, true);
		let from = 0;
		if (this.forSearch !== null) {
			const expression = this.forSearch;
			try {
				for (;;) {
					expression.lastIndex = from;
					const match = expression.exec(text);
					if (match === null) return;
					const [{ length }] = match;
					from = match.index + length;
					yield {
						index: match.index,
						length,
						groups: Array.from({ length: this.groups }, (_, i) => match[i + 1] ?? null),
					};
				}
			} catch (error) {
				if (!(error instanceof RangeError)) throw error;
				this.forSearch = null;
			}
		}
		yield* this.searchByMachine(text, from);
	}

	private *searchByMachine(text: ByteString, from: number): Generator<RegexMatch, void, undefined> {
		const machine = this.run();
		const memory = machine.memory(text);
		const found = (index: number, match: MachineMatch): RegexMatch => ({
			index,
			length: match.end - index,
			groups: this.groupTexts(text, match),
		});
		let begin = from;
		let afterEmpty = false;
		for (;;) {
			let match: MachineMatch | null = null;
			if (afterEmpty) {
				if (begin === text.length) return;
				match = machine.matchAt(text, begin, { whole: false, lineBegins: begin === 0, notEmpty: true }, memory);
				if (match === null) begin++;
			}
			if (match === null) {
				for (; begin <= text.length; begin++) {
					match = machine.matchAt(text, begin, { whole: false, lineBegins: begin === 0 }, memory);
					if (match !== null) break;
				}
				if (match === null) return;
			}
			yield found(begin, match);
			afterEmpty = match.end === begin;
			begin = match.end;
		}
	}

	private run(): Machine {
		if (this.machine === undefined) this.machine = new Machine(this.tree);
		return this.machine;
	}

	private groupTexts(text: ByteString, match: MachineMatch): (ByteString | null)[] {
		return Array.from({ length: this.groups }, (_, i) => {
			const begin = match.groups[2 * (i + 1)];
			return begin < 0 ? null : text.slice(begin, match.groups[2 * (i + 1) + 1]);
		});
	}
}

/**
 * Compiles a pattern.
 *
 *     compileRegex("([0-9]+)\\.([0-9]+)").matchWhole("2.34")   // ["2", "34"]
 *
 * @throws {RegexSyntaxError} when it is malformed or too large
 */
export const compileRegex = (pattern: ByteString): Regex => new Regex(pattern, parseRegex(pattern));
