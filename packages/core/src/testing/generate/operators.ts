/** Expressions with operators: numbers and conditions. */
import { attributePath } from "./definitions";
import type { Generator } from "./generator";
import { type Expression, leaf, level, node, slot } from "./tree";
import { simpleTypes, type Type } from "./types";

export const operator = (
	g: Generator,
	at: number,
	symbol: string,
	left: Type,
	right: Type,
	side: "left" | "right" | "none",
): Expression => {
	const { random } = g;
	const around = random.chance(0.93) || symbol === "/" ? g.gap() : "";
	return node(
		at,
		slot(side === "left" ? at : at + 1, g.expression(left)),
		around === "" ? "" : around,
		symbol,
		around === "" && symbol !== "-" ? "" : " ",
		slot(side === "right" ? at : at + 1, g.expression(right)),
	);
};

export const arithmetic = (g: Generator, type: "int" | "float" | "number"): Expression => {
	const { random } = g;
	switch (random.below(7)) {
		case 0:
			return operator(g, level.add, "+", type, type, "left");
		case 1:
			return operator(g, level.add, "-", type, type, "left");
		case 2:
			return operator(g, level.multiply, "*", type, type, "left");
		case 3:
			return operator(g, level.multiply, "/", type, type, "left");
		case 4:
			return node(level.negate, random.chance(0.9) ? "-" : "- ", slot(level.negate, g.expression(type)));
		case 5:
			if (type !== "int" && random.chance(0.3))
				return leaf(
					random.pick(["(1.0e308 * 10)", "(1.0e308 * 10 - 1.0e308 * 10)", "(-0.0)", "(0.0 * -1)", "(-1.0e308 * 10)"]),
				);
			return g.smallest(type);
		default:
			return g.smallest(type);
	}
};

export const condition = (g: Generator): Expression => {
	const { random } = g;
	switch (random.below(10)) {
		case 0:
			return operator(g, level.and, "&&", "bool", "bool", "left");
		case 1:
			return operator(g, level.or, "||", "bool", "bool", "left");
		case 2:
			return operator(g, level.implies, "->", "bool", "bool", "right");
		case 3:
			return node(level.not, "!", slot(level.not, g.expression("bool")));
		case 4:
		case 5: {
			const type = random.pick(simpleTypes);
			return operator(g, level.equals, random.pick(["==", "!="]), type, random.chance(0.8) ? type : "any", "none");
		}
		case 6:
		case 7: {
			const type = random.pick(["number", "string", "list", "ints", "path", "int"] as const);
			return operator(g, level.less, random.pick(["<", "<=", ">", ">="]), type, type, "none");
		}
		case 8:
			return node(
				level.has,
				slot(level.negate, g.expression(random.chance(0.8) ? "set" : "any")),
				" ? ",
				...attributePath(g),
			);
		default:
			return g.smallest("bool");
	}
};
