import type * as t from "io-ts";

/** The type of a JSON value, by name. */
export const kindOf = (value: unknown): string =>
	value === null || value === undefined
		? "null"
		: Array.isArray(value)
			? "array"
			: typeof value === "bigint"
				? "number"
				: typeof value;

/** Where in a decoded file the first thing wrong is, and what is there. */
export const firstProblem = (errors: t.Errors): { place: string; found: string } => {
	let deepest = errors[0];
	for (const error of errors) if (error.context.length > deepest.context.length) deepest = error;
	// Members of unions and intersections have numbers for keys, which are no part of the file.
	const keys: string[] = [];
	deepest.context.forEach((entry, i) => {
		const above = i === 0 ? undefined : (deepest.context[i - 1].type as { _tag?: string })._tag;
		if (i > 0 && above !== "UnionType" && above !== "IntersectionType") keys.push(entry.key);
	});
	return { place: keys.join("."), found: kindOf(deepest.value) };
};
