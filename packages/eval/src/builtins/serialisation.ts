import { EvalBaseError, EvalError, withTrace } from "../errors/errors";
import { adoptError } from "../runtime/adopt-error";
import { ContextGatherer } from "../runtime/context";
import type { Evaluator } from "../runtime/evaluator";
import { forceStringNoContext, stringValue } from "../runtime/expect";
import { positiveNaN } from "../runtime/floats";
import { AttrsBuilder } from "../runtime/shape";
import { printValueAsJSON } from "../runtime/to-json";
import { printValueAsXML } from "../runtime/to-xml";
import { type Lazy, NixFloat, type Value } from "../runtime/values";
import type { Symbol } from "../syntax/symbols";
import { type JSONHandler, JSONParseError, parseJSON } from "../text/json";
import { forceNoNullByte, NullByteError } from "../text/null-byte";
import { TOMLParseError } from "../text/toml/diagnostic";
import { parseTOML } from "../text/toml/parse";
import type { TOMLValue } from "../text/toml/tree";
import type { Builtin } from "./builtin";

type Open = { readonly list: Lazy[] } | { readonly attrs: AttrsBuilder; name: Symbol };

/** Builds the value of a JSON text while it is read. */
class JSONValueBuilder implements JSONHandler {
	value: Value = null;
	private readonly open: Open[] = [];

	constructor(private readonly st: Evaluator) {}

	private add(v: Value): void {
		const top = this.open[this.open.length - 1] as Open | undefined;
		if (top === undefined) this.value = v;
		else if ("list" in top) top.list.push(v);
		else top.attrs.add(top.name, v);
	}
	null(): void {
		this.add(null);
	}
	boolean(v: boolean): void {
		this.add(v);
	}
	integer(v: number | bigint): void {
		this.add(v);
	}
	float(v: number): void {
		this.add(new NixFloat(v));
	}
	string(v: string): void {
		this.add(v);
	}
	startObject(): void {
		this.open.push({ attrs: new AttrsBuilder(), name: 0 });
	}
	key(name: string): void {
		(this.open[this.open.length - 1] as { name: Symbol }).name = this.st.symbols.create(name);
	}
	endObject(): void {
		this.add((this.open.pop() as { attrs: AttrsBuilder }).attrs.finish());
	}
	startArray(): void {
		this.open.push({ list: [] });
	}
	endArray(): void {
		this.add((this.open.pop() as { list: Lazy[] }).list);
	}
}

/** The value of a JSON text. Throws as `builtins.fromJSON` does. */
export const valueOfJSON = (st: Evaluator, text: string): Value => {
	const builder = new JSONValueBuilder(st);
	try {
		parseJSON(text, builder);
	} catch (e) {
		const error = adoptError(st, e);
		throw e instanceof JSONParseError ? withTrace(error, 0, "while decoding a JSON string") : error;
	}
	return builder.value;
};

const valueOfTOML = (st: Evaluator, v: TOMLValue): Value => {
	switch (v.kind) {
		case "table": {
			const attrs = new AttrsBuilder();
			for (const [name, value] of v.entries) {
				forceNoNullByte(name);
				attrs.add(st.symbols.create(name), valueOfTOML(st, value));
			}
			return attrs.finish();
		}
		case "array":
			return v.items.map((item) => valueOfTOML(st, item));
		case "string":
			forceNoNullByte(v.value);
			return v.value;
		case "integer":
		case "boolean":
			return v.value;
		case "float":
			return v.positiveNaN ? positiveNaN : new NixFloat(v.value);
		default:
			if (!st.settings.experimentalFeatures.has("parse-toml-timestamps"))
				throw new EvalError("NIX_TOML", "while parsing TOML: Dates and times are not supported");
			return new AttrsBuilder()
				.add(st.symbols.create("_type"), "timestamp")
				.add(st.symbols.create("value"), v.text)
				.finish();
	}
};

const fromTOML = (st: Evaluator, text: string): Value => {
	try {
		return valueOfTOML(st, parseTOML(text));
	} catch (e) {
		if (e instanceof TOMLParseError || e instanceof EvalBaseError)
			throw st.fail(new EvalError("NIX_TOML", e.message), 0);
		if (e instanceof NullByteError)
			throw st.fail(new EvalError("NIX_TOML", `while parsing TOML: error: ${e.message}`), 0);
		throw e;
	}
};

/** Values as text of other languages, and back. */
export const serialisationBuiltins: readonly Builtin[] = [
	{
		name: "__toXML",
		args: ["e"],
		doc: "*e*, evaluated deeply, as an XML document. Functions are written as their patterns; a derivation met again only as `<repeated />`.",
		fn: (st, e) => {
			const gatherer = new ContextGatherer();
			const text = printValueAsXML(st, e, 0, gatherer);
			return stringValue(text, gatherer.context);
		},
	},
	{
		name: "__toJSON",
		args: ["e"],
		doc: "*e*, evaluated deeply, as JSON. A set with `__toString` or `outPath` becomes that string; a path is copied to the store. Functions cannot be written.",
		fn: (st, e) => {
			const gatherer = new ContextGatherer();
			const text = printValueAsJSON(st, e, 0, gatherer);
			return stringValue(text, gatherer.context);
		},
	},
	{
		name: "__fromJSON",
		args: ["e"],
		doc: 'The value of the JSON text *e*: `fromJSON "{\\"a\\": [1]}"` is `{ a = [ 1 ]; }`.',
		fn: (st, e) =>
			valueOfJSON(
				st,
				forceStringNoContext(st, e, 0, "while evaluating the first argument passed to builtins.fromJSON"),
			),
	},
	{
		name: "fromTOML",
		args: ["e"],
		doc: 'The value of the TOML text *e*: `fromTOML "[a]\\nb = 1"` is `{ a = { b = 1; }; }`. Dates and times need the experimental feature `parse-toml-timestamps`.',
		fn: (st, e) =>
			fromTOML(st, forceStringNoContext(st, e, 0, "while evaluating the argument passed to builtins.fromTOML")),
	},
];
