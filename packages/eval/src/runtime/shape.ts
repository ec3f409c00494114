import type { PosIdx } from "../errors/positions";
import type { Symbol, SymbolTable } from "../syntax/symbols";
import { Attrs, type Lazy } from "./values";

/**
 * The names of an attribute set, sorted by symbol, with the position of each; shared by all sets that the same
 * expression makes. Positions of merged sets are only worked out when asked for: a shape made by `//` remembers the
 * two it came from, a few deep.
 */
export class Shape {
	private sorted: readonly number[] | undefined = undefined;
	/** The shape that this one was last merged with by `//`, and what came of it. */
	mergedWith: Shape | undefined = undefined;
	merged: Shape | undefined = undefined;
	/** See bare-shape.ts. */
	bare: Shape | undefined = undefined;

	constructor(
		readonly ids: readonly Symbol[],
		private positions: readonly PosIdx[] | undefined,
		private left: Shape | undefined,
		private right: Shape | undefined,
		private readonly depth: number,
		/** Where the set itself was written, for sets written out. */
		readonly pos: PosIdx,
	) {}

	/** A shape whose positions are known. */
	static of(ids: readonly Symbol[], positions: readonly PosIdx[] | undefined, pos: PosIdx): Shape {
		return new Shape(ids, positions, undefined, undefined, 0, pos);
	}

	/** A shape whose positions come from `right` where that has the name, else from `left`. */
	static derived(ids: readonly Symbol[], left: Shape, right: Shape | undefined): Shape {
		const depth = Math.max(left.depth, right === undefined ? 0 : right.depth) + 1;
		const shape = new Shape(ids, undefined, left, right, depth > maxDepth ? 0 : depth, 0);
		if (depth > maxDepth) shape.settle();
		return shape;
	}

	/** The index of a name, or -1. */
	index(id: Symbol): number {
		const ids = this.ids;
		let hi = ids.length - 1;
		if (hi < 8) {
			for (let i = 0; i <= hi; i++) if (ids[i] === id) return i;
			return -1;
		}
		let lo = 0;
		while (lo <= hi) {
			const mid = (lo + hi) >> 1;
			const got = ids[mid];
			if (got === id) return mid;
			if (got < id) lo = mid + 1;
			else hi = mid - 1;
		}
		return -1;
	}

	/** The position of the attribute at an index. */
	posAt(index: number): PosIdx {
		if (this.positions !== undefined) return this.positions[index];
		if (this.left === undefined) return 0;
		return this.lookup(this.ids[index]);
	}

	private lookup(id: Symbol): PosIdx {
		if (this.right !== undefined) {
			const i = this.right.index(id);
			if (i >= 0) return this.right.posAt(i);
		}
		const i = this.left === undefined ? -1 : this.left.index(id);
		return i < 0 ? 0 : this.left!.posAt(i);
	}

	/** Works out all positions, and lets go of the shapes they came from. */
	private settle(): readonly PosIdx[] {
		if (this.positions === undefined) {
			this.positions = this.left === undefined ? noPositions(this.ids.length) : this.mergedPositions(this.left);
			this.left = undefined;
			this.right = undefined;
		}
		return this.positions;
	}

	/** Those of `right` where it has the name, else those of `left`: all are sorted, so one walk along them will do. */
	private mergedPositions(left: Shape): PosIdx[] {
		const { ids, right } = this;
		const leftIds = left.ids;
		const leftPositions = left.settle();
		const rightIds = right === undefined ? noIds : right.ids;
		const rightPositions = right === undefined ? noIds : right.settle();
		const out: PosIdx[] = new Array(ids.length);
		let i = 0;
		let j = 0;
		for (let k = 0; k < ids.length; k++) {
			const id = ids[k];
			while (i < leftIds.length && leftIds[i] < id) i++;
			while (j < rightIds.length && rightIds[j] < id) j++;
			if (j < rightIds.length && rightIds[j] === id) out[k] = rightPositions[j];
			else out[k] = i < leftIds.length && leftIds[i] === id ? leftPositions[i] : 0;
		}
		return out;
	}

	/** Indices in the lexicographic order of the names. */
	order(symbols: SymbolTable): readonly number[] {
		if (this.sorted === undefined) {
			this.sorted = sortedIndices(this.ids, symbols.names);
		}
		return this.sorted;
	}
}

const maxDepth = 8;
const noIds: readonly number[] = [];
const noPositions = (length: number): PosIdx[] => new Array<PosIdx>(length).fill(0);

