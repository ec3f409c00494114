/**
 * How tightly an expression's outermost form binds: it stands without parentheses where at most its level is asked
 * for. The order is that of the language's grammar.
 */
export const level = {
	expression: 0,
	pipe: 1,
	implies: 2,
	or: 3,
	and: 4,
	equals: 5,
	less: 6,
	update: 7,
	not: 8,
	add: 9,
	multiply: 10,
	concat: 11,
	has: 12,
	negate: 13,
	apply: 14,
	select: 15,
} as const;

/** An expression as text with places for other expressions. */
export interface Expression {
	readonly level: number;
	readonly parts: readonly Part[];
}

export type Part = string | Slot | Items;

/** A place for an expression that binds at least as tightly as `level`. */
export interface Slot {
	readonly level: number;
	readonly expression: Expression;
}

/** Parts of which each may be left out: elements of a list, definitions, pieces of a string. */
export interface Items {
	readonly items: readonly (readonly Part[])[];
}

export const node = (at: number, ...parts: Part[]): Expression => ({ level: at, parts });
export const leaf = (text: string): Expression => ({ level: level.select, parts: [text] });
export const slot = (at: number, expression: Expression): Slot => ({ level: at, expression });
export const anything = (expression: Expression): Slot => slot(level.expression, expression);
export const argument = (expression: Expression): Slot => slot(level.select, expression);
export const items = (parts: readonly (readonly Part[])[]): Items => ({ items: parts });

/** The text of an expression, a byte string. */
export const textOf = (expression: Expression): string => textOfParts(expression.parts);

const textOfParts = (parts: readonly Part[]): string => {
	let out = "";
	for (const part of parts)
		if (typeof part === "string") out += part;
		else if ("items" in part) out += part.items.map(textOfParts).join("");
		else out += part.expression.level < part.level ? `(${textOf(part.expression)})` : textOf(part.expression);
	return out;
};

const smallest = ["1", "null", "{ }", "[ ]", '""'].map(leaf);

/** Smaller forms of an expression, the boldest first: a part in place of the whole, parts left out, parts made smaller. */
export function* smaller(expression: Expression): Generator<Expression> {
	if (expression.parts.length > 1 || textOf(expression).length > 4)
		for (const simple of smallest) if (textOf(simple).length < textOf(expression).length) yield simple;
	yield* inside(expression.parts);
	for (const parts of smallerParts(expression.parts)) yield { ...expression, parts };
}

/** The expressions directly inside parts. */
function* inside(parts: readonly Part[]): Generator<Expression> {
	for (const part of parts)
		if (typeof part === "string") continue;
		else if ("items" in part) for (const item of part.items) yield* inside(item);
		else yield part.expression;
}

function* smallerParts(parts: readonly Part[]): Generator<readonly Part[]> {
	for (const [i, part] of parts.entries()) {
		const replaced = (by: Part): readonly Part[] => parts.map((p, j) => (j === i ? by : p));
		if (typeof part === "string") continue;
		if (!("items" in part)) {
			for (const expression of smaller(part.expression)) yield replaced({ ...part, expression });
			continue;
		}
		const { items: all } = part;
		if (all.length > 3) {
			const half = all.length >> 1;
			yield replaced(items(all.slice(0, half)));
			yield replaced(items(all.slice(half)));
		}
		for (const j of all.keys()) yield replaced(items(all.filter((_, k) => k !== j)));
		for (const [j, item] of all.entries())
			for (const by of smallerParts(item)) yield replaced(items(all.map((it, k) => (k === j ? by : it))));
	}
}
