import { EvalBaseError, EvalError, withTrace } from "../errors/errors";
import { Code, delayToThunk, type Evaluate } from "../nodes/code";
import { Kind } from "../syntax/tree";
import type { Evaluator } from "./evaluator";
import { dirOf } from "./paths";
import { perEvaluator } from "./per-evaluator";
import { RootAccessor } from "./root-accessor";
import { readFile, resolveExprPath, resolveSymlinks, showNixPath } from "./source-path";
import { forceThunk } from "./thunk";
import { type Env, type NixPath, type PathRoot, Thunk, type Value } from "./values";

/** What an evaluation has read: values of files, and which file a path was found to mean. */
interface FileCache {
	readonly resolved: Map<string, NixPath>;
	readonly values: Map<string, Thunk>;
	readonly code: Code;
	readonly trivialCode: Code;
}

const caches = perEvaluator((st): FileCache => {
	const mod = { st, base: 0, root: st.rootFS };
	return {
		resolved: new Map(),
		values: new Map(),
		code: new Code(evaluateFile, delayToThunk, mod, 0, undefined),
		trivialCode: new Code(evaluateFile, delayToThunk, mod, 0, "trivial"),
	};
});

const keyOf = (path: NixPath): string => (path.accessor.id === "root" ? path.path : `${path.accessor.id}:${path.path}`);

/** Reads a file's source and makes it ready to run. */
export const compileFile = (
	st: Evaluator,
	path: NixPath,
	scope?: readonly number[],
): ReturnType<Evaluator["compile"]> =>
	st.compile(readFile(st, resolveSymlinks(st, path)), {
		origin: { kind: "file", path: path.path, accessor: path.accessor satisfies PathRoot },
		basePath: dirOf(path.path),
		root: path.accessor,
		scope,
	});

/** A thunk's frame is the path of the file. */
const evaluateFile: Evaluate = (c, env) => {
	const path = env as unknown as NixPath;
	const { st } = c.mod;
	const { code, expr } = compileFile(st, path);
	try {
		if (c.a !== undefined && expr.kind !== Kind.Attrs)
			throw st.fail(new EvalError("NIX_NOT_TRIVIAL", `file '${showNixPath(path)}' must be an attribute set`), 0);
		const { debug } = st;
		if (debug === undefined) return code.ev(code, noFrame, undefined);
		const pos = "pos" in expr && expr.pos >= 0 ? code.mod.base + expr.pos : 0;
		const hint = `while evaluating the file '\x1b[35;1m${showNixPath(path)}\x1b[0m':`;
		return debug.within({ pos, expr, env: noFrame, hint }, () => code.ev(code, noFrame, undefined));
	} catch (e) {
		throw e instanceof EvalBaseError ? withTrace(e, 0, `while evaluating the file '${showNixPath(path)}':`) : e;
	}
};

const noFrame = undefined as unknown as Env;

/**
 * The value of a file (or of a folder's `default.nix`), which is worked out once an evaluation. With `mustBeTrivial`,
 * the file has to be a set written out, as `flake.nix` has.
 */
export const evalFile = (st: Evaluator, path: NixPath, mustBeTrivial = false): Value => {
	const cache = caches(st);
	const asked = keyOf(path);
	let resolved = cache.resolved.get(asked);
	if (resolved === undefined) {
		resolved = resolveExprPath(st, path);
		cache.resolved.set(asked, resolved);
	}
	const key = keyOf(resolved);
	let thunk = cache.values.get(key);
	if (thunk === undefined) {
		thunk = new Thunk(mustBeTrivial ? cache.trivialCode : cache.code, resolved);
		cache.values.set(key, thunk);
	}
	return forceThunk(thunk, 0);
};

/** Forgets what was read, so that files are read anew: `:load` and `:reload` of the REPL. */
export const resetFileCache = (st: Evaluator): void => {
	const { resolved, values } = caches(st);
	resolved.clear();
	values.clear();
	const { accessor } = st.rootFS;
	if (accessor instanceof RootAccessor) accessor.forget();
};
