import { hashPath, makeFixedOutputPath, NixError, type StorePath } from "@tsnix/store";
import type { CachedCursor } from "../eval-cache/cached-cursor";
import { showAttrs } from "../flake/attr-cursor";
import type { PlainDerivedPath } from "./command-source";
import {
	type Attrs,
	type Context,
	EvalError,
	type Evaluator,
	findDerivations,
	force,
	forceBool,
	getAttr,
	type Lazy,
	NixPath,
	NixString,
	type PackageInfo,
	type PosIdx,
	printForError,
	showType,
	wellKnown,
	withTrace,
} from "./evaluation";

type Outputs = "all" | readonly string[];

const shown = (st: Evaluator, path: StorePath): string => path.toString(st.host.store.storeDir);

/** The one thing that a string's context names. */
const pathOfContext = (
	st: Evaluator,
	text: string,
	context: Context | undefined,
	doing: string,
	pos: PosIdx,
): PlainDerivedPath => {
	const fail = (message: string): unknown => withTrace(st.fail(new EvalError("NIX_CONTEXT", message), 0), pos, doing);
	const elements = context?.elements ?? [];
	if (elements.length !== 1)
		throw fail(`string '${text}' has ${elements.length} entries in its context. It should only have exactly one entry`);
	const element = elements[0];
	const inStore = (base: string): string => `${st.host.store.storeDir}/${base}`;
	// `!OUTPUT!…` of what makes a derivation, which is `PATH^OUTPUT`.
	const chain = (made: string): string => {
		if (!made.startsWith("!")) return inStore(made);
		const end = made.indexOf("!", 1);
		return `${chain(made.slice(end + 1))}^${made.slice(1, end)}`;
	};
	if (element.startsWith("="))
		throw fail(
			`string '${text}' has a context which refers to a complete source and binary closure. This is not supported at this time`,
		);
	if (element.startsWith("!")) {
		const end = element.indexOf("!", 1);
		return { kind: "built", drvPath: chain(element.slice(end + 1)), outputs: [element.slice(1, end)] };
	}
	const expected = inStore(element);
	if (text !== expected) throw fail(`path string '${text}' has context with the different path '${expected}'`);
	return { kind: "opaque", path: expected };
};

/** Where a path's files go in the store; they are copied there unless nothing is to be written. */
const sourceInStore = (st: Evaluator, { accessor, path }: NixPath): StorePath => {
	const { store } = st.host;
	if (!st.settings.readOnly) return store.addToStore("source", accessor.accessor, path);
	return makeFixedOutputPath("source", { method: "nar", hash: hashPath(accessor.accessor, path) }, store.storeDir);
};

/** A path or string stands for itself. */
const singlePath = (st: Evaluator, lazy: Lazy, doing: string, pos: PosIdx = 0): PlainDerivedPath | undefined => {
	const v = force(lazy, 0);
	if (v instanceof NixPath) return { kind: "opaque", path: shown(st, sourceInStore(st, v)) };
	if (typeof v === "string") return pathOfContext(st, v, undefined, doing, pos);
	if (v instanceof NixString) return pathOfContext(st, v.s, v.context, doing, pos);
	return undefined;
};

const sorted = (names: Iterable<string>): string[] => [...new Set(names)].sort();

/** The outputs that are meant where none are named. */
const outputsToInstall = (st: Evaluator, info: PackageInfo): string[] => {
	const specified = getAttr(info.attrs, wellKnown.outputSpecified);
	if (
		specified !== undefined &&
		forceBool(st, specified, 0, "while evaluating the 'outputSpecified' attribute of a derivation")
	) {
		const { outputName, outputs } = info;
		if (!outputs.includes(outputName))
			throw new NixError("NO_SUCH_OUTPUT", `derivation does not have output '${outputName}'`);
		return [outputName];
	}
	const meta = info.set(wellKnown.meta, "while evaluating the 'meta' attribute of a derivation");
	const id = st.symbols.find("outputsToInstall");
	const wanted = meta === undefined || id === undefined ? undefined : getAttr(meta, id);
	if (wanted === undefined) return info.outputs;
	const bad = (): NixError => new NixError("BAD_OUTPUTS_TO_INSTALL", "this derivation has bad 'meta.outputsToInstall'");
	const list = force(wanted, 0);
	if (!Array.isArray(list)) throw bad();
	return list.map((element) => {
		const name = force(element, 0);
		const text = name instanceof NixString ? name.s : name;
		if (typeof text !== "string" || !info.outputs.includes(text)) throw bad();
		return text;
	});
};

/** What is to be built for a value that an attribute path led to. */
export const derivedPathsOf = (
	st: Evaluator,
	value: Lazy,
	pos: PosIdx,
	attribute: string,
	outputs: Outputs | undefined,
	args: Attrs,
): PlainDerivedPath[] => {
	const single = singlePath(st, value, `while evaluating the attribute '${attribute}'`, pos);
	if (single !== undefined) return [single];
	const byDerivation = new Map<string, Outputs>();
	for (const info of findDerivations(st, value, args)) {
		const { drvPath } = info;
		if (drvPath === undefined) throw new NixError("NOT_A_DERIVATION", `'${attribute}' is not a derivation`);
		const names = outputs ?? sorted(outputsToInstall(st, info));
		const wanted = names !== "all" && names.length === 0 ? ["out"] : names;
		const key = shown(st, drvPath);
		const known = byDerivation.get(key);
		byDerivation.set(
			key,
			known === undefined ? wanted : known === "all" || wanted === "all" ? "all" : sorted([...known, ...wanted]),
		);
	}
	return [...byDerivation]
		.sort(([a], [b]) => (a < b ? -1 : 1))
		.map(([drvPath, names]) => ({ kind: "built", drvPath, outputs: names }));
};

/** What is to be built for a flake's attribute: a derivation, or a path. */
export const flakeDerivedPaths = (
	st: Evaluator,
	cursor: CachedCursor,
	outputs: Outputs | undefined,
): PlainDerivedPath[] => {
	if (!cursor.isDerivation()) {
		const attribute = showAttrs(cursor.path);
		const v = cursor.force();
		const single = singlePath(st, v, `while evaluating the flake output attribute '${attribute}'`);
		if (single !== undefined) return [single];
		throw new NixError(
			"NOT_A_DERIVATION",
			`expected flake output attribute '${attribute}' to be a derivation or path but found ${showType(v)}: ${printForError(st, v)}`,
		);
	}
	const drvPath = shown(st, cursor.derivation());
	// Only a profile needs its priority, but what is wrong with it is told here.
	if (cursor.find("outputSpecified") === undefined) cursor.find("meta")?.find("priority")?.integer();
	return [{ kind: "built", drvPath, outputs: outputs ?? flakeOutputs(cursor) }];
};

const flakeOutputs = (cursor: CachedCursor): string[] => {
	const specified = cursor.find("outputSpecified");
	let names: readonly string[] = [];
	if (specified !== undefined) {
		const name = specified.bool() ? cursor.find("outputName")?.string() : undefined;
		if (name !== undefined) names = [name];
	} else names = cursor.find("meta")?.find("outputsToInstall")?.strings() ?? [];
	return names.length === 0 ? ["out"] : sorted(names);
};
