/**
 * String contexts: which store paths a string refers to. A context is an immutable, sorted list of elements, shared
 * between strings; an element is a string, interned, in the reference's encoding:
 *
 *     <base name>              a store path, as it is
 *     =<base name>.drv         a derivation and its whole closure (`builtins.storePath drvPath`-like uses)
 *     !<output>!<element>      an output of a derivation; nested for outputs of outputs
 */
export class Context {
	/** The last union made with this as its left side: the same pair often comes again. */
	private partner: Context | undefined = undefined;
	private union_: Context | undefined = undefined;

	private constructor(readonly elements: readonly string[]) {}

	/** The context of these elements, in any order; undefined for none. */
	static of(elements: Iterable<string>): Context | undefined {
		const sorted = [...new Set(elements)].sort(compareElements);
		return sorted.length === 0 ? undefined : new Context(sorted);
	}

	union(other: Context): Context {
		if (other === this) return this;
		if (this.partner === other) return this.union_!;
		const result = merge(this, other);
		this.partner = other;
		this.union_ = result;
		return result;
	}

	/** For {@link merge} only: elements that are known to be sorted and distinct. */
	static fromSorted(elements: readonly string[]): Context {
		return new Context(elements);
	}
}

const merge = (x: Context, y: Context): Context => {
	const a = x.elements;
	const b = y.elements;
	const out: string[] = [];
	let i = 0;
	let j = 0;
	while (i < a.length && j < b.length) {
		if (a[i] === b[j]) {
			out.push(a[i++]);
			j++;
		} else if (compareElements(a[i], b[j]) < 0) out.push(a[i++]);
		else out.push(b[j++]);
	}
	for (; i < a.length; i++) out.push(a[i]);
	for (; j < b.length; j++) out.push(b[j]);
	if (out.length === a.length) return x;
	if (out.length === b.length) return y;
	return Context.fromSorted(out);
};

export const unionContext = (a: Context | undefined, b: Context | undefined): Context | undefined =>
	a === undefined ? b : b === undefined ? a : a.union(b);

/** What an element says. */
export type ContextElement =
	| { readonly kind: "opaque"; readonly path: string }
	| { readonly kind: "deep"; readonly drv: string }
	| { readonly kind: "built"; readonly output: string; readonly drv: DrvElement };
/** The derivation of a built element: a .drv's base name, or itself an output. */
export type DrvElement =
	| { readonly kind: "opaque"; readonly path: string }
	| { readonly kind: "built"; readonly output: string; readonly drv: DrvElement };

export const parseElement = (element: string): ContextElement => {
	if (element[0] === "=") return { kind: "deep", drv: element.slice(1) };
	return parseDrv(element);
};
const parseDrv = (element: string): DrvElement => {
	if (element[0] !== "!") return { kind: "opaque", path: element };
	const at = element.indexOf("!", 1);
	return { kind: "built", output: element.slice(1, at), drv: parseDrv(element.slice(at + 1)) };
};

const exclamation = 33;
const equals = 61;
const rank = (element: string): number => {
	const c = element.charCodeAt(0);
	return c === exclamation ? 2 : c === equals ? 1 : 0;
};

/** The reference's order: opaque, then deep, then built (by derivation, then output). */
export const compareElements = (a: string, b: string): number => {
	if (a === b) return 0;
	const r = rank(a) - rank(b);
	if (r !== 0) return r;
	return rank(a) === 2 ? compareBuilt(a, 0, b, 0) : a < b ? -1 : 1;
};

/** Two built elements, from an index each on, where their `!` is. Called often in evaluation, so nothing is parsed. */
const compareBuilt = (a: string, i: number, b: string, j: number): number => {
	const m = a.indexOf("!", i + 1) + 1;
	const n = b.indexOf("!", j + 1) + 1;
	const aNested = a.charCodeAt(m) === exclamation;
	const bNested = b.charCodeAt(n) === exclamation;
	if (aNested !== bNested) return aNested ? 1 : -1;
	return (aNested ? compareBuilt(a, m, b, n) : compareFrom(a, m, b, n)) || compareNames(a, i + 1, m - 1, b, j + 1, n - 1);
};

/** Two strings from an index each on. */
const compareFrom = (a: string, i: number, b: string, j: number): number =>
	compareNames(a, i, a.length, b, j, b.length);

const compareNames = (a: string, i: number, aEnd: number, b: string, j: number, bEnd: number): number => {
	for (let k = i, l = j; ; k++, l++) {
		if (k === aEnd) return l === bEnd ? 0 : -1;
		if (l === bEnd) return 1;
		const difference = a.charCodeAt(k) - b.charCodeAt(l);
		if (difference !== 0) return difference;
	}
};

/** Gathers the contexts that a computation meets. */
export class ContextGatherer {
	context: Context | undefined = undefined;
	/** Adds a whole context. */
	add(context: Context | undefined): void {
		if (context !== undefined) this.context = this.context === undefined ? context : this.context.union(context);
	}
	addElement(element: string): void {
		this.add(Context.of([element]));
	}
}
