import { EvalBaseError, EvalError, TypeError } from "../errors/errors";
import type { FetchedTree, FetchRequest, InputAttrs } from "../host";
import { adopting } from "../runtime/adopt-error";
import { checkUri } from "../runtime/check-uri";
import { coercePlain, coerceToString } from "../runtime/coerce";
import { Context, ContextGatherer } from "../runtime/context";
import { mountTree } from "../runtime/copy-to-store";
import { showType } from "../runtime/describe";
import type { Evaluator } from "../runtime/evaluator";
import { forceStringNoContext } from "../runtime/expect";
import { requireFeature } from "../runtime/require-feature";
import { AttrsBuilder } from "../runtime/shape";
import { force } from "../runtime/thunk";
import { printValueAsJSON } from "../runtime/to-json";
import { Attrs, type Lazy, NixPath, NixString, type Value } from "../runtime/values";
import { printIdentifier } from "../syntax/identifiers";
import { wellKnown } from "../syntax/well-known";

const fail = (st: Evaluator, code: string, message: string, pos = 0): EvalError =>
	st.fail(new EvalError(code, message), pos);

/** An error for what the host cannot do. */
export const unsupported = (st: Evaluator, builtin: string): EvalBaseError =>
	st.fail(new EvalBaseError("NIX_HOST_UNSUPPORTED", `'${builtin}' is not available here`), 0);

/** Has the host fetch an input; gives the result's attributes. */
const fetched = (st: Evaluator, request: Omit<FetchRequest, "pure" | "checkUri">): Attrs => {
	const { fetchTree } = st.host;
	if (fetchTree === undefined) throw unsupported(st, request.builtin);
	const tree = adopting(st, () =>
		fetchTree({ ...request, pure: st.settings.pureEval, checkUri: (uri) => checkUri(st, uri) }),
	);
	return treeAttrs(st, tree);
};

/** The set that stands for a fetched tree, whose files can be read from now on. */
export const treeAttrs = (st: Evaluator, tree: FetchedTree): Attrs => {
	const { storePath, attrs, accessor } = tree;
	mountTree(st, storePath, accessor);
	const path = storePath.toString(st.host.store.storeDir);
	const builder = new AttrsBuilder().add(
		wellKnown.outPath,
		new NixString(path, Context.fromSorted([storePath.baseName])),
	);
	for (const [name, value] of Object.entries(attrs)) builder.add(st.symbols.create(name), value);
	return builder.finish();
};

/** `fetchTree`, `fetchGit` and `fetchFinalTree`. */
export const fetchTree = (st: Evaluator, given: Lazy, builtin: "fetchTree" | "fetchGit" | "fetchFinalTree"): Value => {
	const isGit = builtin === "fetchGit";
	const name = isGit ? "fetchGit" : "fetchTree";
	const gatherer = new ContextGatherer();
	const v = force(given, 0);
	if (v instanceof Attrs) return fetched(st, { attrs: inputAttrs(st, v, name, gatherer), builtin });
	const doing = `while evaluating the first argument passed to '${name}'`;
	const url = coerceToString(st, v, gatherer, doing, coercePlain, 0);
	if (isGit) return fetched(st, { attrs: { type: "git", url, exportIgnore: true }, builtin });
	if (!st.settings.experimentalFeatures.has("flakes"))
		throw fail(
			st,
			"NIX_EXPERIMENTAL_FEATURE",
			`passing a string argument to '${name}' requires the 'flakes' experimental feature`,
		);
	return fetched(st, { url, builtin });
};

