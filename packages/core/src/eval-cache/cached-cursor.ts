import { isDerivationPath, NixError, parseStorePath, type StorePath } from "@tsnix/store";
import { type AttrCursor, showAttrs } from "../flake/attr-cursor";
import { FlakeError } from "../flake/errors";
import {
	AttrsValue,
	Context,
	EvalError,
	force,
	forceAttrs,
	forceStringNoContext,
	getAttr,
	type Lazy,
	NixPath,
	NixString,
	showNixPath,
	showType,
	suggest,
	type Suggestion,
	TypeError,
	type Value,
} from "../flake/evaluation";
import type { CachedAttr, CachedValue } from "./attr-db";
import type { EvalCache } from "./eval-cache";

/** The evaluation of an attribute is known to fail. {@link CachedEvalError.evaluate} tells how. */
export class CachedEvalError extends EvalError {
	constructor(
		private readonly cursor: CachedCursor,
		private readonly attribute: string,
	) {
		super("NIX_CACHED_FAILURE", `cached failure of attribute '${showAttrs([...cursor.path, attribute])}'`);
	}

	/** Evaluates the attribute, which throws what it threw before. */
	evaluate(): never {
		const { st } = this.cursor.cache;
		const value = this.cursor.force();
		const attr = value instanceof AttrsValue ? getAttr(value, st.symbols.create(this.attribute)) : undefined;
		if (attr !== undefined) force(attr, 0);
		const shown = showAttrs([...this.cursor.path, this.attribute]);
		throw st.fail(
			new EvalError("NIX_CACHED_FAILURE", `evaluation of cached failed attribute '${shown}' unexpectedly succeeded`),
			0,
		);
	}
}

type Known<K extends CachedValue["kind"]> = Extract<CachedValue, { readonly kind: K }>;

/**
 * A cursor over a flake's outputs that asks the cache first, evaluates what is not in it, and remembers that. What is
 * remembered, and when, is the reference's, so that each can use what the other wrote.
 */
export class CachedCursor implements AttrCursor {
	readonly path: readonly string[];

	constructor(
		readonly cache: EvalCache,
		private readonly parent: { readonly cursor: CachedCursor; readonly name: string } | undefined,
		private value: Lazy | undefined,
		private known: CachedAttr | undefined,
	) {
		this.path = parent === undefined ? [] : [...parent.cursor.path, parent.name];
	}

	private get shown(): string {
		return showAttrs(this.path);
	}

	/** Where the attribute is remembered. */
	private key(): readonly [parent: number, name: string] {
		const { parent, cache } = this;
		if (parent === undefined) return [0, ""];
		const above = parent.cursor;
		above.known ??= cache.db?.get(...above.key());
		return [above.known?.id ?? 0, parent.name];
	}

	private remember(value: CachedValue): void {
		const { db } = this.cache;
		if (db !== undefined) this.known = db.set(...this.key(), value);
	}

	/** The value, unforced. */
	private lazy(): Lazy {
		if (this.value === undefined) {
			const { parent, cache } = this;
			if (parent === undefined) this.value = cache.rootValue();
			else {
				const { st } = cache;
				const attrs = forceAttrs(st, parent.cursor.lazy(), 0, "while searching for an attribute");
				const attr = getAttr(attrs, st.symbols.create(parent.name));
				if (attr === undefined)
					throw new FlakeError("NO_SUCH_ATTRIBUTE", `attribute '${this.shown}' is unexpectedly missing`);
				this.value = attr;
			}
		}
		return this.value;
	}

	/** Evaluates the attribute, whatever is remembered of it. */
	force(): Value {
		const lazy = this.lazy();
		let value: Value;
		try {
			value = force(lazy, 0);
		} catch (error) {
			if (error instanceof EvalError) this.remember({ kind: "failed" });
			throw error;
		}
		if (this.cache.db !== undefined && (this.known === undefined || this.known.value.kind === "placeholder")) {
			const cached = cachedValueOf(value);
			if (cached !== undefined) this.remember(cached);
		}
		return value;
	}

