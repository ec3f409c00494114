import type { ByteString } from "@tsnix/store";
import { TypeError, withTrace } from "../errors/errors";
import type { PosIdx } from "../errors/positions";
import { wellKnown } from "../syntax/well-known";
import { JSONSerializationError, writeJSONFloat, writeJSONString } from "../text/json";
import { adoptError } from "./adopt-error";
import { call1, tooDeep } from "./call";
import { coercePlain, coerceToString } from "./coerce";
import type { ContextGatherer } from "./context";
import { showType } from "./describe";
import { determinePos } from "./determine-pos";
import type { Evaluator } from "./evaluator";
import { Gather } from "./gather";
import { copyPathToStore } from "./paths";
import { forceThunk } from "./thunk";
import { Attrs, type Lazy, NixFloat, NixPath, NixString, Thunk, type Value } from "./values";
import { printIdentifier } from "../syntax/identifiers";

export interface ToJSONOptions {
	/** Work out what is not yet known, instead of refusing it. True unless told. */
	readonly strict?: boolean;
	/** Paths are copied to the store and become store paths. True unless told. */
	readonly copyToStore?: boolean;
	/** Told what the reference has written when it comes to a string that cannot be. */
	readonly onFailure?: (written: ByteString) => void;
	/** Told of the first string that cannot be written, instead of throwing: the text is not to be used then. */
	readonly onProblem?: (problem: JSONSerializationError) => void;
}

/**
 * A value as JSON (`builtins.toJSON`, `nix eval --json`): a byte string, in one line, attributes sorted. A set with
 * `__toString` or `outPath` becomes what that gives. What the strings refer to goes to the gatherer. Functions cannot be
 * written, and strings have to be UTF-8.
 */
export const printValueAsJSON = (
	st: Evaluator,
	value: Lazy,
	pos: PosIdx,
	gatherer: ContextGatherer,
	options: ToJSONOptions = {},
): string => {
	const writer = new JSONPrinter(st, gatherer, options.strict !== false, options.copyToStore !== false);
	const text = writer.print(value, pos);
	// The reference builds the whole document before it looks at its strings.
	if (writer.problem === undefined) return text;
	if (options.onProblem !== undefined) {
		options.onProblem(writer.problem);
		return text;
	}
	options.onFailure?.(text.slice(0, text.indexOf(unwritten)));
	throw adoptError(st, writer.problem);
};

/** Stands where the first string is that cannot be written: a byte that JSON does not hold. */
const unwritten = "\0";

class JSONPrinter {
	problem: JSONSerializationError | undefined;

	constructor(
		private readonly st: Evaluator,
		private readonly gatherer: ContextGatherer,
		private readonly strict: boolean,
		private readonly copyToStore: boolean,
	) {}

	print(lazy: Lazy, pos: PosIdx): string {
		if (typeof lazy === "string") return this.string(lazy);
		const { st } = this;
		if (st.depth > st.maxDepth) throw tooDeep(st, pos);
		st.depth++;
		const text = this.printInside(lazy, pos);
		st.depth--;
		return text;
	}

	private printInside(lazy: Lazy, pos: PosIdx): string {
		let v = lazy;
		if (v instanceof Thunk) {
			if (this.strict) v = forceThunk(v, pos);
			else if (v.c === null) v = v.e as Value;
		}
		if (typeof v === "string") return this.string(v);
		if (typeof v === "number" || typeof v === "bigint" || typeof v === "boolean" || v === null) return String(v);
		if (v instanceof NixString) {
			this.gatherer.add(v.context);
			return this.string(v.s);
		}
		if (v instanceof Attrs) return this.attrs(v, pos);
		if (Array.isArray(v)) return this.list(v, pos);
		if (v instanceof NixFloat) return writeJSONFloat(v.value);
		if (v instanceof NixPath)
			return this.string(this.copyToStore ? copyPathToStore(this.st, v, this.gatherer) : v.path);
		throw this.st.fail(new TypeError("NIX_NOT_JSON", `cannot convert ${showType(v)} to JSON`), determinePos(v, pos));
	}

	private string(s: string): string {
		try {
			return writeJSONString(s);
		} catch (e) {
			if (!(e instanceof JSONSerializationError)) throw e;
			if (this.problem !== undefined) return '""';
			this.problem = e;
			return `${e.written}${unwritten}`;
		}
	}

	private attrs(attrs: Attrs, pos: PosIdx): string {
		const { st } = this;
		const { shape, vals } = attrs;
		const toString = shape.index(wellKnown.toString);
		if (toString >= 0)
			return this.string(
				coerceToString(
					st,
					call1(st, vals[toString], attrs, pos),
					this.gatherer,
					"while evaluating the result of the `__toString` attribute",
					coercePlain,
					pos,
				),
			);
		const outPath = shape.index(wellKnown.outPath);
		if (outPath >= 0) return this.print(vals[outPath], shape.posAt(outPath));
		const { names } = st.symbols;
		const { depth } = st;
		let gather: Gather | undefined;
		let text = "{";
		for (const i of shape.order(st.symbols)) {
			const name = names[shape.ids[i]];
			if (text.length > 1) text += ",";
			text += `${this.string(name)}:`;
			const at = shape.posAt(i);
			try {
				text += this.print(vals[i], at);
			} catch (e) {
				gather ??= new Gather(st, depth);
				gather.caught(withTrace(e, at, `while evaluating attribute '${printIdentifier(name)}'`));
			}
		}
		gather?.finish();
		return `${text}}`;
	}

	private list(list: readonly Lazy[], pos: PosIdx): string {
		const { depth } = this.st;
		let gather: Gather | undefined;
		let text = "[";
		for (let i = 0; i < list.length; i++) {
			if (i > 0) text += ",";
			try {
				text += this.print(list[i], pos);
			} catch (e) {
				gather ??= new Gather(this.st, depth);
				gather.caught(withTrace(e, pos, `while evaluating list element at index ${i}`));
			}
		}
		gather?.finish();
		return `${text}]`;
	}
}
