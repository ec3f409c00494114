import {
	type FileIngestionMethod,
	type Hash,
	makeFixedOutputPath,
	maybeParseStorePath,
	type StorePath,
	textPathOf,
} from "@tsnix/store";
import { EvalBaseError, EvalError, withTrace } from "../errors/errors";
import { adopting } from "../runtime/adopt-error";
import { call2 } from "../runtime/call";
import { coercePlain, coerceToPath, coerceToString } from "../runtime/coerce";
import { Context, ContextGatherer, parseElement } from "../runtime/context";
import { addToStore, allowPath } from "../runtime/copy-to-store";
import type { Evaluator } from "../runtime/evaluator";
import {
	bytesOf,
	forceAttrs,
	forceBool,
	forceFunction,
	forceStringNoContext,
	forceStringValue,
	stringValue,
} from "../runtime/expect";
import { baseNameOf, canonPath, dirOf } from "../runtime/paths";
import { realiseContext, rewriteStrings } from "../runtime/realise";
import { lstat, nameOf, rejectFolder, resolveSymlinks, showNixPath } from "../runtime/source-path";
import { internedStorePath } from "../runtime/store-paths";
import { force } from "../runtime/thunk";
import { type Lazy, NixPath, NixString, type Value } from "../runtime/values";
import { printIdentifier } from "../syntax/identifiers";
import type { Builtin } from "./builtin";
import { parseHashOrEmpty } from "./hash-or-empty";

/** A store path as a string that refers to it, which pure evaluation may read. */
export const storePathValue = (st: Evaluator, path: StorePath): NixString => {
	allowPath(st, path);
	return new NixString(path.toString(st.host.store.storeDir), Context.fromSorted([path.baseName]));
};

/** The store path that a path is or lies in; undefined for paths elsewhere. */
export const storePathOf = (st: Evaluator, path: string): StorePath | undefined => {
	const { storeDir } = st.host.store;
	if (!path.startsWith(`${storeDir}/`)) return undefined;
	return maybeParseStorePath(`${storeDir}/${path.slice(storeDir.length + 1).split("/")[0]}`, storeDir);
};

const storePath = (st: Evaluator, v: Lazy): Value => {
	if (st.settings.pureEval)
		throw st.fail(new EvalError("NIX_IMPURE", "'builtins.storePath' is not allowed in pure evaluation mode"), 0);
	const gatherer = new ContextGatherer();
	const doing = "while evaluating the first argument passed to 'builtins.storePath'";
	let { path } = coerceToPath(st, v, gatherer, doing, 0);
	const { store } = st.host;
	if (maybeParseStorePath(path, store.storeDir) === undefined)
		path = resolveSymlinks(st, new NixPath(path, st.rootFS)).path;
	if (!path.startsWith(`${store.storeDir}/`))
		throw st.fail(new EvalError("NIX_NOT_IN_STORE", `path '${path}' is not in the Nix store`), 0);
	const baseName = path.slice(store.storeDir.length + 1).split("/")[0];
	const object = adopting(st, () => internedStorePath(st, baseName));
	if (!st.settings.readOnly) adopting(st, () => store.ensurePath?.(object));
	gatherer.addElement(object.baseName);
	return stringValue(path, gatherer.context);
};

const dirOfValue = (st: Evaluator, lazy: Lazy): Value => {
	const v = force(lazy, 0);
	if (v instanceof NixPath) return v.path === "/" ? v : new NixPath(dirOf(v.path), v.accessor);
	const gatherer = new ContextGatherer();
	const doing = "while evaluating the first argument passed to 'builtins.dirOf'";
	return stringValue(dirOf(coerceToString(st, v, gatherer, doing, coercePlain, 0)), gatherer.context);
};