/** The indices of symbols in the order of their names. */
const sortedIndices = (ids: readonly Symbol[], names: readonly string[]): readonly number[] => {
	const n = ids.length;
	const order: number[] = new Array(n);
	for (let i = 0; i < n; i++) order[i] = i;
	if (n > 40) return order.sort((a, b) => (names[ids[a]] < names[ids[b]] ? -1 : 1));
	// Insertion, for the many small sets: the built-in sort allocates more than it sorts.
	for (let i = 1; i < n; i++) {
		const name = names[ids[i]];
		let j = i;
		for (; j > 0 && name < names[ids[order[j - 1]]]; j--) order[j] = order[j - 1];
		order[j] = i;
	}
	return order;
};

export const emptyShape = Shape.of([], [], 0);
export const emptyAttrs = new Attrs(emptyShape, []);

/** The value of an attribute, unforced. */
export const getAttr = (attrs: Attrs, id: Symbol): Lazy | undefined => {
	const i = attrs.shape.index(id);
	return i < 0 ? undefined : attrs.vals[i];
};

/** `a // b`. */
export const mergeAttrs = (a: Attrs, b: Attrs): Attrs => {
	const ai = a.shape.ids;
	const bi = b.shape.ids;
	const an = ai.length;
	const bn = bi.length;
	if (an === 0) return b;
	if (bn === 0) return a;
	if (a.shape === b.shape) return new Attrs(b.shape, b.vals);
	const av = a.vals;
	const bv = b.vals;
	if (a.shape.mergedWith === b.shape) return mergeAlike(a.shape.merged as Shape, ai, av, bi, bv);
	const max = an + bn;
	const ids: Symbol[] = new Array(max);
	const vals: Lazy[] = new Array(max);
	let i = 0;
	let j = 0;
	let k = 0;
	let x = ai[0];
	let y = bi[0];
	for (;;) {
		if (x < y) {
			ids[k] = x;
			vals[k++] = av[i++];
			if (i === an) break;
			x = ai[i];
		} else {
			ids[k] = y;
			vals[k++] = bv[j++];
			if (x === y) {
				i++;
				if (j === bn || i === an) break;
				x = ai[i];
				y = bi[j];
			} else {
				if (j === bn) break;
				y = bi[j];
			}
		}
	}
	for (; i < an; i++, k++) {
		ids[k] = ai[i];
		vals[k] = av[i];
	}
	for (; j < bn; j++, k++) {
		ids[k] = bi[j];
		vals[k] = bv[j];
	}
	if (k < max) {
		ids.length = k;
		vals.length = k;
	}
	const shape = Shape.derived(k === an ? ai : ids, a.shape, b.shape);
	a.shape.mergedWith = b.shape;
	a.shape.merged = shape;
	return new Attrs(shape, vals);
};

/** `a // b` where sets of the same two shapes were merged before. */
const mergeAlike = (
	shape: Shape,
	ai: readonly Symbol[],
	av: readonly Lazy[],
	bi: readonly Symbol[],
	bv: readonly Lazy[],
): Attrs => {
	const { ids } = shape;
	const n = ids.length;
	const bn = bi.length;
	const vals: Lazy[] = new Array(n);
	let i = 0;
	let j = 0;
	for (let k = 0; k < n; k++) {
		const id = ids[k];
		if (j < bn && bi[j] === id) {
			vals[k] = bv[j++];
			if (ai[i] === id) i++;
		} else vals[k] = av[i++];
	}
	return new Attrs(shape, vals);
};

/** Gathers attributes in any order; the last of equal names wins. */
export class AttrsBuilder {
	private readonly ids: Symbol[] = [];
	private readonly vals: Lazy[] = [];
	private readonly poss: PosIdx[] = [];

	add(id: Symbol, value: Lazy, pos: PosIdx = 0): this {
		this.ids.push(id);
		this.vals.push(value);
		this.poss.push(pos);
		return this;
	}

	finish(pos: PosIdx = 0): Attrs {
		const { ids, vals, poss } = this;
		let sorted = true;
		for (let i = 1; i < ids.length && sorted; i++) sorted = ids[i - 1] < ids[i];
		if (sorted) return ids.length === 0 ? emptyAttrs : new Attrs(Shape.of(ids, poss, pos), vals);
		const order = ids.map((_, i) => i).sort((x, y) => ids[x] - ids[y] || x - y);
		const last = order.filter((at, n) => n + 1 === order.length || ids[order[n + 1]] !== ids[at]);
		return new Attrs(
			Shape.of(
				last.map((i) => ids[i]),
				last.map((i) => poss[i]),
				pos,
			),
			last.map((i) => vals[i]),
		);
	}
}
