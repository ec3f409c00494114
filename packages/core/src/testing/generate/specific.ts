/** Forms that have a value of one type. */
import { callSignature } from "./builtin-arguments";
import { call } from "./calls";
import { derivationAttributes } from "./derivations";
import { lambda } from "./functions";
import type { Generator } from "./generator";
import { arithmetic, condition, operator } from "./operators";
import { list, set } from "./sets";
import { signatures } from "./signatures";
import { path, string } from "./strings";
import { type Expression, leaf, level } from "./tree";
import { fits, fn, simpleTypes, type Type } from "./types";

export const specific = (g: Generator, type: Type): Expression => {
	const { random } = g;
	if (typeof type === "object") return lambda(g, type);
	if (random.chance(0.45)) {
		const known = signatures.filter((s) => fits(s.gives, type) && (s.gives !== "any" || random.chance(0.3)));
		if (known.length > 0) return callSignature(g, random.pick(known));
	}
	switch (type) {
		case "int":
		case "float":
		case "number":
			return arithmetic(g, type);
		case "bool":
			return condition(g);
		case "null":
			return leaf("null");
		case "string":
			return string(g);
		case "path":
			return path(g);
		case "list":
		case "strings":
		case "ints":
		case "sets":
			return list(g, type);
		case "set":
			return random.chance(0.75)
				? set(g)
				: random.chance(0.7)
					? operator(g, level.update, "//", "set", "set", "right")
					: g.expression("derivation");
		case "derivation":
			return call(g, "derivation", [derivationAttributes(g)]);
		default:
			return random.chance(0.08) ? lambda(g, fn("any", "any")) : g.sound(random.pick([...simpleTypes, "derivation"]));
	}
};