const toFile = (st: Evaluator, nameValue: Lazy, text: Lazy): Value => {
	const name = forceStringNoContext(st, nameValue, 0, "while evaluating the first argument passed to builtins.toFile");
	const contents = forceStringValue(st, text, 0, "while evaluating the second argument passed to builtins.toFile");
	const references: StorePath[] = [];
	if (contents instanceof NixString)
		for (const element of contents.context.elements) {
			if (parseElement(element).kind !== "opaque")
				throw st.fail(
					new EvalError(
						"NIX_CONTEXT",
						`files created by builtins.toFile may not reference derivations, but ${name} references ${element}`,
					),
					0,
				);
			references.push(internedStorePath(st, element));
		}
	const { store } = st.host;
	const path = adopting(st, () => {
		const bytes = bytesOf(contents);
		return st.settings.readOnly
			? textPathOf(name, bytes, references, store.storeDir)
			: store.addTextToStore(name, bytes, references);
	});
	return storePathValue(st, path);
};

interface AddPath {
	readonly name: string;
	readonly path: NixPath;
	readonly filter?: Value;
	readonly method: FileIngestionMethod;
	readonly expectedHash?: Hash;
	readonly context: Context | undefined;
}

const addPath = (st: Evaluator, request: AddPath): Value => {
	try {
		return storePathValue(st, added(st, request));
	} catch (e) {
		throw e instanceof EvalBaseError ? withTrace(e, 0, `while adding path '${showNixPath(request.path)}'`) : e;
	}
};

const added = (st: Evaluator, { name, path: given, filter, method, expectedHash, context }: AddPath): StorePath => {
	const { store } = st.host;
	let path = given;
	let references: readonly StorePath[] = [];
	if (path.accessor === st.rootFS && path.path.startsWith(`${store.storeDir}/`) && context !== undefined) {
		path = new NixPath(canonPath(rewriteStrings(path.path, realiseContext(st, context))), path.accessor);
		const object = storePathOf(st, path.path);
		if (object !== undefined) references = adopting(st, () => store.queryPathInfo(object))?.references ?? [];
	}
	let expected: StorePath | undefined;
	if (expectedHash !== undefined) {
		expected = adopting(st, () =>
			makeFixedOutputPath(name, { method, hash: expectedHash, references }, store.storeDir),
		);
		if (adopting(st, () => store.isValidPath(expected!))) return expected;
	}
	const source = resolveSymlinks(st, path);
	if (method === "flat") rejectFolder(st, source);
	const keep = filter === undefined ? undefined : filterOf(st, filter, source);
	const result = addToStore(st, name, source, method, keep, references.length === 0 ? undefined : references);
	if (expected !== undefined && !expected.equals(result))
		throw st.fail(
			new EvalError(
				"NIX_PATH_MISMATCH",
				`store path mismatch in (possibly filtered) path added from '${showNixPath(path)}'`,
			),
			0,
		);
	return result;
};

/** A filter of the language as one of the store's. Each file is asked about once, however often it is looked at. */
const filterOf = (st: Evaluator, filter: Value, source: NixPath): ((path: string) => boolean) => {
	const known = new Map<string, boolean>();
	return (path) => {
		let keep = known.get(path);
		if (keep === undefined) {
			const { kind } = lstat(st, new NixPath(path, source.accessor));
			keep = forceBool(
				st,
				call2(st, filter, path, kind, 0),
				0,
				"while evaluating the return value of the path filter function",
			);
			known.set(path, keep);
		}
		return keep;
	};
};

const filterSource = (st: Evaluator, f: Lazy, v: Lazy): Value => {
	const gatherer = new ContextGatherer();
	const doing = "while evaluating the second argument (the path to filter) passed to 'builtins.filterSource'";
	const path = coerceToPath(st, v, gatherer, doing, 0);
	const filter = forceFunction(st, f, 0, "while evaluating the first argument passed to builtins.filterSource");
	return addPath(st, { name: nameOf(path), path, filter, method: "nar", context: gatherer.context });
};

