import { type Expression, smaller, textOf } from "../generate/tree";

/** Makes an expression smaller as long as `differs` says of the result what it said of the whole; asks `limit` times at most. */
export const shrinkTree = async (
	expression: Expression,
	differs: (text: string) => Promise<boolean>,
	limit: number,
): Promise<string> => {
	let best = expression;
	let asked = 0;
	const seen = new Set<string>();
	for (let found = true; found; ) {
		found = false;
		for (const candidate of smaller(best)) {
			const text = textOf(candidate);
			if (seen.has(text) || text.length > textOf(best).length) continue;
			seen.add(text);
			if (asked++ >= limit) return textOf(best);
			if (!(await differs(text))) continue;
			best = candidate;
			found = true;
			break;
		}
	}
	return textOf(best);
};

/** As {@link shrinkTree}, for any text: leaves out ever smaller parts of it. */
export const shrinkText = async (
	text: string,
	differs: (text: string) => Promise<boolean>,
	limit: number,
): Promise<string> => {
	let best = text;
	let asked = 0;
	for (let size = best.length >> 1; size >= 1; size = size > 1 ? size >> 1 : 0) {
		for (let at = 0; at < best.length; ) {
			const candidate = best.slice(0, at) + best.slice(at + size);
			if (asked++ >= limit) return best;
			if (candidate !== "" && (await differs(candidate))) best = candidate;
			else at += size;
		}
	}
	return best;
};
