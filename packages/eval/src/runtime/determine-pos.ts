import type { PosIdx } from "../errors/positions";
import { lambdaOf } from "./print";
import { AppThunk, Attrs, Closure, type Lazy, PartialApp, Thunk, type Value } from "./values";

/**
 * The position that is known of a value without forcing it: where a set or a function was written, or the function of
 * a delayed application; `otherwise` for all else.
 */
export const determinePos = (v: Lazy | undefined, otherwise: PosIdx): PosIdx => {
	if (v instanceof Thunk) {
		if (v.c === null) return determinePos(v.e as Value, otherwise);
		return v instanceof AppThunk ? determinePos(v.e as Lazy | undefined, otherwise) : otherwise;
	}
	if (v instanceof Attrs) return v.shape.pos;
	if (v instanceof Closure) return lambdaOf(v).pos;
	if (v instanceof PartialApp && v.fn instanceof Closure) return lambdaOf(v).pos;
	return otherwise;
};
