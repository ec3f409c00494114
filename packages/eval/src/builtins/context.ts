import { maybeParseStorePath } from "@tsnix/store";
import { EvalError } from "../errors/errors";
import { adopting } from "../runtime/adopt-error";
import { coerceInterpolated, coerceToString } from "../runtime/coerce";
import { Context, ContextGatherer, type DrvElement, parseElement } from "../runtime/context";
import type { Evaluator } from "../runtime/evaluator";
import { forceAttrs, forceBool, forceList, forceString, forceStringNoContext, stringValue } from "../runtime/expect";
import { outputPathOf } from "../runtime/output-string";
import { AttrsBuilder } from "../runtime/shape";
import type { Lazy, Value } from "../runtime/values";
import { printIdentifier } from "../syntax/identifiers";
import { wellKnown } from "../syntax/well-known";
import type { Builtin } from "./builtin";

/** A string, or what coerces to one, with its context. */
const coerced = (
	st: Evaluator,
	v: Lazy,
	builtin: string,
): { readonly s: string; readonly context: Context | undefined } => {
	const gatherer = new ContextGatherer();
	const s = coerceToString(
		st,
		v,
		gatherer,
		`while evaluating the argument passed to builtins.${builtin}`,
		coerceInterpolated,
		0,
	);
	return { s, context: gatherer.context };
};

const addDrvOutputDependencies = (st: Evaluator, v: Lazy): Value => {
	const { s, context } = coerced(st, v, "addDrvOutputDependencies");
	const elements = context?.elements ?? [];
	const fail = (code: string, message: string): EvalError => st.fail(new EvalError(code, message), 0);
	if (elements.length !== 1)
		throw fail("NIX_CONTEXT", `context of string '${s}' must have exactly one element, but has ${elements.length}`);
	const element = parseElement(elements[0]);
	switch (element.kind) {
		case "deep":
			return stringValue(s, context);
		case "built":
			throw fail(
				"NIX_CONTEXT",
				`\`addDrvOutputDependencies\` can only act on derivations, not on a derivation output such as '${element.output}'`,
			);
		case "opaque":
			if (!element.path.endsWith(".drv"))
				throw fail("NIX_CONTEXT", `path '${st.host.store.storeDir}/${element.path}' is not a derivation`);
			return stringValue(s, Context.of([`=${element.path}`]));
	}
};

interface ContextInfo {
	path: boolean;
	allOutputs: boolean;
	outputs: string[];
}

/** The derivation of an element, which may itself be an output that has been built. */
const drvBaseName = (st: Evaluator, drv: DrvElement): string =>
	drv.kind === "opaque" ? drv.path : outputPathOf(st, drv).baseName;

const getContext = (st: Evaluator, v: Lazy): Value => {
	const gatherer = new ContextGatherer();
	forceString(st, v, 0, "while evaluating the argument passed to builtins.getContext", gatherer);
	const infos = new Map<string, ContextInfo>();
	const infoOf = (baseName: string): ContextInfo => {
		let info = infos.get(baseName);
		if (info === undefined) {
			info = { path: false, allOutputs: false, outputs: [] };
			infos.set(baseName, info);
		}
		return info;
	};
	for (const text of gatherer.context?.elements ?? []) {
		const element = parseElement(text);
		if (element.kind === "opaque") infoOf(element.path).path = true;
		else if (element.kind === "deep") infoOf(element.drv).allOutputs = true;
		else infoOf(drvBaseName(st, element.drv)).outputs.push(element.output);
	}
	const { symbols } = st;
	const allOutputs = symbols.create("allOutputs");
	const result = new AttrsBuilder();
	for (const baseName of [...infos.keys()].sort()) {
		const info = infoOf(baseName);
		const attrs = new AttrsBuilder();
		if (info.path) attrs.add(wellKnown.path, true);
		if (info.allOutputs) attrs.add(allOutputs, true);
		if (info.outputs.length > 0) attrs.add(wellKnown.outputs, info.outputs);
		result.add(symbols.create(`${st.host.store.storeDir}/${baseName}`), attrs.finish());
	}
	return result.finish();
};