const pathBuiltin = (st: Evaluator, given: Lazy): Value => {
	const attrs = forceAttrs(st, given, 0, "while evaluating the argument passed to 'builtins.path'");
	const { shape, vals } = attrs;
	const gatherer = new ContextGatherer();
	let path: NixPath | undefined;
	let name = "";
	let filter: Value | undefined;
	let method: FileIngestionMethod = "nar";
	let expectedHash: Hash | undefined;
	for (let i = 0; i < vals.length; i++) {
		const pos = shape.posAt(i);
		const v = vals[i];
		const attribute = st.symbols.names[shape.ids[i]];
		const parameter = `while evaluating the \`${attribute}\` parameter passed to builtins.path`;
		const doing = `while evaluating the \`${attribute}\` attribute passed to builtins.path`;
		switch (attribute) {
			case "path":
				path = coerceToPath(st, v, gatherer, "while evaluating the 'path' attribute passed to 'builtins.path'", pos);
				break;
			case "name":
				name = forceStringNoContext(st, v, pos, doing);
				break;
			case "filter":
				filter = forceFunction(st, v, pos, parameter);
				break;
			case "recursive":
				method = forceBool(st, v, pos, doing) ? "nar" : "flat";
				break;
			case "sha256":
				expectedHash = parseHashOrEmpty(st, forceStringNoContext(st, v, pos, doing), "sha256");
				break;
			default:
				throw st.fail(
					new EvalError(
						"NIX_UNSUPPORTED_ARGUMENT",
						`unsupported argument '${printIdentifier(attribute)}' to 'builtins.path'`,
					),
					pos,
				);
		}
	}
	if (path === undefined)
		throw st.fail(
			new EvalError(
				"NIX_MISSING_ARGUMENT",
				"missing required 'path' attribute in the first argument to 'builtins.path'",
			),
			0,
		);
	if (name === "") name = nameOf(path);
	return addPath(st, { name, path, filter, method, expectedHash, context: gatherer.context });
};

/** Paths, and what is put into the store from them. */
export const pathBuiltins: readonly Builtin[] = [
	{
		name: "__toPath",
		args: ["s"],
		doc: "The string *s* as the text of an absolute path, without `.` and `..`. Of little use: `/. + s` gives a path.",
		fn: (st, v) => {
			const gatherer = new ContextGatherer();
			const doing = "while evaluating the first argument passed to builtins.toPath";
			return stringValue(coerceToPath(st, v, gatherer, doing, 0).path, gatherer.context);
		},
	},
	{
		name: "__storePath",
		args: ["path"],
		doc: "A path in the store, as a string that refers to it. It is substituted if it is not there. Not available in pure evaluation.",
		fn: storePath,
	},
	{
		name: "baseNameOf",
		args: ["x"],
		doc: 'What follows the last slash of the path or string *x*; one slash at its end does not count: `baseNameOf "a/b/"` is `"b"`.',
		fn: (st, v) => {
			const gatherer = new ContextGatherer();
			const doing = "while evaluating the first argument passed to builtins.baseNameOf";
			return stringValue(baseNameOf(coerceToString(st, v, gatherer, doing, coercePlain, 0)), gatherer.context);
		},
	},
	{
		name: "dirOf",
		args: ["s"],
		doc: "What comes before the last slash of the path or string *s*: a path for a path, a string for a string.",
		fn: dirOfValue,
	},
	{
		name: "__toFile",
		args: ["name", "s"],
		doc: "Writes the string *s* to the store, under the name *name*, and gives the path. *s* may refer to store paths, but not to outputs of derivations.",
		fn: toFile,
	},
	{
		name: "__filterSource",
		args: ["e1", "e2"],
		doc: 'Copies the path *e2* to the store without the files for which the function *e1* gives `false`. It is called with each file\'s path and its type: `"regular"`, `"directory"`, `"symlink"` or `"unknown"`.',
		fn: filterSource,
	},
	{
		name: "__path",
		args: ["args"],
		doc: "Copies files to the store. *args* is `{ path, name ? baseNameOf path, filter ? _: _: true, recursive ? true, sha256 ? null }`; `recursive = false` is for single files, whose contents alone are hashed.",
		fn: pathBuiltin,
	},
];