/** The attributes of an input, as `fetchTree` and `fetchGit` are given them. */
const inputAttrs = (
	st: Evaluator,
	given: Attrs,
	builtin: "fetchTree" | "fetchGit",
	gatherer: ContextGatherer,
): InputAttrs => {
	const isGit = builtin === "fetchGit";
	const { shape, vals } = given;
	const typeAt = shape.index(wellKnown.type);
	let type = "git";
	if (typeAt >= 0) {
		if (isGit) throw fail(st, "NIX_UNSUPPORTED_ARGUMENT", "unexpected argument 'type'");
		const doing = `while evaluating the \`type\` argument passed to '${builtin}'`;
		type = forceStringNoContext(st, vals[typeAt], shape.posAt(typeAt), doing);
	} else if (!isGit) throw fail(st, "NIX_MISSING_ARGUMENT", `argument 'type' is missing in call to '${builtin}'`);
	const attrs: Record<string, string | number | bigint | boolean> = { type };
	for (let i = 0; i < vals.length; i++) {
		if (i === typeAt) continue;
		const attribute = st.symbols.names[shape.ids[i]];
		const pos = shape.posAt(i);
		const v = force(vals[i], pos);
		if (typeof v === "string" || v instanceof NixString || v instanceof NixPath)
			attrs[attribute] = coerceToString(st, v, gatherer, "", coercePlain, pos);
		else if (typeof v === "boolean") attrs[attribute] = v;
		else if (typeof v === "number" || typeof v === "bigint") {
			if (v < 0)
				throw fail(
					st,
					"NIX_NEGATIVE_ARGUMENT",
					`negative value given for '${builtin}' argument '${printIdentifier(attribute)}': ${v}`,
				);
			attrs[attribute] = v;
		} else if (attribute === "publicKeys") {
			requireFeature(st, "verified-fetches");
			attrs[attribute] = printValueAsJSON(st, v, 0, gatherer);
		} else
			throw st.fail(
				new TypeError(
					"NIX_TYPE",
					`argument '${printIdentifier(attribute)}' to '${builtin}' is ${showType(v)} while a string, Boolean or integer is expected`,
				),
				0,
			);
	}
	if (isGit && attrs.exportIgnore === undefined && attrs.submodules !== true) attrs.exportIgnore = true;
	if (type === "git" && !isGit && attrs.shallow === undefined) attrs.shallow = true;
	if (!isGit && attrs.name !== undefined)
		throw fail(st, "NIX_UNSUPPORTED_ARGUMENT", `argument 'name' isn\xe2\x80\x99t supported in call to '${builtin}'`);
	return attrs;
};

/** `fetchMercurial`. */
export const fetchMercurial = (st: Evaluator, given: Lazy): Value => {
	const gatherer = new ContextGatherer();
	const v = force(given, 0);
	let url = "";
	let rev: string | undefined;
	let ref: string | undefined;
	let name = "source";
	if (v instanceof Attrs) {
		const { shape, vals } = v;
		for (let i = 0; i < vals.length; i++) {
			const attribute = st.symbols.names[shape.ids[i]];
			const pos = shape.posAt(i);
			const doing = `while evaluating the \`${attribute}\` attribute passed to builtins.fetchMercurial`;
			if (attribute === "url") url = coerceToString(st, vals[i], gatherer, doing, coercePlain, pos);
			else if (attribute === "rev") {
				const value = forceStringNoContext(st, vals[i], pos, doing);
				if (/^[0-9a-fA-F]{40}$/.test(value)) rev = value.toLowerCase();
				else ref = value;
			} else if (attribute === "name") name = forceStringNoContext(st, vals[i], pos, doing);
			else
				throw fail(
					st,
					"NIX_UNSUPPORTED_ARGUMENT",
					`unsupported argument '${printIdentifier(attribute)}' to 'fetchMercurial'`,
					pos,
				);
		}
		if (url === "") throw fail(st, "NIX_MISSING_ARGUMENT", "'url' argument required");
	} else {
		const doing = "while evaluating the first argument passed to builtins.fetchMercurial";
		url = coerceToString(st, v, gatherer, doing, coercePlain, 0);
	}
	checkUri(st, url);
	if (st.settings.pureEval && rev === undefined)
		throw st.fail(
			new EvalBaseError("NIX_IMPURE", "in pure evaluation mode, 'fetchMercurial' requires a Mercurial revision"),
			0,
		);
	return fetched(st, {
		builtin: "fetchMercurial",
		attrs: {
			type: "hg",
			url: url.includes("://") ? url : `file://${url}`,
			name,
			...(ref === undefined ? {} : { ref }),
			...(rev === undefined ? {} : { rev }),
		},
	});
};
