import type { PlainTree } from "./command-source";
import { Attrs, EvalError, type Evaluator, force, type Lazy, NixString, TypeError, withTrace } from "./evaluation";

/** The files that a value stands for: a string's text, a set's folder. */
export const treeOf = (st: Evaluator, lazy: Lazy, pos = 0): PlainTree => {
	const v = force(lazy, pos);
	if (typeof v === "string") return v;
	if (v instanceof NixString) return v.s;
	if (!(v instanceof Attrs))
		throw st.fail(
			new TypeError("NIX_TYPE", `value at '${st.showPosition(pos)}' is not a string or an attribute set`),
			0,
		);
	const out: Record<string, PlainTree> = Object.create(null) as Record<string, PlainTree>;
	for (const i of v.shape.order(st.symbols)) {
		const name = st.symbols.names[v.shape.ids[i]];
		const at = v.shape.posAt(i);
		try {
			if (name === "." || name === "..")
				throw st.fail(new EvalError("INVALID_FILE_NAME", `invalid file name '${name}'`), 0);
			out[name] = treeOf(st, v.vals[i], at);
		} catch (error) {
			throw withTrace(error, at, `while evaluating the attribute '${name}'`);
		}
	}
	return out;
};
