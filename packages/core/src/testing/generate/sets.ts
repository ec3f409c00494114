/** Attribute sets, and lists. */
import { attributePath, definition, someType } from "./definitions";
import { lambda } from "./functions";
import type { Generator } from "./generator";
import { attributeName } from "./literals";
import { operator } from "./operators";
import { anything, argument, type Expression, items, level, node, type Part } from "./tree";
import { fn, type Type } from "./types";

/** A set that has the attributes told, and probably others. */
export const set = (g: Generator, wanted: readonly (readonly [string, Type])[] = []): Expression => {
	const { random } = g;
	const recursive = random.chance(0.2);
	const named = new Map(wanted);
	for (let n = random.below(3); n > 0; n--) {
		const name = attributeName(random);
		if (!named.has(name)) named.set(name, someType(g));
	}
	const usable = [...named].filter(([name]) => /^[\w'-]+$/.test(name) && name !== "or");
	return g.within(recursive ? usable.map(([name, type]) => ({ name, type })) : [], () => {
		const definitions = [...named].map(([name, type]) => definition(g, name, type));
		if (random.chance(0.12))
			definitions.push([...attributePath(g), " = ", anything(g.expression("any")), ";", g.gap()]);
		if (random.chance(0.06)) {
			const inherited = g.scope.filter((variable) => !named.has(variable.name)).slice(0, 2);
			if (inherited.length > 0) definitions.push([`inherit ${[...new Set(inherited.map((v) => v.name))].join(" ")}; `]);
		}
		if (random.chance(0.05)) definitions.push(["inherit (", anything(g.expression("set")), ") q; "]);
		if (random.chance(0.03)) definitions.push(["q.r = ", anything(g.expression("any")), "; q.s = 1; "]);
		if (random.chance(0.02)) definitions.push(["__toString = ", anything(lambda(g, fn("set", "string"))), "; "]);
		if (random.chance(0.02)) definitions.push(["outPath = ", anything(g.expression("string")), "; "]);
		if (random.chance(0.01)) definitions.push(['type = "derivation"; ']);
		if (recursive && random.chance(0.04)) definitions.push(["__overrides = ", anything(g.expression("set")), "; "]);
		for (let i = definitions.length - 1; i > 0; i--) {
			const j = random.below(i + 1);
			[definitions[i], definitions[j]] = [definitions[j], definitions[i]];
		}
		return node(level.select, recursive ? "rec { " : `{${g.gap()}`, items(definitions), "}");
	});
};

export const list = (g: Generator, type: "list" | "strings" | "ints" | "sets"): Expression => {
	const { random } = g;
	if (random.chance(0.15)) return operator(g, level.concat, "++", type, type, "right");
	const of = { list: "any", strings: "string", ints: "int", sets: "set" } as const;
	const elements = random.some(0, 4, (): Part[] => [argument(g.expression(of[type])), g.gap()]);
	return node(level.select, "[", g.gap(), items(elements), "]");
};
