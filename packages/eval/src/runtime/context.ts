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

const rank = (element: string): number => (element[0] === "!" ? 2 : element[0] === "=" ? 1 : 0);

/** The reference's order: opaque, then deep, then built (by derivation, then output). */
export const compareElements = (a: string, b: string): number => {
	const r = rank(a) - rank(b);
	if (r !== 0) return r;
	if (a[0] !== "!") return a < b ? -1 : a > b ? 1 : 0;
	return compareBuilt(parseDrv(a), parseDrv(b));
};
const compareBuilt = (a: DrvElement, b: DrvElement): number => {
	if (a.kind === "opaque" || b.kind === "opaque") {
		if (a.kind !== b.kind) return a.kind === "opaque" ? -1 : 1;
		const x = (a as { path: string }).path;
		const y = (b as { path: string }).path;
		return x < y ? -1 : x > y ? 1 : 0;
	}
	return compareBuilt(a.drv, b.drv) || (a.output < b.output ? -1 : a.output > b.output ? 1 : 0);
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
