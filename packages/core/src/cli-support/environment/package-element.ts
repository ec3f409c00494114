import { NixError, type StorePath } from "@tsnix/store";
import {
	Attrs,
	AttrsBuilder,
	ContextGatherer,
	coerceToStorePath,
	type Evaluator,
	force,
	forceAttrs,
	forceBool,
	forceList,
	forceStringNoContext,
	type Lazy,
	NixFloat,
	NixString,
	type PackageInfo,
	positionOf,
	Thunk,
	tooDeep,
	type Value,
	wellKnown,
} from "../evaluation";

/** The outputs of a package, by name, in the order of their names; their paths where they were asked for. */
export type ElementOutputs = ReadonlyMap<string, StorePath | undefined>;

/**
 * An element of a user environment, or one that may become so: a derivation that was found in a value, or just a store
 * path (the manual's "nix-env"; the reference's `PackageInfo`). Its name and `meta` can be told anew.
 */
export class PackageElement {
	private forcedName: string | undefined;
	private metaSet: Attrs | undefined;
	private knownOutputs: Map<string, StorePath | undefined> | undefined;

	private constructor(
		private readonly st: Evaluator,
		private readonly info: PackageInfo | undefined,
		private readonly stored: { readonly drvPath?: StorePath; readonly outPath: StorePath } | undefined,
	) {}

	static found(st: Evaluator, info: PackageInfo): PackageElement {
		return new PackageElement(st, info, undefined);
	}

	/** A path of the store, and the derivation that it comes of, if it is known. */
	static stored(st: Evaluator, name: string, outPath: StorePath, drvPath?: StorePath): PackageElement {
		const element = new PackageElement(st, undefined, { outPath, ...(drvPath === undefined ? {} : { drvPath }) });
		element.forcedName = name;
		return element;
	}

	get attrPath(): string {
		return this.info?.attrPath ?? "";
	}

	get name(): string {
		return this.forcedName ?? this.info?.name ?? "";
	}

	set name(name: string) {
		this.forcedName = name;
	}

	get system(): string {
		return this.info?.system ?? "";
	}

	get drvPath(): StorePath | undefined {
		return this.info === undefined ? this.stored?.drvPath : this.info.drvPath;
	}

	get outPath(): StorePath {
		const path = this.info === undefined ? this.stored?.outPath : this.info.outPath;
		if (path === undefined) throw new NixError("NIX_NO_OUT_PATH", "derivation does not have attribute 'outPath'");
		return path;
	}

	get outputName(): string {
		return this.info?.outputName ?? "";
	}

	/** Its outputs; `toInstall` leaves those that `meta.outputsToInstall` names, or the one that it stands for. */
	outputs(withPaths: boolean, toInstall: boolean): ElementOutputs {
		const all = (this.knownOutputs ??= this.allOutputs(withPaths));
		const { info, st } = this;
		if (!toInstall || info === undefined) return all;
		const specified = this.attribute(wellKnown.outputSpecified);
		if (
			specified !== undefined &&
			forceBool(st, specified.value, specified.pos, "while evaluating the 'outputSpecified' attribute of a derivation")
		) {
			const { outputName } = this;
			if (!all.has(outputName)) throw new NixError("NIX_NO_OUTPUT", `derivation does not have output '${outputName}'`);
			return new Map([[outputName, all.get(outputName)]]);
		}
		const wanted = this.meta("outputsToInstall");
		if (wanted === undefined) return all;
		const bad = (): NixError =>
			new NixError("NIX_BAD_OUTPUTS_TO_INSTALL", "this derivation has bad 'meta.outputsToInstall'");
		if (!Array.isArray(wanted)) throw bad();
		const out = new Map<string, StorePath | undefined>();
		for (const lazy of wanted) {
			const name = textOf(lazy);
			if (name === undefined || !all.has(name)) throw bad();
			out.set(name, all.get(name));
		}
		return inOrder(out);
	}

	private attribute(id: number): { readonly value: Lazy; readonly pos: number } | undefined {
		const attrs = this.info?.attrs;
		const i = attrs === undefined ? -1 : attrs.shape.index(id);
		return attrs === undefined || i < 0 ? undefined : { value: attrs.vals[i], pos: attrs.shape.posAt(i) };
	}

