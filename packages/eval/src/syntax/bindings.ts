import { ParseError } from "../errors/parse-error";
import type { Lexer } from "./lexer";
import { printAttrPath } from "./print";
import type { Symbol, SymbolTable } from "./symbols";
import type { AttrName, Expr, InheritFromExpr, SelectExpr } from "./tree";
import { AttrDef, AttrKind, AttrsExpr, DynamicAttrDef, Kind, noDynamic, noExprs } from "./tree";

/** Gives a function the name that it is bound to, and the functions it returns too. */
const setName = (value: Expr, name: Symbol): void => {
	for (let e = value; e.kind === Kind.Lambda; e = e.body) e.name = name;
};

type Doc = { readonly begin: number; readonly end: number };

/** Documents a function and those it returns. The innermost comment wins. */
export const setDoc = (value: Expr, doc: Doc): void => {
	for (let e = value; e.kind === Kind.Lambda && e.doc === undefined; e = e.body) e.doc = doc;
};

/** Sorts a set's attributes by symbol. */
export const sortAttrs = (set: AttrsExpr): void => {
	const attrs = set.attrs;
	for (let i = 1; i < attrs.length; i++)
		if (attrs[i - 1].name > attrs[i].name) {
			attrs.sort((a, b) => a.name - b.name);
			return;
		}
};

/** Sets of more attributes than this are searched by index. */
const fewAttrs = 12;

/**
 * Puts attribute definitions into the sets of one source: nested paths make nested sets, a set that meets one already
 * there is merged into it, and anything else that is there already is an error.
 */
export class Bindings {
	private readonly indexes = new Map<AttrsExpr, Map<Symbol, AttrDef>>();
	/** Sets that were added to from outside their braces, which are sorted at the end. */
	private readonly outside = new Set<AttrsExpr>();

	constructor(
		private readonly symbols: SymbolTable,
		private readonly lexer: Lexer,
	) {}

	/** To be called when everything is parsed. */
	finish(): void {
		for (const set of this.outside) sortAttrs(set);
	}

	/** Adds `inherit name;` or, from a source, `inherit (source) name;`. Throws a {@link ParseError} if it is there. */
	inherit(set: AttrsExpr, def: AttrDef): void {
		const known = this.find(set, def.name);
		if (known !== undefined) this.duplicate([def.name], def.pos, known.pos);
		this.append(set, def);
	}

	/** Adds `path = value;`. Throws a {@link ParseError} if the attribute is there and either is no set. */
	add(set: AttrsExpr, path: AttrName[], pos: number, value: Expr, valuePos: number): void {
		let attrs = set;
		const last = path.length - 1;
		for (let i = 0; i < last; i++) {
			attrs = this.nested(attrs, path, i, pos);
			this.outside.add(attrs);
		}
		const name = path[last];
		if (typeof name === "number") this.insert(attrs, path, new AttrDef(name, value, pos, AttrKind.Plain));
		else addDynamic(attrs, new DynamicAttrDef(name, value, pos));

		const docs = this.lexer.docs;
		if (docs === undefined) return;
		const doc = docs.get(pos);
		if (doc === undefined) return;
		setDoc(value, doc);
		if (!docs.has(valuePos)) docs.set(valuePos, doc);
	}

	/** The set at a step of a path, which is made if it is not there. */
	private nested(attrs: AttrsExpr, path: readonly AttrName[], step: number, pos: number): AttrsExpr {
		const name = path[step];
		const known = typeof name === "number" ? this.find(attrs, name) : undefined;
		if (known !== undefined) {
			if (known.value.kind === Kind.Attrs) return known.value;
			this.duplicate(path.slice(0, step + 1), pos, known.pos);
		}
		const made = new AttrsExpr(-1);
		if (typeof name === "number") this.append(attrs, new AttrDef(name, made, pos, AttrKind.Plain));
		else addDynamic(attrs, new DynamicAttrDef(name, made, pos));
		return made;
	}

	private duplicate(path: readonly AttrName[], offset: number, previous: number): never {
		const name = printAttrPath(path, this.symbols);
		throw new ParseError(`attribute '${name}' already defined at %at%`, offset, previous);
	}

	private find(set: AttrsExpr, name: Symbol): AttrDef | undefined {
		const attrs = set.attrs;
		if (attrs.length > fewAttrs) {
			let index = this.indexes.get(set);
			if (index === undefined) {
				index = new Map();
				for (const def of attrs) index.set(def.name, def);
				this.indexes.set(set, index);
			}
			return index.get(name);
		}
		for (let i = 0; i < attrs.length; i++) if (attrs[i].name === name) return attrs[i];
		return undefined;
	}

	private append(set: AttrsExpr, def: AttrDef): void {
		set.attrs.push(def);
		if (set.attrs.length > fewAttrs) this.indexes.get(set)?.set(def.name, def);
	}

	private insert(set: AttrsExpr, path: AttrName[], def: AttrDef): void {
		const known = this.find(set, def.name);
		if (known === undefined) {
			this.append(set, def);
			setName(def.value, def.name);
		} else if (known.value.kind === Kind.Attrs && def.value.kind === Kind.Attrs)
			this.merge(known.value, def.value, path);
		else this.duplicate(path, def.pos, known.pos);
	}

	/** Moves the attributes of one set into another, whose `rec` or its absence then holds for them. */
	private merge(into: AttrsExpr, from: AttrsExpr, path: AttrName[]): void {
		this.outside.add(into);
		sortAttrs(from);
		const shift = into.inheritFrom.length;
		const shifted = new Set<InheritFromExpr>();
		for (const def of from.attrs) {
			if (def.kind === AttrKind.InheritedFrom) {
				const source = (def.value as SelectExpr).subject as InheritFromExpr;
				if (!shifted.has(source)) {
					shifted.add(source);
					source.index += shift;
				}
			}
			path.push(def.name);
			this.insert(into, path, def);
			path.pop();
		}
		for (const def of from.dynamic) addDynamic(into, def);
		for (const source of from.inheritFrom) addInheritSource(into, source);
	}
}

const addDynamic = (set: AttrsExpr, def: DynamicAttrDef): void => {
	if (set.dynamic === noDynamic) set.dynamic = [def];
	else set.dynamic.push(def);
};

/** Adds the source of an `inherit (source) …;` and tells its index. */
export const addInheritSource = (set: AttrsExpr, source: Expr): number => {
	if (set.inheritFrom === noExprs) set.inheritFrom = [source];
	else set.inheritFrom.push(source);
	return set.inheritFrom.length - 1;
};
