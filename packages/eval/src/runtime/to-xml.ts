import type { ByteString } from "@tsnix/store";
import type { PosIdx } from "../errors/positions";
import type { Symbol } from "../syntax/symbols";
import { wellKnown } from "../syntax/well-known";
import { XMLWriter } from "../text/xml";
import { tooDeep } from "./call";
import { isDerivation } from "./compare";
import type { ContextGatherer } from "./context";
import { typeOf } from "./describe";
import type { Evaluator } from "./evaluator";
import { bytesOf } from "./expect";
import { showFloat } from "./floats";
import { showPath } from "./source-path";
import { forceThunk } from "./thunk";
import { Attrs, Closure, type Lazy, NixFloat, NixPath, NixString, PartialApp, Thunk, type Value } from "./values";

export interface ToXMLOptions {
	/** Work out what is not yet known; else it is written as `<unevaluated />`. True unless told. */
	readonly strict?: boolean;
	/** Tell where attributes and functions were written. False unless told. */
	readonly location?: boolean;
	/**
	 * Told what was written, all elements closed, when the value cannot be written to its end; nothing if that is more
	 * than a string can hold.
	 */
	readonly onFailure?: (written: ByteString | undefined) => void;
}

/**
 * A value as an XML document (`builtins.toXML`, `nix-instantiate --eval --xml`; manual: "Evaluating to XML"). What the
 * strings refer to goes to the gatherer. A derivation met again is not written out again.
 */
export const printValueAsXML = (
	st: Evaluator,
	value: Lazy,
	pos: PosIdx,
	gatherer: ContextGatherer,
	options: ToXMLOptions = {},
): string => {
	const doc = new XMLWriter();
	const printer = new XMLPrinter(st, doc, gatherer, options.strict !== false, options.location === true);
	try {
		doc.element("expr", {}, () => printer.print(value, pos));
	} catch (e) {
		options.onFailure?.(doc.written());
		throw e;
	}
	return doc.text();
};

class XMLPrinter {
	/** The paths of the derivations written so far. */
	private readonly seen = new Set<string>();

	constructor(
		private readonly st: Evaluator,
		private readonly doc: XMLWriter,
		private readonly gatherer: ContextGatherer,
		private readonly strict: boolean,
		private readonly location: boolean,
	) {}

	print(lazy: Lazy, pos: PosIdx): void {
		const { st } = this;
		if (st.depth > st.maxDepth) throw tooDeep(st, pos);
		st.depth++;
		const v = this.value(lazy, pos);
		if (v === undefined) this.doc.writeEmptyElement("unevaluated");
		else this.printValue(v, pos);
		st.depth--;
	}

	/** What is known, or is to be worked out; undefined for what is neither. */
	private value(lazy: Lazy, pos: PosIdx): Value | undefined {
		if (!(lazy instanceof Thunk)) return lazy;
		if (this.strict) return forceThunk(lazy, pos);
		return lazy.c === null ? (lazy.e as Value) : undefined;
	}

	private printValue(v: Value, pos: PosIdx): void {
		const { doc } = this;
		if (v instanceof NixString) this.gatherer.add(v.context);
		if (v instanceof Attrs) this.printSet(v);
		else if (Array.isArray(v))
			doc.element("list", {}, () => {
				for (let i = 0; i < v.length; i++) this.print(v[i], pos);
			});
		else if (v instanceof Closure || v instanceof PartialApp) this.printFunction(v);
		else if (v === null) doc.writeEmptyElement("null");
		else {
			const type = typeOf(v);
			if (type === "lambda") doc.writeEmptyElement("unevaluated");
			else doc.writeEmptyElement(type, { value: this.scalar(v) });
		}
	}

	private scalar(v: Value): string {
		if (typeof v === "string" || v instanceof NixString) return bytesOf(v);
		if (v instanceof NixFloat) return showFloat(v);
		if (v instanceof NixPath) return showPath(v.accessor, v.path);
		return String(v);
	}

	private printSet(attrs: Attrs): void {
		const { doc, seen } = this;
		if (!isDerivation(this.st, attrs)) {
			doc.element("attrs", {}, () => this.printAttrs(attrs));
			return;
		}
		const drvPath = this.stringAttr(attrs, wellKnown.drvPath);
		const outPath = this.stringAttr(attrs, wellKnown.outPath);
		doc.element(
			"derivation",
			{ ...(drvPath === undefined ? {} : { drvPath }), ...(outPath === undefined ? {} : { outPath }) },
			() => {
				if (drvPath !== undefined && drvPath !== "" && !seen.has(drvPath)) {
					seen.add(drvPath);
					this.printAttrs(attrs);
				} else doc.writeEmptyElement("repeated");
			},
		);
	}

	private stringAttr({ shape, vals }: Attrs, name: Symbol): string | undefined {
		const i = shape.index(name);
		if (i < 0) return undefined;
		const v = this.value(vals[i], shape.posAt(i));
		return typeof v === "string" || v instanceof NixString ? bytesOf(v) : undefined;
	}

	private printAttrs({ shape, vals }: Attrs): void {
		const { symbols } = this.st;
		for (const i of shape.order(symbols)) {
			const pos = shape.posAt(i);
			const name = symbols.names[shape.ids[i]];
			this.doc.openElement("attr", this.location && pos !== 0 ? { ...this.place(pos), name } : { name });
			try {
				this.print(vals[i], pos);
			} finally {
				this.doc.closeElement();
			}
		}
	}

	private place(pos: PosIdx): Record<string, string> {
		if (!this.location) return {};
		const at = this.st.positions.resolve(pos);
		if (at === undefined) return {};
		const column = String(at.column);
		const line = String(at.line);
		return at.origin.kind === "file" ? { column, line, path: at.origin.path } : { column, line };
	}

	private printFunction(v: Closure | PartialApp): void {
		const { doc } = this;
		const { names } = this.st.symbols;
		const closure = v instanceof PartialApp ? v.fn : v;
		if (!(closure instanceof Closure)) {
			doc.writeEmptyElement("unevaluated");
			return;
		}
		const { exprs, mod } = closure.lam;
		const { arg, formals, ellipsis, pos } = exprs[v instanceof PartialApp ? v.args.length : 0];
		doc.element("function", this.place(mod.base + pos), () => {
			if (formals === undefined) doc.writeEmptyElement("varpat", { name: names[arg] });
			else
				doc.element(
					"attrspat",
					{ ...(arg === -1 ? {} : { name: names[arg] }), ...(ellipsis ? { ellipsis: "1" } : {}) },
					() => {
						for (const name of formals.map((f) => names[f.name]).sort()) doc.writeEmptyElement("attr", { name });
					},
				);
		});
	}
}
