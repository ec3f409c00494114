import { EvalError } from "../errors/errors";
import { ContextGatherer } from "../runtime/context";
import type { Evaluator } from "../runtime/evaluator";
import { forceList, forceString, stringValue } from "../runtime/expect";
import type { Lazy, Value } from "../runtime/values";

/** A replacement, forced when it is first used; only then does its context count. */
class Replacements {
	private readonly texts: (string | undefined)[] = [];
	constructor(
		private readonly st: Evaluator,
		private readonly to: readonly Lazy[],
		private readonly gatherer: ContextGatherer,
	) {}
	text(i: number): string {
		return (this.texts[i] ??= forceString(
			this.st,
			this.to[i],
			0,
			"while evaluating one of the replacement strings passed to builtins.replaceStrings",
			this.gatherer,
		));
	}
}

/** `builtins.replaceStrings from to s` */
export const replaceStrings = (st: Evaluator, fromList: Lazy, toList: Lazy, subject: Lazy): Value => {
	const fromValues = forceList(
		st,
		fromList,
		0,
		"while evaluating the first argument passed to builtins.replaceStrings",
	);
	const to = forceList(st, toList, 0, "while evaluating the second argument passed to builtins.replaceStrings");
	if (fromValues.length !== to.length)
		throw st.fail(
			new EvalError(
				"NIX_REPLACE_LENGTHS",
				"'from' and 'to' arguments passed to builtins.replaceStrings have different lengths",
			),
			0,
		);
	const from = fromValues.map((v) =>
		forceString(st, v, 0, "while evaluating one of the strings to replace passed to builtins.replaceStrings"),
	);
	const gatherer = new ContextGatherer();
	const s = forceString(
		st,
		subject,
		0,
		"while evaluating the third argument passed to builtins.replaceStrings",
		gatherer,
	);
	const replacements = new Replacements(st, to, gatherer);
	const empty = from.indexOf("");
	const text =
		empty >= 0
			? replaceWithEmpty(from.slice(0, empty), empty, s, replacements)
			: from.length === 1
				? replaceOne(from[0], s, replacements)
				: replaceMany(from, s, replacements);
	return stringValue(text, gatherer.context);
};

const replaceOne = (from: string, s: string, replacements: Replacements): string => {
	let at = s.indexOf(from);
	if (at < 0) return s;
	const to = replacements.text(0);
	let out = "";
	let copied = 0;
	for (; at >= 0; at = s.indexOf(from, copied)) {
		out += s.slice(copied, at) + to;
		copied = at + from.length;
	}
	return out + s.slice(copied);
};

/** The strings that begin with each byte, by their indices. */
const byFirstByte = (from: readonly string[]): (number[] | undefined)[] => {
	const table: (number[] | undefined)[] = new Array(256).fill(undefined);
	for (let i = 0; i < from.length; i++) (table[from[i].charCodeAt(0)] ??= []).push(i);
	return table;
};

const matchAt = (from: readonly string[], candidates: readonly number[] | undefined, s: string, at: number): number => {
	if (candidates !== undefined)
		for (const i of candidates) if (from[i].length === 1 || s.startsWith(from[i], at)) return i;
	return -1;
};

const replaceMany = (from: readonly string[], s: string, replacements: Replacements): string => {
	const table = byFirstByte(from);
	let out = "";
	let copied = 0;
	for (let at = 0; at < s.length; ) {
		const i = matchAt(from, table[s.charCodeAt(at)], s, at);
		if (i < 0) {
			at++;
			continue;
		}
		out += s.slice(copied, at) + replacements.text(i);
		at += from[i].length;
		copied = at;
	}
	return copied === 0 ? s : out + s.slice(copied);
};

/** The empty string, at `empty`, fits everywhere, the end included; those after it never get a turn. */
const replaceWithEmpty = (from: readonly string[], empty: number, s: string, replacements: Replacements): string => {
	const table = byFirstByte(from);
	let out = "";
	for (let at = 0; at <= s.length; ) {
		const i = matchAt(from, table[s.charCodeAt(at)], s, at);
		if (i >= 0) {
			out += replacements.text(i);
			at += from[i].length;
		} else {
			out += replacements.text(empty) + s.charAt(at);
			at++;
		}
	}
	return out;
};
