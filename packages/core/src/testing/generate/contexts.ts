/** Strings with contexts. */
import { call } from "./calls";
import type { Generator } from "./generator";
import { anything, argument, type Expression, leaf, level, node, slot } from "./tree";

export const contextSet = (g: Generator): Expression => {
	const { random } = g;
	const key = random.pick([
		"/nix/store/ffffffffffffffffffffffffffffffff-x",
		"/nix/store/ffffffffffffffffffffffffffffffff-x.drv",
		"/nix/store/x",
		"a",
		"/nix/store/eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee-y",
	]);
	const value = random.pick([
		"{ path = true; }",
		"{ path = false; }",
		'{ outputs = [ "out" ]; }',
		'{ outputs = [ "dev" "out" ]; }',
		"{ allOutputs = true; }",
		"{ }",
		"1",
		"{ x = 1; }",
		"{ outputs = [ 1 ]; }",
		"{ outputs = [ ]; path = true; }",
		'builtins.getContext "a"',
	]);
	return leaf(`{ "${key}" = ${value}; }`);
};

/** A string that probably has a context. */
export const contextString = (g: Generator): Expression => {
	const { random } = g;
	switch (random.below(7)) {
		case 0:
			return node(
				level.select,
				argument(g.expression("derivation")),
				random.pick([".drvPath", ".outPath", ".out.outPath", ".dev"]),
			);
		case 1:
			return node(
				level.select,
				'"',
				random.pick(["", "a", " "]),
				"${",
				anything(g.expression("derivation")),
				"}",
				random.pick(["", "/b", " "]),
				'"',
			);
		case 2:
			return call(g, "toFile", [leaf(random.pick(['"f"', '"x.txt"', '"a b"'])), g.expression("string")]);
		case 3:
			return call(g, "appendContext", [g.expression("string"), contextSet(g)]);
		case 4:
			return node(level.select, '"${', anything(g.expression("path")), '}"');
		case 5:
			return call(g, "unsafeDiscardOutputDependency", [contextString(g)]);
		default:
			return node(
				level.add,
				slot(level.add, g.expression("string")),
				" + ",
				slot(level.multiply, g.expression("derivation")),
			);
	}
};
