/** The smallest expressions of a type. */
import type { Generator } from "./generator";
import { floatLiteral, integerLiteral } from "./literals";
import { pathLiteral, stringLiteral } from "./strings";
import { anything, type Expression, leaf, level, node } from "./tree";
import { simpleTypes, type Type } from "./types";

export const smallest = (g: Generator, type: Type): Expression => {
	const { random } = g;
	if (typeof type === "object")
		return random.chance(0.5)
			? node(level.expression, "x:", " ", anything(g.smallest(type.to)))
			: node(level.expression, "_: ", anything(g.smallest(type.to)));
	switch (type) {
		case "int":
			return leaf(integerLiteral(random));
		case "float":
			return leaf(floatLiteral(random));
		case "number":
			return g.smallest(random.chance(0.7) ? "int" : "float");
		case "bool":
			return leaf(random.pick(["true", "false"]));
		case "null":
			return leaf("null");
		case "string":
			return stringLiteral(g, true);
		case "path":
			return leaf(pathLiteral(g));
		case "list":
			return leaf(random.pick(["[ ]", "[ 1 2 ]", '[ "a" ]']));
		case "strings":
			return leaf(random.pick(["[ ]", '[ "a" "b" ]', '[ "" ]']));
		case "ints":
			return leaf(random.pick(["[ ]", "[ 3 1 2 ]", "[ 0 ]"]));
		case "sets":
			return leaf(random.pick(["[ { a = 1; } { b = 2; a = 3; } ]", '[ { name = "a"; value = 1; } ]']));
		case "set":
			return leaf(
				random.pick(["{ }", "{ a = 1; }", "{ a = 1; b = 2; c.x = 3; }", '{ key = 1; name = "a"; value = 2; }']),
			);
		case "derivation":
			return leaf('(derivation { name = "d"; system = "s"; builder = "/b"; })');
		default:
			return g.smallest(random.pick(simpleTypes));
	}
};
