import { FlakeError } from "./errors";
import {
	AttrsValue,
	type Context,
	type Evaluator,
	force,
	getAttr,
	type Lazy,
	NixPath,
	NixString,
	showNixPath,
	showType,
	TypeError,
} from "./evaluation";

/** A value that is looked into a bit at a time, as commands walk through a flake's outputs. Strings are byte strings. */
export interface AttrCursor {
	/** The names from the outputs to here. */
	readonly path: readonly string[];
	/** The names of a set, sorted. Throws where the value is none. */
	names(): readonly string[];
	/** An attribute; undefined where there is none, or the value is no set. */
	find(name: string): AttrCursor | undefined;
	/** An attribute that has to be there. */
	get(name: string): AttrCursor;
	/** A string, or a path. Throws where the value is neither. */
	string(): string;
	/** The same, with what the string refers to. */
	stringWithContext(): { readonly text: string; readonly context: Context | undefined };
	/** A Boolean. Throws where the value is none. */
	bool(): boolean;
	isDerivation(): boolean;
}

/** A path of attributes as messages show it. */
export const showAttrs = (path: readonly string[]): string => path.join(".");

class ValueCursor implements AttrCursor {
	constructor(
		private readonly st: Evaluator,
		readonly path: readonly string[],
		private readonly value: Lazy,
	) {}

	names(): readonly string[] {
		const value = force(this.value, 0);
		const { names } = this.st.symbols;
		if (value instanceof AttrsValue) return value.shape.order(this.st.symbols).map((i) => names[value.shape.ids[i]]);
		throw this.st.fail(new TypeError("NIX_TYPE", `'${showAttrs(this.path)}' is not an attribute set`), 0);
	}

	find(name: string): AttrCursor | undefined {
		const value = force(this.value, 0);
		if (!(value instanceof AttrsValue)) return undefined;
		const attr = getAttr(value, this.st.symbols.create(name));
		return attr === undefined ? undefined : new ValueCursor(this.st, [...this.path, name], attr);
	}

	get(name: string): AttrCursor {
		const found = this.find(name);
		if (found !== undefined) return found;
		throw new FlakeError("NO_SUCH_ATTRIBUTE", `attribute '${showAttrs([...this.path, name])}' does not exist`);
	}

	string(): string {
		return this.stringWithContext().text;
	}

	stringWithContext(): { readonly text: string; readonly context: Context | undefined } {
		const value = force(this.value, 0);
		if (typeof value === "string") return { text: value, context: undefined };
		if (value instanceof NixString) return { text: value.s, context: value.context };
		if (value instanceof NixPath) return { text: showNixPath(value), context: undefined };
		throw this.st.fail(
			new TypeError("NIX_TYPE", `'${showAttrs(this.path)}' is not a string but ${showType(value)}`),
			0,
		);
	}

	bool(): boolean {
		const value = force(this.value, 0);
		if (typeof value === "boolean") return value;
		throw this.st.fail(new TypeError("NIX_TYPE", `'${showAttrs(this.path)}' is not a Boolean`), 0);
	}

	isDerivation(): boolean {
		return this.find("type")?.string() === "derivation";
	}
}

/** A cursor at a value that is reached by a path. */
export const cursorAt = (st: Evaluator, path: readonly string[], value: Lazy): AttrCursor =>
	new ValueCursor(st, path, value);

/** A cursor at the outputs of a flake's value, as {@link callFlake} gives it. */
export const outputsCursor = (st: Evaluator, flake: Lazy): AttrCursor => {
	const value = force(flake, 0);
	const outputs = value instanceof AttrsValue ? getAttr(value, st.symbols.create("outputs")) : undefined;
	if (outputs === undefined) throw new FlakeError("NO_SUCH_ATTRIBUTE", "attribute 'outputs' does not exist");
	return new ValueCursor(st, [], outputs);
};