	/** What is remembered, if it is enough. Throws where it is that evaluation fails. */
	private recall(): CachedValue | undefined {
		const { db } = this.cache;
		if (db === undefined) return undefined;
		this.known ??= db.get(...this.key());
		if (this.known?.value.kind === "failed" && this.parent !== undefined)
			throw new CachedEvalError(this.parent.cursor, this.parent.name);
		return this.known?.value;
	}

	/** What is remembered of a value of some kind. Throws where it is of another kind. */
	private recallAs<K extends CachedValue["kind"]>(kind: K, what: string): Known<K> | undefined {
		const value = this.recall();
		if (value === undefined || value.kind === "placeholder") return undefined;
		if (value.kind === kind) return value as Known<K>;
		throw this.wrong(`'${this.shown}' is not ${what}`);
	}

	private wrong(message: string): unknown {
		return this.cache.st.fail(new TypeError("NIX_TYPE", message), 0);
	}

	find(name: string): CachedCursor | undefined {
		const { cache } = this;
		const { db, st } = cache;
		const recalled = this.recall();
		if (db !== undefined && recalled !== undefined && this.known !== undefined) {
			if (recalled.kind === "attrs")
				return recalled.names.includes(name) ? this.inner(name, undefined, undefined) : undefined;
			if (recalled.kind !== "placeholder") return undefined;
			const attr = db.get(this.known.id, name);
			if (attr?.value.kind === "missing") return undefined;
			if (attr?.value.kind === "failed") throw new CachedEvalError(this, name);
			if (attr !== undefined) return this.inner(name, undefined, attr);
		}
		const value = this.force();
		if (!(value instanceof AttrsValue)) return undefined;
		const attr = getAttr(value, st.symbols.create(name));
		if (db === undefined) return attr === undefined ? undefined : this.inner(name, attr, undefined);
		if (this.known === undefined) this.remember({ kind: "placeholder" });
		const id = this.known === undefined ? 0 : (this.known as CachedAttr).id;
		const remembered = db.set(id, name, { kind: attr === undefined ? "missing" : "placeholder" });
		return attr === undefined ? undefined : this.inner(name, attr, remembered);
	}

	private inner(name: string, value: Lazy | undefined, known: CachedAttr | undefined): CachedCursor {
		return new CachedCursor(this.cache, { cursor: this, name }, value, known);
	}

	get(name: string): CachedCursor {
		const found = this.find(name);
		if (found !== undefined) return found;
		throw new FlakeError("NO_SUCH_ATTRIBUTE", `attribute '${showAttrs([...this.path, name])}' does not exist`);
	}

	/** What a path leads to, without calling functions; or names near to the one that is not there. */
	follow(path: readonly string[]): CachedCursor | { readonly suggestions: readonly Suggestion[] } {
		let cursor: CachedCursor = this;
		for (const name of path) {
			const inner = cursor.find(name);
			if (inner === undefined) return { suggestions: suggest(cursor.names(), name) };
			cursor = inner;
		}
		return cursor;
	}

	names(): readonly string[] {
		const recalled = this.recallAs("attrs", "an attribute set");
		if (recalled !== undefined) return recalled.names;
		const value = this.force();
		if (!(value instanceof AttrsValue)) throw this.wrong(`'${this.shown}' is not an attribute set`);
		const { symbols } = this.cache.st;
		const names = value.shape.order(symbols).map((i) => symbols.names[value.shape.ids[i]]);
		this.remember({ kind: "attrs", names });
		return names;
	}

	string(): string {
		const recalled = this.recallAs("string", "a string");
		return recalled === undefined ? this.forcedString().text : recalled.text;
	}

