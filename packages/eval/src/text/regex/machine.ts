/**
 * Runs a regular expression as the reference does: depth first, a repetition taking the first way that leads to a
 * match, an alternation trying both sides and keeping the longest match. What has been seen to fail, or not to lead
 * further, from a state at a position is remembered, so the time is bounded by states × length.
 */
import type { CharacterSet } from "./character-set";
import type { RegexNode, RegexTree } from "./tree";

enum Op {
	Set,
	LineBegin,
	LineEnd,
	GroupBegin,
	GroupEnd,
	Alternative,
	Repeat,
	Accept,
}

/** What is left to do when the way that is being tried returns; kept on an explicit stack. */
enum After {
	RestoreBegin,
	RestoreEnd,
	Repeat,
	Alternative,
	Merge,
	Remember,
}

/** The automaton of a pattern: parallel arrays, one entry a state. */
interface Program {
	readonly op: number[];
	/** Where to go; for a choice the second way. */
	readonly next: number[];
	/** The first way of a choice; the number of a group. */
	readonly arg: number[];
	readonly sets: (CharacterSet | undefined)[];
}

const build = (tree: RegexTree): Program & { readonly start: number } => {
	const program: Program = { op: [], next: [], arg: [], sets: [] };
	const state = (op: Op, next: number, arg = 0, set?: CharacterSet): number => {
		program.sets.push(set);
		program.next.push(next);
		program.arg.push(arg);
		return program.op.push(op) - 1;
	};
	// Builds from the end: `then` is the state that follows; the first state is returned.
	const emit = (node: RegexNode, then: number): number => {
		switch (node.kind) {
			case "set":
				return state(Op.Set, then, 0, node.set);
			case "lineBegin":
				return state(Op.LineBegin, then);
			case "lineEnd":
				return state(Op.LineEnd, then);
			case "group":
				return state(Op.GroupBegin, emit(node.body, state(Op.GroupEnd, then, node.index)), node.index);
			case "sequence":
				return node.items.reduceRight((after, item) => emit(item, after), then);
			case "alternatives": {
				const right = emit(node.right, then);
				return state(Op.Alternative, right, emit(node.left, then));
			}
			case "optional":
				return state(Op.Repeat, then, emit(node.body, then));
			case "loop": {
				const repeat = state(Op.Repeat, then);
				const body = emit(node.body, repeat);
				program.arg[repeat] = body;
				return node.atLeastOnce ? body : repeat;
			}
			case "counted": {
				let after = then;
				if (node.extra === Number.POSITIVE_INFINITY) {
					after = state(Op.Repeat, then);
					program.arg[after] = emit(node.body, after);
				} else for (let i = 0; i < node.extra; i++) after = state(Op.Repeat, then, emit(node.body, after));
				for (let i = 0; i < node.min; i++) after = emit(node.body, after);
				return after;
			}
		}
	};
	const start = emit(tree.root, state(Op.Accept, -1));
	return { ...program, start };
};

/** Where a match ends, and each group's begin and end (−1 where it took no part), two numbers a group. */
export interface MachineMatch {
	readonly end: number;
	readonly groups: Int32Array;
}

/** How a match is looked for. */
export interface MachineOptions {
	/** The whole rest of the text has to match, not only a beginning of it. */
	readonly whole: boolean;
	/** `^` matches where the match begins. */
	readonly lineBegins: boolean;
	/** An empty match does not count. */
	readonly notEmpty?: boolean;
}

const denseMemory = 1 << 22;

/**
 * What is known about pairs of a state and a position: 0 nothing, 1 leads to no match, 2 leads to one. That something
 * leads to no match stays true for every other beginning; that it leads to one is forgotten after each run.
 */
export class MachineMemory {
	private readonly dense: Uint8Array | undefined;
	private readonly sparse = new Map<number, number>();
	private solved: number[] = [];

	constructor(size: number) {
		if (size <= denseMemory) this.dense = new Uint8Array(size);
	}

	get(key: number): number {
		return this.dense === undefined ? (this.sparse.get(key) ?? 0) : this.dense[key];
	}

	set(key: number, value: number): void {
		if (value === 2) this.solved.push(key);
		if (this.dense === undefined) this.sparse.set(key, value);
		else this.dense[key] = value;
	}

	forgetSolutions(): void {
		for (const key of this.solved) this.set(key, 0);
		this.solved = [];
	}
}

