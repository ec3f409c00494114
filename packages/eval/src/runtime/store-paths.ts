import { maybeParseStorePath, type StorePath } from "@tsnix/store";
import { EvalError } from "../errors/errors";
import type { PosIdx } from "../errors/positions";
import { coercePlain, coerceToString } from "./coerce";
import type { ContextGatherer } from "./context";
import type { Evaluator } from "./evaluator";
import type { Lazy } from "./values";

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
