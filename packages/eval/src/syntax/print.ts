import { withLimits } from "../errors/limits";
import { printIdentifier, printStringLiteral } from "./identifiers";
import type { Symbol, SymbolTable } from "./symbols";
import type { AttrName, AttrsExpr, Expr, InheritFromExpr, LambdaExpr, SelectExpr, SyntaxTree } from "./tree";
import { AttrKind, Kind } from "./tree";

/** What a printed expression needs to know beyond the tree. */
export interface PrintOptions {
	/** The home folder, for `~/…`; printed as written without it. */
	readonly home?: string;
}

/**
 * An expression (or a whole tree) as `nix-instantiate --parse` prints it, without the final line feed: a byte string,
 * with all parentheses and the desugared operators. Assertion messages hold it too.
 *
 * @example printExpression(parse("a.b - 1", options), symbols) // "(__sub (a).b 1)"
 */
export const printExpression = (tree: SyntaxTree | Expr, symbols: SymbolTable, options: PrintOptions = {}): string => {
	const printer = new Printer(symbols, options.home);
	withLimits(() => printer.show("source" in tree ? tree.root : tree));
	return printer.out;
};

/** An attribute path as messages show it: `a.b."${c}"`. */
export const printAttrPath = (path: readonly AttrName[], symbols: SymbolTable): string => {
	const printer = new Printer(symbols, undefined);
	printer.attrPath(path);
	return printer.out;
};

/** A float as C++ streams print it: six significant digits. */
export const printFloat = (value: number): string => {
	if (Number.isNaN(value)) return "nan";
	if (!Number.isFinite(value)) return value < 0 ? "-inf" : "inf";
	if (value === 0) return Object.is(value, -0) ? "-0" : "0";
	const [mantissa, exponentText] = value.toExponential(5).split("e");
	const exponent = Number(exponentText);
	const trimmed = (digits: string) => (digits.includes(".") ? digits.replace(/\.?0+$/, "") : digits);
	if (exponent >= -4 && exponent < 6) return trimmed(value.toFixed(5 - exponent));
	const digits = String(Math.abs(exponent)).padStart(2, "0");
	return `${trimmed(mantissa)}e${exponent < 0 ? "-" : "+"}${digits}`;
};

const operators: Partial<Record<Kind, string>> = {
	[Kind.Eq]: " == ",
	[Kind.NEq]: " != ",
	[Kind.And]: " && ",
	[Kind.Or]: " || ",
	[Kind.Impl]: " -> ",
	[Kind.Update]: " // ",
	[Kind.Concat]: " ++ ",
};

class Printer {
	out = "";

	constructor(
		private readonly symbols: SymbolTable,
		private readonly home: string | undefined,
	) {}

	private name(symbol: Symbol): string {
		return printIdentifier(this.symbols.names[symbol]);
	}

	/** Text and expressions in turn. */
	private put(...parts: readonly (string | Expr)[]): void {
		for (const part of parts) {
			if (typeof part === "string") this.out += part;
			else this.show(part);
		}
	}

	attrPath(path: readonly AttrName[]): void {
		path.forEach((name, i) => {
			if (i > 0) this.out += ".";
			if (typeof name === "number") this.out += this.name(name);
			else this.put('"${', name, '}"');
		});
	}

	show(e: Expr): void {
		switch (e.kind) {
			case Kind.Int:
				this.out += String(e.value);
				break;
			case Kind.Float:
				this.out += printFloat(e.value);
				break;
			case Kind.String:
				this.out += printStringLiteral(e.value);
				break;
			case Kind.Path:
				this.out += e.root === "home" && this.home !== undefined ? this.home + e.path.slice(1) : e.path;
				break;
			case Kind.Var:
				this.out += this.name(e.name);
				break;
			case Kind.Select:
				this.put("(", e.subject, ").");
				this.attrPath(e.path);
				if (e.fallback !== undefined) this.put(" or (", e.fallback, ")");
				break;
			case Kind.HasAttr:
				this.put("((", e.subject, ") ? ");
				this.attrPath(e.path);
				this.out += ")";
				break;
			case Kind.Attrs:
				this.out += e.recursive ? "rec { " : "{ ";
				this.bindings(e);
				this.out += "}";
				break;
			case Kind.List:
				this.out += "[ ";
				for (const element of e.elements) this.put("(", element, ") ");
				this.out += "]";
				break;
			case Kind.Lambda:
				this.lambda(e);
				break;
			case Kind.Call:
				this.put("(", e.fn);
				for (const arg of e.args) this.put(" ", arg);
				this.out += ")";
				break;
			case Kind.Let:
				this.out += "(let ";
				this.bindings(e.attrs);
				this.put("in ", e.body, ")");
				break;
			case Kind.With:
				this.put("(with ", e.attrs, "; ", e.body, ")");
				break;
			case Kind.If:
				this.put("(if ", e.cond, " then ", e.then, " else ", e.else_, ")");
				break;
			case Kind.Assert:
				this.put("assert ", e.cond, "; ", e.body);
				break;
			case Kind.Not:
				this.put("(! ", e.operand, ")");
				break;
			case Kind.ConcatStrings:
				this.out += "(";
				e.parts.forEach((part, i) => this.put(i > 0 ? " + " : "", part));
				this.out += ")";
				break;
			case Kind.CurPos:
				this.out += "__curPos";
				break;
			case Kind.InheritFrom:
				this.out += "(/* expanded inherit (expr) */)";
				break;
			default:
				this.put("(", e.left, operators[e.kind] ?? "", e.right, ")");
		}
	}

	private lambda(e: LambdaExpr): void {
		this.out += "(";
		if (e.formals !== undefined) {
			this.out += "{ ";
			let first = true;
			const names = this.symbols.names;
			for (const formal of [...e.formals].sort((a, b) => compareBytes(names[a.name], names[b.name]))) {
				this.put(first ? "" : ", ", this.name(formal.name));
				first = false;
				if (formal.fallback !== undefined) this.put(" ? ", formal.fallback);
			}
			if (e.ellipsis) this.out += first ? "..." : ", ...";
			this.out += e.arg === -1 ? " }" : " } @ ";
		}
		if (e.arg !== -1) this.out += this.name(e.arg);
		this.put(": ", e.body, ")");
	}

	private bindings(e: AttrsExpr): void {
		const names = this.symbols.names;
		const sorted = [...e.attrs].sort((a, b) => compareBytes(names[a.name], names[b.name]));
		const inherited = sorted.filter((def) => def.kind === AttrKind.Inherited);
		if (inherited.length > 0) this.out += `inherit${inherited.map((def) => ` ${this.name(def.name)}`).join("")}; `;
		const bySource = new Map<number, string>();
		for (const def of sorted) {
			if (def.kind !== AttrKind.InheritedFrom) continue;
			const source = ((def.value as SelectExpr).subject as InheritFromExpr).index;
			bySource.set(source, `${bySource.get(source) ?? ""} ${this.name(def.name)}`);
		}
		for (const source of [...bySource.keys()].sort((a, b) => a - b))
			this.put("inherit (", e.inheritFrom[source], ")", bySource.get(source) ?? "", "; ");
		for (const def of sorted) if (def.kind === AttrKind.Plain) this.put(this.name(def.name), " = ", def.value, "; ");
		for (const def of e.dynamic) this.put('"${', def.name, '}" = ', def.value, "; ");
	}
}

const compareBytes = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