export class Machine {
	private readonly program: Program & { readonly start: number };
	private readonly slots: number;

	constructor(tree: RegexTree) {
		this.program = build(tree);
		this.slots = 2 * (tree.groups + 1);
	}

	/** What a series of runs over `text` can share. */
	memory(text: string): MachineMemory {
		return new MachineMemory(this.program.op.length * (text.length + 1));
	}

	/** The match that begins at `begin`, if there is one. */
	matchAt(text: string, begin: number, options: MachineOptions, memory = this.memory(text)): MachineMatch | null {
		const match = this.run(text, begin, options, memory);
		memory.forgetSolutions();
		return match;
	}

	private run(text: string, begin: number, options: MachineOptions, memory: MachineMemory): MachineMatch | null {
		const { op, next, arg, sets, start } = this.program;
		const length = text.length;
		const groups = new Int32Array(this.slots).fill(-1);
		// The beginning of a group that has begun; it counts once the group has ended.
		const begun = new Int32Array(this.slots / 2).fill(-1);
		const repeatedAt = new Map<number, number>();
		const stack: number[] = [];
		let best: MachineMatch | null = null;
		let solved = false;
		let state = start;
		let position = begin;

		for (;;) {
			// Forward, until the way ends.
			forward: for (;;) {
				switch (op[state]) {
					case Op.Set: {
						if (position >= length || (sets[state] as CharacterSet)[text.charCodeAt(position)] !== 1) break forward;
						position++;
						state = next[state];
						const key = state * (length + 1) + position;
						const known = memory.get(key);
						if (known !== 0) {
							solved = known === 2;
							break forward;
						}
						stack.push(key, After.Remember);
						continue;
					}
					case Op.LineBegin:
						if (position !== begin || !options.lineBegins) break forward;
						state = next[state];
						continue;
					case Op.LineEnd:
						if (position !== length) break forward;
						state = next[state];
						continue;
					case Op.GroupBegin: {
						const group = arg[state];
						stack.push(begun[group], group, After.RestoreBegin);
						begun[group] = position;
						state = next[state];
						continue;
					}
					case Op.GroupEnd: {
						const group = arg[state];
						stack.push(groups[2 * group], groups[2 * group + 1], group, After.RestoreEnd);
						groups[2 * group] = begun[group];
						groups[2 * group + 1] = position;
						state = next[state];
						continue;
					}
					case Op.Alternative:
						stack.push(state, position, After.Alternative);
						state = arg[state];
						continue;
					case Op.Repeat: {
						// At one position a repetition is entered twice at most: once more, for the groups in it.
						const before = repeatedAt.get(state) ?? -1;
						const times = before >> 1 === position && before >= 0 ? (before & 1) + 1 : 0;
						if (times === 2) {
							state = next[state];
							continue;
						}
						repeatedAt.set(state, 2 * position + times);
						stack.push(before, state, position, After.Repeat);
						state = arg[state];
						continue;
					}
					default:
						if (options.whole ? position === length : !(options.notEmpty === true && position === begin)) {
							solved = true;
							if (best === null || position > best.end) best = { end: position, groups: groups.slice() };
							if (options.whole) return best;
						}
						break forward;
				}
			}
			// Back, until there is another way to try.
			let resumed = false;
			while (!resumed) {
				if (stack.length === 0) return best;
				switch (stack.pop()) {
					case After.RestoreBegin: {
						const group = stack.pop() as number;
						begun[group] = stack.pop() as number;
						break;
					}
					case After.RestoreEnd: {
						const group = stack.pop() as number;
						groups[2 * group + 1] = stack.pop() as number;
						groups[2 * group] = stack.pop() as number;
						break;
					}
					case After.Remember:
						memory.set(stack.pop() as number, solved ? 2 : 1);
						break;
					case After.Merge:
						solved = stack.pop() === 1 || solved;
						break;
					case After.Alternative:
						position = stack.pop() as number;
						state = next[stack.pop() as number];
						stack.push(solved ? 1 : 0, After.Merge);
						solved = false;
						resumed = true;
						break;
					default: {
						position = stack.pop() as number;
						state = stack.pop() as number;
						repeatedAt.set(state, stack.pop() as number);
						if (!solved) {
							state = next[state];
							resumed = true;
						}
					}
				}
			}
		}
	}
}
