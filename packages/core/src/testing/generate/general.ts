/** Forms that have a value of any type. */
import { applied, call } from "./calls";
import { attributePath, attributesAsVariables, definition, someType } from "./definitions";
import { functor, lambda, patternCall, recursion } from "./functions";
import type { Generator, Variable } from "./generator";
import { attributeName, variableName } from "./literals";
import { set } from "./sets";
import { anything, argument, type Expression, items, leaf, level, node, slot } from "./tree";
import { fn, simpleTypes, type Type } from "./types";

/** Forms that have a value of any type. */
export const general = (g: Generator, type: Type): Expression => {
	const { random, gap } = g;
	switch (random.below(18)) {
		case 0:
		case 1:
		case 2:
			return letIn(g, type);
		case 3:
			return node(
				level.expression,
				"with",
				gap(),
				anything(g.expression("set")),
				";",
				gap(),
				anything(g.within(attributesAsVariables(g), () => g.expression(type))),
			);
		case 4:
			return node(
				level.expression,
				"if",
				gap(),
				anything(g.expression("bool")),
				gap(),
				"then",
				gap(),
				anything(g.expression(type)),
				gap(),
				"else",
				gap(),
				anything(g.expression(type)),
			);
		case 5:
			return node(
				level.expression,
				"assert",
				gap(),
				anything(random.chance(0.6) ? truth(g) : g.expression("bool")),
				";",
				gap(),
				anything(g.expression(type)),
			);
		case 6:
		case 7: {
			const from = random.pick(simpleTypes);
			return applied(g, lambda(g, fn(from, type)), g.expression(from));
		}
		case 8: {
			const name = attributeName(random);
			return node(
				level.select,
				argument(set(g, [[name, type]])),
				random.chance(0.1) ? " . " : ".",
				name,
				...(random.chance(0.2) ? [" or ", argument(g.expression(type))] : []),
			);
		}
		case 9:
			return node(
				level.select,
				argument(g.expression("set")),
				".",
				...attributePath(g),
				gap(),
				"or",
				gap(),
				argument(g.expression(type)),
			);
		case 10:
			return call(g, random.pick(["head", "elemAt"]), [
				node(level.select, "[ ", argument(g.expression(type)), " ", argument(g.expression("any")), " ]"),
				leaf("0"),
			]);
		case 11:
			return node(
				level.select,
				argument(call(g, "tryEval", [g.expression(type)])),
				random.pick([".value", ".value", ".success"]),
			);
		case 12:
			return call(g, random.pick(["seq", "deepSeq", "trace", "warn", "traceVerbose", "addErrorContext"]), [
				g.expression(random.chance(0.6) ? "string" : "any"),
				g.expression(type),
			]);
		case 13:
			return node(
				level.pipe,
				slot(level.implies, g.expression("any")),
				" |> ",
				slot(level.implies, lambda(g, fn("any", type))),
			);
		case 14:
			return random.chance(0.5)
				? node(
						level.pipe,
						slot(level.implies, lambda(g, fn("any", type))),
						" <| ",
						slot(level.implies, g.expression("any")),
					)
				: node(level.select, "(", gap(), anything(g.expression(type)), gap(), ")");
		case 15:
			return functor(g, type);
		case 16:
			return recursion(g, type);
		default:
			return patternCall(g, type);
	}
};

/** A condition that probably holds. */
export const truth = (g: Generator): Expression => {
	const { random } = g;
	const value = g.smallest(random.pick(["int", "string", "list", "set", "float"]));
	return random.pick([
		leaf("true"),
		node(level.equals, slot(level.less, value), " == ", slot(level.less, value)),
		node(level.implies, slot(level.or, leaf("false")), " -> ", slot(level.implies, g.expression("bool"))),
		node(level.or, slot(level.or, leaf("true")), " || ", slot(level.and, g.expression("any"))),
	]);
};

export const letIn = (g: Generator, type: Type): Expression => {
	const { random } = g;
	const names = [...new Set(random.some(1, 4, () => variableName(random)))];
	const variables = names.map((name): Variable => ({ name, type: someType(g) }));
	return g.within(variables, () => {
		const definitions = variables.map((variable) => definition(g, variable.name, variable.type));
		if (random.chance(0.1)) definitions.push(["inherit (", anything(g.expression("set")), ") a; "]);
		if (random.chance(0.06)) definitions.push(definition(g, `${random.pick(names)}.x`, "any"));
		const body = g.expression(type);
		if (random.chance(0.04)) return node(level.select, "let { ", items(definitions), "body = ", anything(body), "; }");
		return node(level.expression, "let", g.gap(), items(definitions), "in", g.gap(), anything(body));
	});
};
