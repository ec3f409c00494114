/** What sets, `let` and argument patterns are made of: names, paths of attributes, definitions. */
import type { Generator, Variable } from "./generator";
import { attributeName, variableName } from "./literals";
import { anything, type Part } from "./tree";
import { fn, simpleTypes, type Type } from "./types";

export const someType = (g: Generator): Type => {
	const { random } = g;
	return random.chance(0.25) ? fn(random.pick(simpleTypes), random.pick(simpleTypes)) : random.pick(simpleTypes);
};

export const definition = (g: Generator, name: string, type: Type): Part[] => {
	return [name, g.random.chance(0.95) ? " = " : "=", anything(g.expression(type)), ";", g.gap()];
};

export const attributePath = (g: Generator): Part[] => {
	const { random } = g;
	const parts: Part[] = [];
	for (
		let n = random.weighted([
			[8, 0],
			[3, 1],
			[1, 2],
		]);
		n >= 0;
		n--
	) {
		if (random.chance(0.08)) parts.push("${", anything(g.expression("string")), "}");
		else if (random.chance(0.03)) parts.push('"', ...interpolation(g), '"');
		else parts.push(attributeName(random));
		if (n > 0) parts.push(".");
	}
	return parts;
};

export const interpolation = (g: Generator): Part[] => {
	const { random } = g;
	const type = random.chance(0.7) ? "string" : random.pick(["path", "derivation", "set", "int"] as const);
	return [
		random.pick(["", "a", " ", "\xc3\xa9"]),
		"${",
		anything(g.expression(type)),
		"}",
		random.pick(["", "b", "$", "/"]),
	];
};

export const attributesAsVariables = (g: Generator): Variable[] => {
	return g.random.some(0, 3, () => ({ name: variableName(g.random), type: g.random.pick(simpleTypes) }));
};
