import type { Token } from "../tokens";
import type { GrammarSymbol, precedences as Precedences, Rule } from "./grammar";

/** What to do at a token: go to a state, reduce by a rule, or nothing, as operators without associativity may demand. */
export type Action = { readonly shift: number } | { readonly reduce: number } | "error";

/** A state of the automaton. A token that `actions` does not have falls to the default. */
export interface State {
	readonly actions: ReadonlyMap<Token, Action>;
	/** The rule to reduce by. Where there are no actions, that happens without looking at the next token. */
	readonly fallback: number | undefined;
	readonly gotos: ReadonlyMap<string, number>;
}

export interface Tables {
	/** The first one is where parsing starts. */
	readonly states: readonly State[];
	readonly rules: readonly Rule[];
}

/** An item is a rule with a dot in it, `rule * width + dot`. */
const width = 16;

interface Core {
	/** Sorted items, closure included. */
	readonly items: readonly number[];
	readonly transitions: Map<GrammarSymbol, number>;
}

/**
 * LALR(1) tables for a grammar, with the policies of the generator that the reference uses: conflicts are settled by
 * precedence, and the reduction that most tokens ask for is the default of its state. Both decide what a syntax error
 * says it expected. The lookahead sets are computed as DeRemer and Pennello do.
 *
 * `end` is the token that ends the input; when it is shifted, the input is accepted.
 */
export const makeTables = (grammar: readonly Rule[], precedences: typeof Precedences, end: Token): Tables => {
	const rules: Rule[] = [{ left: "", right: [grammar[0].left, end] }, ...grammar];
	const byLeft = new Map<string, number[]>();
	for (const [i, rule] of rules.entries()) byLeft.set(rule.left, [...(byLeft.get(rule.left) ?? []), i]);
	const cores = makeCores(rules, byLeft);
	const lookaheads = makeLookaheads(rules, byLeft, cores);
	return { states: cores.map((core, i) => makeState(core, lookaheads[i], rules, precedences)), rules };
};

const makeCores = (rules: readonly Rule[], byLeft: ReadonlyMap<string, readonly number[]>): Core[] => {
	const close = (kernel: readonly number[]): number[] => {
		const items = new Set(kernel);
		for (const item of items) {
			const next = rules[Math.floor(item / width)].right[item % width];
			if (typeof next === "string") for (const rule of byLeft.get(next) ?? []) items.add(rule * width);
		}
		return [...items].sort((a, b) => a - b);
	};
	const known = new Map<string, number>();
	const cores: Core[] = [];
	const state = (kernel: number[]): number => {
		const key = kernel.sort((a, b) => a - b).join();
		let number = known.get(key);
		if (number === undefined) {
			number = cores.length;
			known.set(key, number);
			cores.push({ items: close(kernel), transitions: new Map() });
		}
		return number;
	};
	state([0]);
	for (let i = 0; i < cores.length; i++) {
		const kernels = new Map<GrammarSymbol, number[]>();
		for (const item of cores[i].items) {
			const next = rules[Math.floor(item / width)].right[item % width];
			if (next === undefined) continue;
			const kernel = kernels.get(next);
			if (kernel === undefined) kernels.set(next, [item + 1]);
			else kernel.push(item + 1);
		}
		for (const [symbol, kernel] of kernels) cores[i].transitions.set(symbol, state(kernel));
	}
	return cores;
};

const findNullable = (rules: readonly Rule[]): ReadonlySet<GrammarSymbol> => {
	const nullable = new Set<GrammarSymbol>();
	for (let before = -1; before !== nullable.size; ) {
		before = nullable.size;
		for (const rule of rules) if (rule.right.every((symbol) => nullable.has(symbol))) nullable.add(rule.left);
	}
	return nullable;
};

/** Adds to each set those it includes, until nothing changes. */
const propagate = (sets: readonly Set<Token>[], includes: readonly (readonly number[])[]): void => {
	for (let changed = true; changed; ) {
		changed = false;
		for (let i = sets.length - 1; i >= 0; i--) {
			const before = sets[i].size;
			for (const j of includes[i]) for (const token of sets[j]) sets[i].add(token);
			if (sets[i].size !== before) changed = true;
		}
	}
};