	private allOutputs(withPaths: boolean): Map<string, StorePath | undefined> {
		const { st } = this;
		const listed = this.attribute(wellKnown.outputs);
		if (listed === undefined) return new Map([["out", withPaths ? this.outPath : undefined]]);
		const out = new Map<string, StorePath | undefined>();
		const { pos } = listed;
		for (const lazy of forceList(st, listed.value, pos, "while evaluating the 'outputs' attribute of a derivation")) {
			const name = forceStringNoContext(st, lazy, pos, "while evaluating the name of an output of a derivation");
			if (!withPaths) {
				if (!out.has(name)) out.set(name, undefined);
				continue;
			}
			const set = this.attribute(st.symbols.create(name));
			if (set === undefined) continue;
			const output = forceAttrs(st, set.value, pos, "while evaluating an output of a derivation");
			const i = output.shape.index(wellKnown.outPath);
			if (i < 0 || out.has(name)) continue;
			const doing = "while evaluating an output path of a derivation";
			out.set(name, coerceToStorePath(st, output.vals[i], new ContextGatherer(), doing, output.shape.posAt(i)));
		}
		return inOrder(out);
	}

	private metaAttrs(): Attrs | undefined {
		if (this.metaSet !== undefined) return this.metaSet;
		const meta = this.attribute(this.st.symbols.create("meta"));
		if (meta === undefined) return undefined;
		const doing = "while evaluating the 'meta' attribute of a derivation";
		this.metaSet = forceAttrs(this.st, meta.value, meta.pos, doing);
		return this.metaSet;
	}

	/** The names in `meta`, in order. */
	get metaNames(): string[] {
		const meta = this.metaAttrs();
		if (meta === undefined) return [];
		const { st } = this;
		return meta.shape.order(st.symbols).map((i) => st.symbols.names[meta.shape.ids[i]]);
	}

	/** A value of `meta`, where it is one of those that environments keep: plain data, no derivation in it. */
	meta(name: string): Lazy | undefined {
		const meta = this.metaAttrs();
		const i = meta === undefined ? -1 : meta.shape.index(this.st.symbols.create(name));
		if (meta === undefined || i < 0 || !isPlain(this.st, meta.vals[i])) return undefined;
		return force(meta.vals[i], 0);
	}

	metaText(name: string): string {
		const value = this.meta(name);
		return (value === undefined ? undefined : textOf(value)) ?? "";
	}

	/** A number of `meta`; texts that are whole numbers are taken, too. */
	metaInteger(name: string, otherwise: bigint): bigint {
		const value = this.meta(name);
		if (typeof value === "number" || typeof value === "bigint") return BigInt(value);
		const text = value === undefined ? undefined : textOf(value);
		return text !== undefined && /^[+-]?[0-9]+$/.test(text) ? BigInt(text) : otherwise;
	}

	metaBoolean(name: string, otherwise: boolean): boolean {
		const value = this.meta(name);
		if (typeof value === "boolean") return value;
		const text = value === undefined ? undefined : textOf(value);
		return text === "true" ? true : text === "false" ? false : otherwise;
	}

	/** Puts a text into `meta`. */
	setMeta(name: string, value: string): void {
		const old = this.metaAttrs();
		const builder = new AttrsBuilder();
		const id = this.st.symbols.create(name);
		if (old !== undefined)
			for (let i = 0; i < old.vals.length; i++)
				if (old.shape.ids[i] !== id) builder.add(old.shape.ids[i], old.vals[i], old.shape.posAt(i));
		builder.add(id, value);
		this.metaSet = builder.finish();
	}
}

const inOrder = <A>(map: ReadonlyMap<string, A>): Map<string, A> =>
	new Map([...map].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));

/** The text of a value that has been worked out and is a string. */
export const textOf = (lazy: Lazy): string | undefined => {
	const value = force(lazy, 0);
	return typeof value === "string" ? value : value instanceof NixString ? value.s : undefined;
};

/** A value, where it has been worked out. */
const known = (lazy: Lazy): Value | undefined =>
	lazy instanceof Thunk ? (lazy.c === null ? (lazy.e as Value) : undefined) : lazy;

/** Whether a value is plain data: numbers, booleans, strings, lists and sets of them; sets that are no packages. */
const isPlain = (st: Evaluator, lazy: Lazy): boolean => {
	if (st.depth > st.maxDepth) throw tooDeep(st, positionOf(known(lazy)));
	st.depth++;
	try {
		const value = force(lazy, 0);
		if (Array.isArray(value)) return value.every((element) => isPlain(st, element));
		if (value instanceof Attrs)
			return value.shape.index(wellKnown.outPath) < 0 && value.vals.every((element) => isPlain(st, element));
		return (
			["number", "bigint", "boolean", "string"].includes(typeof value) ||
			value instanceof NixString ||
			value instanceof NixFloat
		);
	} finally {
		st.depth--;
	}
};
