import { NixError } from "@tsnix/store";
import { DebuggerQuit } from "../debug/debugger";
import { StackOverflowError } from "../errors/errors";
import { showPosition } from "../errors/show-position";
import { isKeyword, printIdentifier, printStringLiteral } from "../syntax/identifiers";
import { wellKnown } from "../syntax/well-known";
import { isDerivation } from "./compare";
import { ContextGatherer } from "./context";
import type { Evaluator } from "./evaluator";
import { positionOf } from "./expect";
import { showFloat } from "./floats";
import { showPath } from "./source-path";
import { coerceToStorePath } from "./store-paths";
import { forceElement, forceThunk, isBlackhole } from "./thunk";
import {
	Attrs,
	type Closure,
	type Lazy,
	NixFloat,
	NixPath,
	NixString,
	PartialApp,
	PrimOp,
	Thunk,
	type Value,
} from "./values";

/** How values are printed. */
export interface ValuePrintOptions {
	/** Colours, for terminals. */
	readonly ansiColors?: boolean;
	/** Work out what is not yet known; else it prints as `«thunk»`. */
	readonly force?: boolean;
	/** With `force`: derivations print as `«derivation /nix/store/….drv»`. */
	readonly derivationPaths?: boolean;
	/** Print sets and lists met again as `«repeated»`. True unless told. */
	readonly trackRepeated?: boolean;
	readonly maxDepth?: number;
	/** Of the whole print. */
	readonly maxAttrs?: number;
	/** Of the whole print. */
	readonly maxListItems?: number;
	/** Bytes of each string. */
	readonly maxStringLength?: number;
	/** Spaces a level; 0, all in one line, unless told. */
	readonly prettyIndent?: number;
	/** What becomes of errors: printed as `«error: …»`, thrown, or thrown only at the outermost level. */
	readonly errors?: "print" | "throw" | "throw-top-level";
	/** Told of errors that are printed. */
	readonly onError?: (error: NixError) => void;
	/** Told what was printed before an error that is thrown. */
	readonly onFailure?: (printed: string) => void;
}

/** For values in messages, which may be large. */
export const errorPrintOptions: ValuePrintOptions = {
	maxDepth: 10,
	maxAttrs: 10,
	maxListItems: 10,
	maxStringLength: 1024,
};

/** A value as `nix eval` and `nix repl` print it: a byte string. */
export const printValue = (st: Evaluator, v: Lazy, options: ValuePrintOptions = {}): string => {
	const printer = new ValuePrinter(st, options);
	try {
		printer.print(v, 0);
	} catch (error) {
		options.onFailure?.(printer.out);
		throw error;
	}
	return printer.out;
};

/** A string literal, of which at most `maxLength` bytes are shown. */
export const printString = (s: string, maxLength = Infinity, ansiColors = false): string => {
	const start = ansiColors ? "\x1b[35;1m" : "";
	const end = ansiColors ? "\x1b[0m" : "";
	if (s.length <= maxLength) return `${start}${printStringLiteral(s)}${end}`;
	let shown = printStringLiteral(s.slice(0, maxLength));
	// Whether a dollar is escaped depends on the byte after it, shown or not.
	if (s[maxLength - 1] === "$" && s[maxLength] === "{") shown = `${shown.slice(0, -2)}\\$"`;
	return `${start}${shown} ${elided(s.length - maxLength, "byte", "bytes", ansiColors)}`;
};

