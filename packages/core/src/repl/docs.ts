import { type BuiltinDoc, builtinDocs } from "@tsnix/eval";
import { type ByteString, toBytes } from "@tsnix/store";
import { docCommentText, stripIndentation } from "./doc-comment";
import {
	Attrs,
	call1,
	type Evaluator,
	getAttr,
	lambdaExprOf,
	parse,
	type PosIdx,
	PrimOp,
	type Value,
	wellKnown,
	withTrace,
	tooDeep,
} from "./evaluation";

/** What is known about a value, as Markdown: builtins, functions, and sets that are called like functions. */
export const valueDoc = (st: Evaluator, v: Value): ByteString | undefined => {
	if (v instanceof PrimOp) return builtinDoc(v.name);
	const lambda = lambdaExprOf(v);
	if (lambda !== undefined) return lambdaDoc(st, lambda.expr, lambda.base);
	if (!(v instanceof Attrs)) return undefined;
	const functor = getAttr(v, wellKnown.functor);
	if (functor === undefined) return undefined;
	try {
		const applied = call1(st, functor, v, 0);
		if (st.depth > st.maxDepth) throw tooDeep(st, 0);
		st.depth++;
		const doc = valueDoc(st, applied);
		st.depth--;
		return doc;
	} catch (error) {
		throw withTrace(error, 0, "while partially calling '__functor' to retrieve documentation");
	}
};

let builtins: ReadonlyMap<string, BuiltinDoc> | undefined;

const builtinDoc = (name: string): ByteString | undefined => {
	builtins ??= new Map(builtinDocs().map((doc) => [doc.name, doc]));
	const found = builtins.get(name);
	if (found === undefined) return undefined;
	const args = found.args.map((arg) => `*${arg}*`).join(" ");
	const synopsis = args === "" ? "" : `**Synopsis:** \`builtins.${name}\` ${args}\n\n`;
	return toBytes(synopsis + stripIndentation(found.doc));
};

interface DocumentedLambda {
	readonly name: number;
	readonly pos: number;
	readonly doc: { readonly begin: number; readonly end: number } | undefined;
}

const lambdaDoc = (st: Evaluator, expr: DocumentedLambda, base: PosIdx): ByteString => {
	const name = expr.name < 0 ? undefined : st.symbols.names[expr.name];
	const place = st.showPosition(base + expr.pos);
	const title = name === undefined ? "Function " : `Function \`${name}\`\\\n  ${toBytes("…")} `;
	const source = st.positions.resolve(base)?.source() ?? "";
	const text = expr.doc === undefined ? "" : docCommentText(source.slice(expr.doc.begin, expr.doc.end));
	return `${title}defined at ${place}${text === "" ? "" : `\n\n${text}`}`;
};

/** The doc comment of the attribute that is defined at a position in a file; undefined where there is none. */
export const docCommentAt = (st: Evaluator, pos: PosIdx): ByteString | undefined => {
	const at = st.positions.resolve(pos);
	if (at === undefined || at.origin.kind !== "file") return undefined;
	const source = at.source();
	// The tree was let go of when it was bound, and is made anew for this.
	const { docs } = parse(source, { symbols: st.symbols, basePath: "/" });
	const doc = docs.get(st.positions.offsetOf(pos));
	return doc === undefined ? undefined : docCommentText(source.slice(doc.begin, doc.end));
};

/** What is known of an attribute that is no function: where it is, and its doc comment. */
export const attributeDoc = (st: Evaluator, name: ByteString, pos: PosIdx): ByteString => {
	const comment = docCommentAt(st, pos);
	const place = `Attribute \`${name}\`\n\n  ${toBytes("…")} defined at ${st.showPosition(pos)}\n\n`;
	return place + (comment ?? "No documentation found.\n\n");
};
