import { maybeParseStorePath, parseBaseName, type StorePath } from "@tsnix/store";
import { EvalError } from "../errors/errors";
import type { PosIdx } from "../errors/positions";
import { coercePlain, coerceToString } from "./coerce";
import type { ContextGatherer } from "./context";
import type { Evaluator } from "./evaluator";
import { perEvaluator } from "./per-evaluator";
import type { Lazy } from "./values";

const interned = perEvaluator(() => new Map<string, StorePath>());

/** The store path of a base name, as contexts hold it; the same object each time. */
export const internedStorePath = (st: Evaluator, baseName: string): StorePath => {
	const paths = interned(st);
	let path = paths.get(baseName);
	if (path === undefined) {
		path = parseBaseName(baseName);
		paths.set(baseName, path);
	}
	return path;
};

/** The store path that a value stands for. */
export const coerceToStorePath = (
	st: Evaluator,
	v: Lazy,
	gatherer: ContextGatherer,
	doing: string,
	pos: PosIdx,
): StorePath => {
	const path = coerceToString(st, v, gatherer, doing, coercePlain, pos);
	const storePath = maybeParseStorePath(path, st.host.store.storeDir);
	if (storePath !== undefined) return storePath;
	throw st.fail(new EvalError("NIX_NOT_IN_STORE", `path '${path}' is not in the Nix store`), 0, pos, doing);
};
