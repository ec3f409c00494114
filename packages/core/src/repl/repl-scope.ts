import {
	Attrs,
	type Code,
	type Env,
	type Evaluator,
	type Expr,
	force,
	type Lazy,
	determinePos,
	ParseError,
	renderErrorBytes,
	type Value,
} from "./evaluation";

/** The input so far begins an expression, and more of it may follow. */
export class IncompleteInput extends Error {}

type Compiled = { readonly code: Code; readonly expr: Expr };

/**
 * The variables of a REPL: a frame that grows. A variable given anew gets another place, so that what was made with the
 * old one keeps it.
 */
export class ReplScope {
	/** The name of each place. */
	private names: number[] = [];
	/** As an array frame of the evaluator: the values begin at 1. */
	private frame: (Lazy | undefined)[] = [undefined];

	constructor(
		private readonly st: Evaluator,
		/** The folder that relative paths start from. */
		private readonly basePath: string,
	) {}

	/** Forgets all variables but the global ones. */
	clear(): void {
		this.names = [];
		this.frame = [undefined];
	}

	add(name: number, value: Lazy): void {
		this.names.push(name);
		this.frame.push(value);
	}

	/** The names of all variables, the global ones too, in the order of their bytes. */
	get variables(): string[] {
		const { symbols, globals } = this.st;
		const all = new Set<string>();
		for (const id of [...globals.keys(), ...this.names]) all.add(symbols.names[id]);
		return [...all].sort();
	}

	/** The frame that code of this scope runs in. */
	get env(): Env {
		return this.frame as unknown as Env;
	}

	/** An expression, ready to run. Throws {@link IncompleteInput} where it is one only with more text. */
	compile(text: string): Compiled {
		return this.waiting(() => this.st.compile(text, this.options));
	}

	/** Runs an expression, to a value. */
	evaluate(text: string): Value {
		const { code } = this.compile(text);
		return this.run(code);
	}

	run(code: Code): Value {
		const v: Lazy = code.ev(code, this.env, undefined);
		return force(v, determinePos(v, 0));
	}

	/**
	 * Takes definitions (`a = 1; inherit b;`, the last semicolon may be missing) into the scope; false for a text that is
	 * none. Throws {@link IncompleteInput} where it is one only with more text.
	 */
	define(text: string): boolean {
		const definitions = this.definitions(text);
		if (definitions === undefined) return false;
		const attrs = definitions.code.ev(definitions.code, this.env, undefined);
		if (attrs instanceof Attrs) attrs.shape.ids.forEach((id, i) => void this.add(id, attrs.vals[i]));
		return true;
	}

	private definitions(text: string): Compiled | undefined {
		const bindings = { ...this.options, bindings: true };
		try {
			return this.withoutDynamic(this.st.compile(text, bindings));
		} catch (error) {
			if (!(error instanceof ParseError)) throw error;
		}
		try {
			return this.withoutDynamic(this.waiting(() => this.st.compile(`${text};`, { ...bindings, shown: text })));
		} catch (error) {
			if (!(error instanceof ParseError)) throw error;
			return undefined;
		}
	}

	/** Names that are worked out are no variables: the reference leaves them out. */
	private withoutDynamic(compiled: Compiled): Compiled {
		if ("dynamic" in compiled.expr) compiled.expr.dynamic = [];
		return compiled;
	}

	private waiting(compile: () => Compiled): Compiled {
		try {
			return compile();
		} catch (error) {
			if (error instanceof ParseError && renderErrorBytes(error).includes("unexpected end of file"))
				throw new IncompleteInput();
			throw error;
		}
	}

	private get options() {
		return { origin: { kind: "string" }, basePath: this.basePath, scope: this.names } as const;
	}
}