/** For each state, the tokens at which each of its complete rules may be reduced. */
const makeLookaheads = (
	rules: readonly Rule[],
	byLeft: ReadonlyMap<string, readonly number[]>,
	cores: readonly Core[],
): Map<number, Set<Token>>[] => {
	const nullable = findNullable(rules);
	const transitions: { from: number; name: string; to: number }[] = [];
	const number = new Map<string, number>();
	cores.forEach((core, from) => {
		for (const [name, to] of core.transitions) {
			if (typeof name !== "string") continue;
			number.set(`${from} ${name}`, transitions.length);
			transitions.push({ from, name, to });
		}
	});
	const numberOf = (from: number, name: string): number => number.get(`${from} ${name}`) as number;

	// What can follow each nonterminal: the tokens read next, …
	const follow = transitions.map(({ to }) => {
		const tokens = new Set<Token>();
		for (const symbol of cores[to].transitions.keys()) if (typeof symbol !== "string") tokens.add(symbol);
		return tokens;
	});
	const reads = transitions.map(({ to }) =>
		[...cores[to].transitions.keys()]
			.filter((symbol) => typeof symbol === "string" && nullable.has(symbol))
			.map((symbol) => numberOf(to, symbol as string)),
	);
	propagate(follow, reads);

	// … and what follows the nonterminal that it ends.
	const includes: number[][] = transitions.map(() => []);
	const lookback: { state: number; rule: number; transition: number }[] = [];
	transitions.forEach(({ from, name }, transition) => {
		for (const rule of byLeft.get(name) ?? []) {
			const right = rules[rule].right;
			let state = from;
			right.forEach((symbol, i) => {
				if (typeof symbol === "string" && right.slice(i + 1).every((later) => nullable.has(later)))
					includes[numberOf(state, symbol)].push(transition);
				state = cores[state].transitions.get(symbol) as number;
			});
			lookback.push({ state, rule, transition });
		}
	});
	propagate(follow, includes);

	const lookaheads = cores.map(() => new Map<number, Set<Token>>());
	for (const { state, rule, transition } of lookback) {
		const tokens = lookaheads[state].get(rule) ?? new Set();
		for (const token of follow[transition]) tokens.add(token);
		lookaheads[state].set(rule, tokens);
	}
	return lookaheads;
};

const makeState = (
	core: Core,
	lookaheads: ReadonlyMap<number, Set<Token>>,
	rules: readonly Rule[],
	precedences: typeof Precedences,
): State => {
	const actions = new Map<Token, Action>();
	const gotos = new Map<string, number>();
	for (const [symbol, to] of core.transitions) {
		if (typeof symbol === "string") gotos.set(symbol, to);
		else actions.set(symbol, { shift: to });
	}
	const complete = [...lookaheads.keys()].sort((a, b) => a - b);
	if (complete.length === 1 && actions.size === 0) return { actions, fallback: complete[0], gotos };

	const level = (token: Token | undefined) =>
		token === undefined ? -1 : precedences.findIndex((tokens) => tokens.includes(token));
	const counts = new Map<number, number>();
	for (const rule of complete) {
		const { right, precedence } = rules[rule];
		const lastToken = right.filter((symbol) => typeof symbol !== "string").at(-1);
		const ruleLevel = level(precedence ?? lastToken);
		for (const token of lookaheads.get(rule) ?? []) {
			if (actions.has(token) && ruleLevel >= 0) {
				const tokenLevel = level(token);
				if (tokenLevel > ruleLevel) continue;
				if (tokenLevel === ruleLevel) {
					if (precedences[ruleLevel][0] === "right") continue;
					if (precedences[ruleLevel][0] === "none") {
						actions.set(token, "error");
						continue;
					}
				}
			}
			actions.set(token, { reduce: rule });
			counts.set(rule, (counts.get(rule) ?? 0) + 1);
		}
	}
	let fallback: number | undefined;
	for (const rule of complete) {
		const count = counts.get(rule) ?? 0;
		if (count > (fallback === undefined ? 0 : (counts.get(fallback) ?? 0))) fallback = rule;
	}
	for (const [token, action] of actions)
		if (action !== "error" && "reduce" in action && action.reduce === fallback) actions.delete(token);
	return { actions, fallback, gotos };
};
