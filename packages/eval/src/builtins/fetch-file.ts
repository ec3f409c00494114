import {
	BadStorePathNameError,
	checkStorePathName,
	type Hash,
	hashPath,
	makeFixedOutputPath,
	NixError,
	type StorePath,
} from "@tsnix/store";
import { EvalError } from "../errors/errors";
import { adopting } from "../runtime/adopt-error";
import { checkUri } from "../runtime/check-uri";
import type { Evaluator } from "../runtime/evaluator";
import { forceStringNoContext } from "../runtime/expect";
import { resolvePseudoUrl } from "../runtime/lookup-path";
import { baseNameOf } from "../runtime/paths";
import { force } from "../runtime/thunk";
import { Attrs, type Lazy, type Value } from "../runtime/values";
import { unsupported } from "./fetch-tree";
import { parseHashOrEmpty } from "./hash-or-empty";
import { storePathValue } from "./paths";

type Fetcher = "fetchurl" | "fetchTarball";

interface FileRequest {
	readonly url: string;
	readonly name: string;
	readonly hash: Hash | undefined;
	/** Whether the argument was a set, and whether that had a name; for messages. */
	readonly form: "string" | "set" | "named";
}

const fail = (st: Evaluator, code: string, message: string): EvalError => st.fail(new EvalError(code, message), 0);

const parseRequest = (st: Evaluator, given: Lazy, builtin: Fetcher): FileRequest => {
	const v = force(given, 0);
	const doing = "while evaluating the url we should fetch";
	let name = builtin === "fetchTarball" ? "source" : "";
	if (!(v instanceof Attrs))
		return { url: forceStringNoContext(st, v, 0, doing), name, hash: undefined, form: "string" };
	const { shape, vals } = v;
	let url: string | undefined;
	let hash: Hash | undefined;
	let form: FileRequest["form"] = "set";
	for (let i = 0; i < vals.length; i++) {
		const attribute = st.symbols.names[shape.ids[i]];
		const pos = shape.posAt(i);
		const content = `while evaluating the ${attribute} of the content we should fetch`;
		if (attribute === "url") url = forceStringNoContext(st, vals[i], pos, doing);
		else if (attribute === "sha256")
			hash = parseHashOrEmpty(st, forceStringNoContext(st, vals[i], pos, content), "sha256");
		else if (attribute === "name") {
			form = "named";
			name = forceStringNoContext(st, vals[i], pos, content);
		} else throw fail(st, "NIX_UNSUPPORTED_ARGUMENT", `unsupported argument '${attribute}' to '${builtin}'`);
	}
	if (url === undefined) throw fail(st, "NIX_MISSING_ARGUMENT", "'url' argument required");
	return { url, name, hash, form };
};

const checkFileName = (st: Evaluator, { url, form }: FileRequest, name: string, builtin: Fetcher): void => {
	try {
		checkStorePathName(name);
	} catch (error) {
		if (!(error instanceof BadStorePathNameError)) throw error;
		const advice =
			form === "named"
				? `Please change the value for the 'name' attribute passed to '${builtin}', so that it can create a valid store path.`
				: form === "set"
					? `Please add a valid 'name' attribute to the argument for '${builtin}', so that it can create a valid store path.`
					: `Please pass an attribute set with 'url' and 'name' attributes to '${builtin}',  so that it can create a valid store path.`;
		throw fail(
			st,
			"NIX_STORE_PATH_NAME",
			`invalid store path name when fetching URL '${url}': ${error.message}. ${advice}`,
		);
	}
};

/** `fetchurl` and `fetchTarball`. */
export const fetchFile = (st: Evaluator, given: Lazy, builtin: Fetcher): Value => {
	const request = parseRequest(st, given, builtin);
	const unpack = builtin === "fetchTarball";
	const { hash } = request;
	const url = unpack ? resolvePseudoUrl(request.url) : request.url;
	checkUri(st, url);
	const name = request.name === "" ? baseNameOf(url.replace(/(?<=.)\/+$/, "")) : request.name;
	checkFileName(st, { ...request, url }, name, builtin);
	if (st.settings.pureEval && hash === undefined)
		throw fail(st, "NIX_IMPURE", `in pure evaluation mode, '${builtin}' requires a 'sha256' argument`);
	const { store, fetchFile: fetch } = st.host;
	if (hash !== undefined) {
		const expected = makeFixedOutputPath(name, { method: unpack ? "nar" : "flat", hash }, store.storeDir);
		if (isThere(st, expected)) return storePathValue(st, expected);
	}
	if (fetch === undefined) throw unsupported(st, builtin);
	const path = adopting(st, () => fetch({ url, name, unpack, sha256: hash?.sri() }));
	if (hash !== undefined) checkHash(st, url, path, unpack, hash);
	return storePathValue(st, path);
};

const isThere = (st: Evaluator, path: StorePath): boolean => {
	const { store } = st.host;
	if (store.ensurePath === undefined) return adopting(st, () => store.isValidPath(path));
	try {
		store.ensurePath(path);
		return true;
	} catch (error) {
		if (!(error instanceof NixError)) throw error;
		return false;
	}
};

const checkHash = (st: Evaluator, url: string, path: StorePath, unpack: boolean, expected: Hash): void => {
	const { store } = st.host;
	const info = adopting(st, () => store.queryPathInfo(path));
	if (info === undefined) return;
	const hash = unpack
		? info.narHash
		: adopting(st, () => hashPath(store.accessor(path), "/", { method: "flat", algorithm: "sha256" }));
	if (hash.equals(expected)) return;
	const error = fail(
		st,
		"NIX_HASH_MISMATCH",
		`hash mismatch in file downloaded from '${url}':\n  specified: ${expected.toString()}\n  got:       ${hash.toString()}`,
	);
	error.exitStatus = 102;
	throw error;
};
