import { bytesToString, hashBytes, type StorePath } from "@tsnix/store";
import { EvalError, InvalidPathError, RestrictedPathError } from "../errors/errors";
import { adopting } from "../runtime/adopt-error";
import { coercePlain, coerceToString } from "../runtime/coerce";
import { Context, ContextGatherer } from "../runtime/context";
import type { Evaluator } from "../runtime/evaluator";
import { bytesOf, forceAttrs, forceList, forceStringNoContext, stringValue } from "../runtime/expect";
import { findFile, type LookupEntry } from "../runtime/lookup-path";
import { realiseContext, realisePath, rewriteStrings } from "../runtime/realise";
import { requiredAttr } from "../runtime/required-attr";
import { AttrsBuilder } from "../runtime/shape";
import { childOf, lstat, maybeLstat, readDirectory, readFileBytes, showNixPath } from "../runtime/source-path";
import { force } from "../runtime/thunk";
import { type Lazy, type NixPath, NixString, type Value } from "../runtime/values";
import { wellKnown } from "../syntax/well-known";
import type { Builtin } from "./builtin";
import { hashAlgorithm } from "./hash-or-empty";
import { storePathOf } from "./paths";

const pathExists = (st: Evaluator, lazy: Lazy): Value => {
	const { depth } = st;
	try {
		const v = force(lazy, 0);
		const text = typeof v === "string" || v instanceof NixString ? bytesOf(v) : "";
		const mustBeFolder = text.endsWith("/") || text.endsWith("/.");
		const path = realisePath(st, v, 0, mustBeFolder ? "full" : "ancestors");
		const stat = maybeLstat(st, path);
		return stat !== undefined && (!mustBeFolder || stat.kind === "directory");
	} catch (e) {
		if (!(e instanceof RestrictedPathError)) throw e;
		st.depth = depth;
		return false;
	}
};

const readFileBuiltin = (st: Evaluator, v: Lazy): Value => {
	const path = realisePath(st, v, 0);
	const bytes = readFileBytes(st, path);
	if (bytes.indexOf(0) >= 0)
		throw st.fail(
			new EvalError(
				"NIX_NULL_BYTE",
				`the contents of the file '${showNixPath(path)}' cannot be represented as a Nix string`,
			),
			0,
		);
	const text = bytesToString(bytes);
	return stringValue(text, Context.of(referencesIn(st, path, text).map((reference) => reference.baseName)));
};

/** Those of the references of the store object that a file lies in which the file contains. */
const referencesIn = (st: Evaluator, path: NixPath, text: string): readonly StorePath[] => {
	const object = storePathOf(st, path.path);
	if (object === undefined) return [];
	const info = adopting(st, () => st.host.store.queryPathInfo(object));
	return info === undefined ? [] : info.references.filter((reference) => text.includes(reference.hashPart));
};

const lookupEntries = (st: Evaluator, list: Lazy): LookupEntry[] =>
	forceList(st, list, 0, "while evaluating the first argument passed to builtins.findFile").map((element) => {
		const attrs = forceAttrs(st, element, 0, "while evaluating an element of the list passed to builtins.findFile");
		const prefixAt = attrs.shape.index(wellKnown.prefix);
		const prefix =
			prefixAt < 0
				? ""
				: forceStringNoContext(
						st,
						attrs.vals[prefixAt],
						0,
						"while evaluating the `prefix` attribute of an element of the list passed to builtins.findFile",
					);
		const at = requiredAttr(st, attrs, wellKnown.path, "in an element of the __nixPath");
		const gatherer = new ContextGatherer();
		const path = coerceToString(
			st,
			attrs.vals[at],
			gatherer,
			"while evaluating the `path` attribute of an element of the list passed to builtins.findFile",
			coercePlain,
			0,
		);
		try {
			return { prefix, path: rewriteStrings(path, realiseContext(st, gatherer.context)) };
		} catch (e) {
			if (!(e instanceof InvalidPathError)) throw e;
			throw st.fail(new EvalError("NIX_INVALID_PATH", `cannot find '${path}', since path '${e.path}' is not valid`), 0);
		}
	});

const readDir = (st: Evaluator, v: Lazy): Value => {
	const path = realisePath(st, v, 0);
	const entries = readDirectory(st, path).sort((a, b) => (a[0] < b[0] ? -1 : 1));
	const attrs = new AttrsBuilder();
	for (const [name, kind] of entries) attrs.add(st.symbols.create(name), kind ?? lstat(st, childOf(path, name)).kind);
	return attrs.finish();
};

/** Reading files and folders. */
export const fileBuiltins: readonly Builtin[] = [
	{
		name: "__pathExists",
		args: ["path"],
		doc: "Whether something exists at *path*. A link counts as something, wherever it points; a string that ends in a slash asks for a folder.",
		fn: pathExists,
	},
	{
		name: "__readFile",
		args: ["path"],
		doc: "The contents of the file *path* as a string.",
		fn: readFileBuiltin,
	},
	{
		name: "__findFile",
		args: ["search-path", "lookup-path"],
		doc: 'What `<lookup-path>` stands for with the search path *search-path*, a list of sets with `path` and `prefix`. `<nixpkgs>` is `findFile nixPath "nixpkgs"`.',
		fn: (st, entries, path) =>
			findFile(
				st,
				lookupEntries(st, entries),
				forceStringNoContext(st, path, 0, "while evaluating the second argument passed to builtins.findFile"),
				0,
			),
	},
	{
		name: "__hashFile",
		args: ["type", "p"],
		doc: "The hash of the contents of the file *p* in base 16. *type* is as for `hashString`.",
		fn: (st, type, v) => {
			const doing = "while evaluating the first argument passed to builtins.hashFile";
			const algorithm = hashAlgorithm(st, forceStringNoContext(st, type, 0, doing));
			return hashBytes(algorithm, readFileBytes(st, realisePath(st, v, 0))).base16();
		},
	},
	{
		name: "__readFileType",
		args: ["p"],
		doc: 'What kind of file *p* is: `"regular"`, `"directory"`, `"symlink"` or `"unknown"`.',
		fn: (st, v) => lstat(st, realisePath(st, v, 0, "none")).kind,
	},
	{
		name: "__readDir",
		args: ["path"],
		doc: "The entries of the folder *path*: a set of each name and what kind of file it is, as `readFileType` says.",
		fn: readDir,
	},
];