/** An attribute's name as it is printed in a set. */
export const printAttrName = (name: string): string =>
	!isKeyword(name) && /^[A-Za-z_][A-Za-z0-9_'-]*$/.test(name) ? name : printStringLiteral(name);

const elided = (count: number, one: string, many: string, ansiColors: boolean): string => {
	const text = guillemets(`${count} ${count === 1 ? one : many} elided`);
	return ansiColors ? `\x1b[2m${text}\x1b[0m` : text;
};

/** A text in the quotation marks « and », as bytes. */
const guillemets = (text: string): string => `\xc2\xab${text}\xc2\xbb`;

/** The lambda that a closure, or what is left of one that has some of its arguments, stands for. */
export const lambdaOf = (v: Closure | PartialApp): { readonly name: number; readonly pos: number } => {
	const closure = v instanceof PartialApp ? (v.fn as Closure) : v;
	const { exprs, mod } = closure.lam;
	const expr = exprs[v instanceof PartialApp ? v.args.length : 0];
	return { name: expr.name, pos: mod.base + expr.pos };
};

const isImportant = (name: string): boolean => name === "type" || name === "_type";

class ValuePrinter {
	out = "";
	private readonly seen: Set<object> | undefined;
	private attrsPrinted = 0;
	private itemsPrinted = 0;
	private indent = "";
	private readonly colors: boolean;
	private readonly pretty: number;
	private readonly maxAttrs: number;

	constructor(
		private readonly st: Evaluator,
		private readonly options: ValuePrintOptions,
	) {
		this.seen = options.trackRepeated === false ? undefined : new Set();
		this.colors = options.ansiColors === true;
		this.pretty = options.prettyIndent ?? 0;
		this.maxAttrs = options.maxAttrs ?? Infinity;
	}

	print(lazy: Lazy, depth: number): void {
		const { st } = this;
		try {
			const v = lazy;
			if (depth > st.maxDepth)
				throw st.fail(
					new StackOverflowError("NIX_STACK_OVERFLOW", "stack overflow; max-call-depth exceeded"),
					v instanceof Thunk ? 0 : positionOf(v),
				);
			if (v instanceof Thunk && this.options.force) forceThunk(v, 0);
			this.show(v, depth);
		} catch (e) {
			const { errors } = this.options;
			if (!(e instanceof NixError) || e instanceof StackOverflowError || e instanceof DebuggerQuit) throw e;
			if (errors === "throw" || (errors === "throw-top-level" && depth === 0)) throw e;
			this.options.onError?.(e);
			this.color("31;1", guillemets(`error: ${e.message}`));
		}
	}

	private show(lazy: Lazy, depth: number): void {
		let v = lazy;
		if (v instanceof Thunk) {
			if (v.c !== null) {
				if (isBlackhole(v)) this.color("31;1", guillemets("potential infinite recursion"));
				else this.color("35;1", guillemets("thunk"));
				return;
			}
			v = v.e as Value;
		}
		if (typeof v === "string") this.out += printString(v, this.options.maxStringLength, this.colors);
		else if (v instanceof NixString) this.out += printString(v.s, this.options.maxStringLength, this.colors);
		else if (v === null || typeof v !== "object") this.color("36;1", String(v));
		else if (v instanceof NixFloat) this.color("36;1", showFloat(v));
		else if (Array.isArray(v)) this.list(v, lazy as object, depth);
		else if (v instanceof Attrs) this.attrs(v, depth);
		else if (v instanceof NixPath) this.color("32;1", showPath(v.accessor, v.path));
		else this.color("34;1", guillemets(this.functionText(v as Closure | PrimOp | PartialApp)));
	}

	private color(code: string, text: string): void {
		this.out += this.colors ? `\x1b[${code}m${text}\x1b[0m` : text;
	}

	private functionText(v: Closure | PrimOp | PartialApp): string {
		if (v instanceof PrimOp) return `primop ${v.name}`;
		if (v instanceof PartialApp && v.fn instanceof PrimOp) return `partially applied primop ${v.fn.name}`;
		const { name, pos } = lambdaOf(v as Closure | PartialApp);
		const named = name < 0 ? "" : ` ${printIdentifier(this.st.symbols.names[name])}`;
		return `lambda${named} @ ${showPosition(this.st.positions.resolve(pos))}`;
	}

	private space(pretty: boolean): void {
		this.out += pretty ? `\n${this.indent}` : " ";
	}

	/** Whether one item to a line: for more than one item, or one that is itself a list or a set. */
	private spreads(vals: Lazy[], first: number): boolean {
		if (this.pretty === 0 || vals.length === 0) return false;
		if (vals.length > 1) return true;
		const v = forceElement(vals, first, 0);
		return Array.isArray(v) || v instanceof Attrs;
	}

	private attrs(v: Attrs, depth: number): void {
		const { st, options, seen, maxAttrs } = this;
		if (seen !== undefined) {
			const identity = v.vals.length === 0 ? emptyIdentity : v;
			if (seen.has(identity)) return this.color("35;1", guillemets("repeated"));
			seen.add(identity);
		}
		if (options.force && options.derivationPaths && isDerivation(st, v)) return this.derivation(v);
		if (depth >= (options.maxDepth ?? Infinity)) {
			this.out += "{ ... }";
			return;
		}
		this.indent += " ".repeat(this.pretty);
		this.out += "{";
		const { names } = st.symbols;
		const { ids } = v.shape;
		let order = v.shape.order(st.symbols);
		if (maxAttrs !== Infinity && order.some((i) => isImportant(names[ids[i]]))) {
			order = [...order.filter((i) => isImportant(names[ids[i]])), ...order.filter((i) => !isImportant(names[ids[i]]))];
		}
		const pretty = this.spreads(v.vals, order[0]);
		for (let n = 0; n < order.length; n++) {
			this.space(pretty);
			if (this.attrsPrinted >= maxAttrs) {
				this.out += elided(order.length - n, "attribute", "attributes", this.colors);
				break;
			}
			const i = order[n];
			this.out += `${printAttrName(names[ids[i]])} = `;
			this.print(v.vals[i], depth + 1);
			this.out += ";";
			this.attrsPrinted++;
		}
		this.indent = this.indent.slice(this.pretty);
		this.space(pretty);
		this.out += "}";
	}

	/** `place` is the thunk that the list is in, or itself. */
	private list(v: Lazy[], place: object, depth: number): void {
		const { options, seen } = this;
		if (seen !== undefined && v.length > 0) {
			if (seen.has(place)) return this.color("35;1", guillemets("repeated"));
			seen.add(place);
		}
		if (depth >= (options.maxDepth ?? Infinity)) {
			this.out += "[ ... ]";
			return;
		}
		this.indent += " ".repeat(this.pretty);
		this.out += "[";
		const pretty = this.spreads(v, 0);
		for (let i = 0; i < v.length; i++) {
			this.space(pretty);
			if (this.itemsPrinted >= (options.maxListItems ?? Infinity)) {
				this.out += elided(v.length - i, "item", "items", this.colors);
				break;
			}
			this.print(v[i], depth + 1);
			this.itemsPrinted++;
		}
		this.indent = this.indent.slice(this.pretty);
		this.space(pretty);
		this.out += "]";
	}

	private derivation(v: Attrs): void {
		const i = v.shape.index(wellKnown.drvPath);
		if (i < 0) return this.color("32;1", guillemets("derivation"));
		const path = coerceToStorePath(
			this.st,
			v.vals[i],
			new ContextGatherer(),
			"while evaluating the drvPath of a derivation",
			v.shape.posAt(i),
		);
		this.color("32;1", guillemets(`derivation ${path.toString(this.st.host.store.storeDir)}`));
	}
}

const emptyIdentity = {};