	stringWithContext(): { readonly text: string; readonly context: Context | undefined } {
		const recalled = this.recallAs("string", "a string");
		if (recalled === undefined || !recalled.context.every((element) => this.isThere(element)))
			return this.forcedString();
		return { text: recalled.text, context: Context.of(recalled.context) };
	}

	/** Whether what an element of a context refers to is in the store. */
	private isThere(element: string): boolean {
		const { store } = this.cache.st.host;
		let name = element;
		while (name.startsWith("!")) name = name.slice(name.indexOf("!", 1) + 1);
		return store.isValidPath(parseStorePath(`${store.storeDir}/${name.replace(/^=/, "")}`, store.storeDir));
	}

	private forcedString(): { readonly text: string; readonly context: Context | undefined } {
		const value = this.force();
		const text = textOf(value, showNixPath);
		if (text === undefined) throw this.wrong(`'${this.shown}' is not a string but ${showType(value)}`);
		return text;
	}

	/** A Boolean. Throws where the value is none. */
	bool(): boolean {
		const recalled = this.recallAs("bool", "a Boolean");
		if (recalled !== undefined) return recalled.value;
		const value = this.force();
		if (typeof value !== "boolean") throw this.wrong(`'${this.shown}' is not a Boolean`);
		return value;
	}

	/** An integer. Throws where the value is none. */
	integer(): number | bigint {
		const recalled = this.recallAs("int", "an integer");
		if (recalled !== undefined) return recalled.value;
		const value = this.force();
		if (typeof value !== "number" && typeof value !== "bigint") throw this.wrong(`'${this.shown}' is not an integer`);
		return value;
	}

	/** A list of strings. Throws where the value is none. */
	strings(): readonly string[] {
		const recalled = this.recallAs("strings", "a list of strings");
		if (recalled !== undefined) return recalled.values;
		const { st } = this.cache;
		const list = force(this.lazy(), 0);
		if (!Array.isArray(list)) throw this.wrong(`'${this.shown}' is not a list`);
		const doing = "while evaluating an attribute for caching";
		const values = (list as readonly Lazy[]).map((element) => forceStringNoContext(st, element, 0, doing));
		this.remember({ kind: "strings", values });
		return values;
	}

	isDerivation(): boolean {
		return this.find("type")?.string() === "derivation";
	}

	/** The derivation that the value is, put into the store if it is gone from there. */
	derivation(): StorePath {
		const { st } = this.cache;
		const { store } = st.host;
		const attr = this.get("drvPath");
		const drvPath = parseStorePath(attr.string(), store.storeDir);
		if (!isDerivationPath(drvPath))
			throw new NixError("NOT_A_DERIVATION", `store path '${drvPath.baseName}' is not a valid derivation path`);
		if (!store.isValidPath(drvPath) && !st.settings.readOnly) {
			attr.force();
			if (!store.isValidPath(drvPath))
				throw new NixError(
					"NOT_A_DERIVATION",
					`don't know how to recreate store derivation '${drvPath.toString(store.storeDir)}'!`,
				);
		}
		return drvPath;
	}
}

/** A string, or a path, with what it refers to. */
const textOf = (
	value: Value,
	pathText: (path: NixPath) => string,
): { readonly text: string; readonly context: Context | undefined } | undefined => {
	if (typeof value === "string") return { text: value, context: undefined };
	if (value instanceof NixString) return { text: value.s, context: value.context };
	if (value instanceof NixPath) return { text: pathText(value), context: undefined };
	return undefined;
};

/** What is remembered of a value; nothing of sets. */
const cachedValueOf = (value: Value): CachedValue | undefined => {
	const text = textOf(value, ({ path }) => path);
	if (text !== undefined) return { kind: "string", text: text.text, context: text.context?.elements ?? [] };
	if (typeof value === "boolean") return { kind: "bool", value };
	if (typeof value === "number" || typeof value === "bigint") return { kind: "int", value };
	return value instanceof AttrsValue ? undefined : { kind: "misc" };
};
