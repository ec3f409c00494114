/**
 * Writes a regular expression as a JavaScript one, where both are sure to give the same matches and groups:
 *
 * - a repeated expression never matches the empty string (the two treat empty rounds differently);
 * - in what is repeated, every group takes part in every round (JavaScript forgets groups at each round);
 * - when searching, the sides of an alternation begin with different characters and none is empty, so the longest
 *   match (POSIX) is the first (JavaScript), and the whole is never empty.
 *
 * Nearly every pattern in use is of this kind.
 */
import { addAll, type CharacterSet, emptySet, intersects } from "./character-set";
import type { RegexNode } from "./tree";

interface Facts {
	readonly nullable: boolean;
	/** The characters that a match can begin with. */
	readonly first: CharacterSet;
	/** Every group inside takes part in every match. */
	readonly groupsSure: boolean;
	readonly hasGroups: boolean;
}

const none: Facts = { nullable: true, first: emptySet(), groupsSure: true, hasGroups: false };

/** Thrown inside this file only: the pattern has no sure translation. */
class NotTranslatable extends Error {}

const union = (a: CharacterSet, b: CharacterSet): CharacterSet => {
	const out = a.slice();
	addAll(out, b);
	return out;
};

const writeCharacter = (code: number): string => {
	const c = String.fromCharCode(code);
	return /[A-Za-z0-9_]/.test(c) ? c : `\\x${code.toString(16).padStart(2, "0")}`;
};

const writeSet = (set: CharacterSet): string => {
	const count = set.reduce((sum, flag) => sum + flag, 0);
	if (count === 1) return writeCharacter(set.indexOf(1));
	let out = "";
	for (let i = 0; i < 256; i++) {
		if (set[i] !== 1) continue;
		let end = i;
		while (end < 255 && set[end + 1] === 1) end++;
		out += end === i ? writeCharacter(i) : `${writeCharacter(i)}-${writeCharacter(end)}`;
		i = end;
	}
	return `[${out}]`;
};

class Translator {
	constructor(private readonly searching: boolean) {}

	write(node: RegexNode): { text: string; facts: Facts } {
		switch (node.kind) {
			case "set":
				return {
					text: writeSet(node.set),
					facts: { nullable: false, first: node.set, groupsSure: true, hasGroups: false },
				};
			case "lineBegin":
				return { text: "^", facts: none };
			case "lineEnd":
				return { text: "$", facts: none };
			case "group": {
				const { text, facts } = this.write(node.body);
				return { text: `(${text})`, facts: { ...facts, hasGroups: true } };
			}
			case "sequence":
				return this.sequence(node.items);
			case "alternatives":
				return this.alternatives(node.left, node.right);
			case "loop":
				return this.repeated(node.body, node.atLeastOnce ? "+" : "*", node.atLeastOnce, false);
			case "optional":
				return this.repeated(node.body, "?", false, true);
			case "counted": {
				const { min, extra } = node;
				const bounds = extra === 0 ? `${min}` : Number.isFinite(extra) ? `${min},${min + extra}` : `${min},`;
				return this.repeated(node.body, `{${bounds}}`, min > 0, min + extra <= 1);
			}
		}
	}

	private sequence(items: readonly RegexNode[]): { text: string; facts: Facts } {
		let text = "";
		let facts = none;
		for (const item of items) {
			const one = this.write(item);
			text += one.text;
			facts = {
				nullable: facts.nullable && one.facts.nullable,
				first: facts.nullable ? union(facts.first, one.facts.first) : facts.first,
				groupsSure: facts.groupsSure && one.facts.groupsSure,
				hasGroups: facts.hasGroups || one.facts.hasGroups,
			};
		}
		return { text, facts };
	}

	private alternatives(left: RegexNode, right: RegexNode): { text: string; facts: Facts } {
		const a = this.write(left);
		const b = this.write(right);
		if (this.searching && (a.facts.nullable || b.facts.nullable || intersects(a.facts.first, b.facts.first)))
			throw new NotTranslatable();
		const hasGroups = a.facts.hasGroups || b.facts.hasGroups;
		return {
			text: `(?:${a.text}|${b.text})`,
			facts: {
				nullable: a.facts.nullable || b.facts.nullable,
				first: union(a.facts.first, b.facts.first),
				groupsSure: !hasGroups,
				hasGroups,
			},
		};
	}

	private repeated(body: RegexNode, mark: string, atLeastOnce: boolean, atMostOnce: boolean) {
		const { text, facts } = this.write(body);
		if (facts.nullable || (!atMostOnce && !facts.groupsSure)) throw new NotTranslatable();
		return {
			text: `(?:${text})${mark}`,
			facts: { ...facts, nullable: !atLeastOnce, groupsSure: facts.groupsSure && (atLeastOnce || !facts.hasGroups) },
		};
	}
}

/**
 * A JavaScript expression that gives the same results as the reference: matching a whole string, or (`searching`)
 * finding one match after another, with the global flag. Null when that is not sure.
 */
export const toJavaScript = (root: RegexNode, searching: boolean): RegExp | null => {
	try {
		const { text, facts } = new Translator(searching).write(root);
		if (searching && facts.nullable) return null;
		return searching ? new RegExp(text, "g") : new RegExp(`^(?:${text})$`);
	} catch (error) {
		if (error instanceof NotTranslatable || error instanceof SyntaxError || error instanceof RangeError) return null;
		throw error;
	}
};
