/** Applications, and calls of builtins by their names. */
import type { Generator } from "./generator";
import { globalNames } from "./signatures";
import { argument, type Expression, leaf, level, node, type Part, slot } from "./tree";

export const applied = (g: Generator, f: Expression, ...args: readonly Expression[]): Expression => {
	const parts: Part[] = [slot(level.apply, f)];
	for (const arg of args) parts.push(g.gap(), argument(arg));
	return node(level.apply, ...parts);
};

export const builtin = (g: Generator, name: string): Expression => {
	return leaf(globalNames.has(name) && g.random.chance(0.6) ? name : `builtins.${name}`);
};

export const call = (g: Generator, name: string, args: readonly Expression[]): Expression => {
	if (name === "head") args = args.slice(0, 1);
	return applied(g, builtin(g, name), ...args);
};