const appendContext = (st: Evaluator, v: Lazy, given: Lazy): Value => {
	const gatherer = new ContextGatherer();
	const s = forceString(st, v, 0, "while evaluating the first argument passed to builtins.appendContext", gatherer);
	const attrs = forceAttrs(st, given, 0, "while evaluating the second argument passed to builtins.appendContext");
	const { store } = st.host;
	const allOutputs = st.symbols.create("allOutputs");
	const elements = [...(gatherer.context?.elements ?? [])];
	attrs.shape.ids.forEach((id, i) => {
		const name = st.symbols.names[id];
		const pos = attrs.shape.posAt(i);
		const fail = (message: string): EvalError => st.fail(new EvalError("NIX_CONTEXT", message), pos);
		const path = maybeParseStorePath(name, store.storeDir);
		if (path === undefined) throw fail(`context key '${printIdentifier(name)}' is not a store path`);
		if (!st.settings.readOnly) adopting(st, () => store.ensurePath?.(path));
		const info = forceAttrs(st, attrs.vals[i], pos, "while evaluating the value of a string context");
		const isDrv = name.endsWith(".drv");
		const flag = (attribute: number): boolean => {
			const at = info.shape.index(attribute);
			return (
				at >= 0 &&
				forceBool(
					st,
					info.vals[at],
					info.shape.posAt(at),
					`while evaluating the \`${st.symbols.names[attribute]}\` attribute of a string context`,
				)
			);
		};
		if (flag(wellKnown.path)) elements.push(path.baseName);
		if (flag(allOutputs)) {
			if (!isDrv)
				throw fail(
					`tried to add all-outputs context of ${printIdentifier(name)}, which is not a derivation, to a string`,
				);
			elements.push(`=${path.baseName}`);
		}
		const at = info.shape.index(wellKnown.outputs);
		if (at < 0) return;
		const outputsPos = info.shape.posAt(at);
		const outputs = forceList(
			st,
			info.vals[at],
			outputsPos,
			"while evaluating the `outputs` attribute of a string context",
		);
		if (outputs.length > 0 && !isDrv)
			throw fail(
				`tried to add derivation output context of ${printIdentifier(name)}, which is not a derivation, to a string`,
			);
		for (const output of outputs) {
			const doing = "while evaluating an output name within a string context";
			elements.push(`!${forceStringNoContext(st, output, outputsPos, doing)}!${path.baseName}`);
		}
	});
	return stringValue(s, Context.of(elements));
};

/** What strings refer to, and how to change it. */
export const contextBuiltins: readonly Builtin[] = [
	{
		name: "__unsafeDiscardStringContext",
		args: ["s"],
		doc: "The string *s* without its context: it no longer refers to any store path. What is made of it may lack what it needs.",
		fn: (st, v) => coerced(st, v, "unsafeDiscardStringContext").s,
	},
	{
		name: "__hasContext",
		args: ["s"],
		doc: "Whether the string *s* refers to a store path.",
		fn: (st, v) => {
			const gatherer = new ContextGatherer();
			forceString(st, v, 0, "while evaluating the argument passed to builtins.hasContext", gatherer);
			return gatherer.context !== undefined;
		},
	},
	{
		name: "__unsafeDiscardOutputDependency",
		args: ["s"],
		doc: "The string *s* with references to derivations and all their outputs (as `drvPath` has) replaced by references to the .drv files alone.",
		fn: (st, v) => {
			const { s, context } = coerced(st, v, "unsafeDiscardOutputDependency");
			if (context === undefined) return s;
			return stringValue(s, Context.of(context.elements.map((e) => (e[0] === "=" ? e.slice(1) : e))));
		},
	},
	{
		name: "__addDrvOutputDependencies",
		args: ["s"],
		doc: "The string *s*, which has to refer to one .drv file, with a reference to the derivation and all its outputs: the opposite of `unsafeDiscardOutputDependency`.",
		fn: addDrvOutputDependencies,
	},
	{
		name: "__getContext",
		args: ["s"],
		doc: "What the string *s* refers to: a set with an attribute for each store path, which says how: `path`, `allOutputs`, `outputs`.",
		fn: getContext,
	},
	{
		name: "__appendContext",
		args: ["s", "context"],
		doc: "The string *s* with references added, in the form that `getContext` gives.",
		fn: appendContext,
	},
];
