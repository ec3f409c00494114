import { TypeError } from "../errors/errors";
import type { Symbol } from "../syntax/symbols";
import type { Evaluator } from "./evaluator";
import type { Attrs } from "./values";
import { printIdentifier } from "../syntax/identifiers";

/** The index of an attribute that a set has to have. `doing` is a line of the error's trace. */
export const requiredAttr = (st: Evaluator, attrs: Attrs, name: Symbol, doing: string): number => {
	const i = attrs.shape.index(name);
	if (i < 0)
		throw st.fail(
			new TypeError("NIX_MISSING_ATTRIBUTE", `attribute '${printIdentifier(st.symbols.names[name])}' missing`),
			0,
			0,
			doing,
		);
	return i;
};
