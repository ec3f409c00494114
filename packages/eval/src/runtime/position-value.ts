import type { PosIdx } from "../errors/positions";
import { wellKnown } from "../syntax/well-known";
import type { Evaluator } from "./evaluator";
import { AttrsBuilder } from "./shape";
import { PrimOp, type Value } from "./values";

const coordinate = (name: "line" | "column"): PrimOp =>
	new PrimOp(`${name}OfPos`, 1, (st, pos) => st.positions.resolve(pos as PosIdx)![name], true, true);

const lineOfPos = coordinate("line");
const columnOfPos = coordinate("column");

/**
 * `{ file, line, column }` of a position, or null where it is in no file. Line and column are worked out when they are
 * wanted: until then they print as what is not evaluated.
 */
export const positionValue = (st: Evaluator, pos: PosIdx): Value => {
	const origin = st.positions.originOf(pos);
	if (origin?.kind !== "file") return null;
	return new AttrsBuilder()
		.add(wellKnown.file, origin.path)
		.add(wellKnown.line, st.apply(lineOfPos, pos))
		.add(wellKnown.column, st.apply(columnOfPos, pos))
		.finish();
};
