import {
	Attrs,
	AttrsBuilder,
	autoCall,
	callN,
	type CompileOptions,
	evalFile,
	Evaluator,
	type EvalSettings,
	findDerivations,
	force,
	type Host,
	installBuiltins,
	isFunction,
	type Lazy,
	NixPath,
	positionOf,
	selectAlongPath,
	typeOf,
	type Value,
} from "@tsnix/eval";
import { toBytes } from "@tsnix/store";
import { type Form, render } from "./render";
import { fromPlain, type Plain, toPlain } from "./to-plain";

/** Where a value comes from. */
export type Source =
	| {
			/** Text in the language. */
			readonly expression: string;
			/** The folder that its relative paths start from; absolute. */
			readonly basePath?: string;
	  }
	/** A file, or a folder with a `default.nix`; absolute. */
	| { readonly file: string }
	/** A flake: its outputs. */
	| { readonly flake: string };

/** A value, and what is wanted of it. */
export type Request = Source & {
	/** An attribute path, `a.b."c.d"`. */
	readonly attribute?: string;
	/** Arguments for functions on the way: plain data, or Nix expressions. */
	readonly args?: Readonly<Record<string, Plain>>;
	readonly argExpressions?: Readonly<Record<string, string>>;
	/** A function, in the language, to apply to the result. */
	readonly apply?: string;
};

/** A derivation that a value holds. */
export interface Instantiated {
	/** The .drv file's store path. */
	readonly drvPath: string;
	readonly name: string;
	readonly system: string;
	/** Where in the value it was found. */
	readonly attrPath: string;
	/** The output that the value stands for. */
	readonly outputName: string;
	/** The names of all its outputs. */
	readonly outputs: readonly string[];
}

/** What an evaluated value is, for those who hold only a handle to it. */
export interface ValueInfo {
	readonly type: "int" | "bool" | "string" | "path" | "null" | "set" | "list" | "lambda" | "float";
	/** A set's names in order. */
	readonly names?: readonly string[];
	/** A list's length. */
	readonly length?: number;
}

/**
 * One evaluation world: an evaluator with its builtins and what has been read so far. All of it is synchronous; it
 * runs in whichever thread made it.
 */
export class Engine {
	readonly st: Evaluator;
	private readonly handles = new Map<number, Lazy>();
	private nextHandle = 1;

	constructor(
		host: Host,
		settings: Partial<EvalSettings>,
		/** The value of a flake's outputs, given by who knows flakes. */
		private readonly flakeValue: (engine: Engine, ref: string) => Lazy,
		/** Builtins beside the evaluator's own. */
		builtins: Parameters<typeof installBuiltins>[1] = [],
	) {
		this.st = new Evaluator(host, settings);
		installBuiltins(this.st, builtins);
	}

	/** Parses and runs a text. */
	run(text: string, options: CompileOptions): Value {
		const { code } = this.st.compile(text, options);
		return code.ev(code, undefined as never, undefined);
	}

	/** The value of a source, with functions on the way to `attribute` called. */
	value(request: Request): Lazy {
		const { st } = this;
		st.depth = 0;
		const args = this.arguments(request);
		let value = this.root(request);
		if (request.attribute !== undefined && request.attribute !== "")
			value = selectAlongPath(st, toBytes(request.attribute), args, value).value;
		if (args.vals.length > 0) value = autoCall(st, args, value);
		if (request.apply !== undefined) {
			const f = this.run(toBytes(request.apply), { origin: { kind: "string" }, basePath: "/" });
			value = callN(st, f, [value], 0);
		}
		return value;
	}

	/** The value of a source itself. */
	root(source: Source): Lazy {
		const { st } = this;
		if ("expression" in source)
			return this.run(toBytes(source.expression), {
				origin: { kind: "string" },
				basePath: source.basePath ?? "/",
			});
		if ("file" in source) return evalFile(st, new NixPath(source.file, st.rootFS));
		return this.flakeValue(this, source.flake);
	}

	arguments(request: Pick<Request, "args" | "argExpressions">): Attrs {
		const { st } = this;
		const builder = new AttrsBuilder();
		for (const [name, value] of Object.entries(request.args ?? {}))
			builder.add(st.symbols.create(toBytes(name)), fromPlain(st, value));
		for (const [name, text] of Object.entries(request.argExpressions ?? {}))
			builder.add(
				st.symbols.create(toBytes(name)),
				this.run(toBytes(text), { origin: { kind: "string" }, basePath: "/" }),
			);
		return builder.finish();
	}

	/** The value as plain data. */
	evaluate(request: Request): Plain {
		return toPlain(this.st, this.value(request));
	}

	/** The value written out. */
	render(request: Request, form: Form): string {
		return render(this.st, this.value(request), form);
	}

	/** The derivations that the value holds, written to the store. */
	instantiate(request: Request): Instantiated[] {
		const { st } = this;
		const found = findDerivations(st, this.value(request), this.arguments(request));
		return found.map((info) => ({
			drvPath: info.requiredDrvPath.toString(st.host.store.storeDir),
			name: info.name,
			system: info.system,
			attrPath: info.attrPath,
			outputName: info.outputName,
			outputs: info.outputs,
		}));
	}

	/** Keeps a value for later calls. */
	keep(value: Lazy): number {
		const handle = this.nextHandle++;
		this.handles.set(handle, value);
		return handle;
	}

	/** Lets go of a kept value. */
	release(handle: number): void {
		this.handles.delete(handle);
	}

	private kept(handle: number): Lazy {
		const value = this.handles.get(handle);
		if (value === undefined) throw new Error(`no such value: ${handle}`);
		return value;
	}

	open(request: Request): number {
		return this.keep(this.value(request));
	}

	/** What a kept value is; forces it. */
	inspect(handle: number): ValueInfo {
		const v = this.forced(handle);
		const type = typeOf(v);
		if (v instanceof Attrs) {
			const { names } = this.st.symbols;
			return { type, names: v.shape.order(this.st.symbols).map((i) => names[v.shape.ids[i]]) };
		}
		return Array.isArray(v) ? { type, length: v.length } : { type };
	}

	private forced(handle: number): Value {
		this.st.depth = 0;
		return force(this.kept(handle), 0);
	}

	/** What an attribute path selects in a kept value. */
	select(handle: number, path: string): number {
		this.st.depth = 0;
		return this.keep(selectAlongPath(this.st, toBytes(path), new AttrsBuilder().finish(), this.kept(handle)).value);
	}

	/** Applies a kept function to data, or to kept values. */
	call(handle: number, args: readonly ({ readonly data: unknown } | { readonly handle: number })[]): number {
		const { st } = this;
		const values = args.map((arg) => ("handle" in arg ? this.kept(arg.handle) : fromPlain(st, arg.data)));
		st.depth = 0;
		return this.keep(callN(st, this.kept(handle), values, 0));
	}

	toPlain(handle: number): Plain {
		this.st.depth = 0;
		return toPlain(this.st, this.kept(handle));
	}

	/** Where a kept value was written: for sets written out and functions. */
	position(handle: number): string | undefined {
		const v = this.forced(handle);
		const pos = positionOf(v);
		return pos === 0 || !(v instanceof Attrs || isFunction(v)) ? undefined : this.st.showPosition(pos);
	}
}
