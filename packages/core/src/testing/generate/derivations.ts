/** Arguments of `derivation`. */
import type { Generator } from "./generator";
import { variableName } from "./literals";
import { anything, type Expression, items, level, node, type Part } from "./tree";

export const derivationAttributes = (g: Generator): Expression => {
	const { random } = g;
	const parts: Part[][] = [];
	const add = (chance: number, ...definition: Part[]): void => {
		if (random.chance(chance)) parts.push([...definition, "; "]);
	};
	if (random.chance(0.9))
		add(
			1,
			"name = ",
			random.chance(0.8)
				? random.pick(['"d"', '"a-1.0"', '"x.drv"', '"a b"', '".a"', '""', '"a?b"'])
				: anything(g.expression("string")),
		);
	add(0.95, "system = ", random.chance(0.9) ? '"x86_64-linux"' : anything(g.expression("string")));
	add(0.95, "builder = ", random.chance(0.7) ? '"/bin/sh"' : anything(g.expression("string")));
	add(0.3, "args = ", anything(g.expression("strings")));
	add(
		0.25,
		"outputs = ",
		random.pick([
			'[ "out" "dev" ]',
			'[ "dev" ]',
			'[ "out" ]',
			"[ ]",
			'[ "out" "out" ]',
			'[ "drv" ]',
			'[ "a b" ]',
			'"out"',
			'[ "" ]',
			'[ "drvPath" ]',
		]),
	);
	add(0.15, "__structuredAttrs = ", anything(g.expression("bool")));
	add(0.1, "__ignoreNulls = ", anything(g.expression("bool")));
	add(0.1, "__contentAddressed = ", anything(g.expression("bool")));
	add(0.07, "__impure = ", anything(g.expression("bool")));
	add(
		0.15,
		"outputHash = ",
		random.pick([
			'"sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="',
			'""',
			'"d41d8cd98f00b204e9800998ecf8427e"',
			'"x"',
			'"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"',
		]),
	);
	add(0.13, "outputHashAlgo = ", random.pick(['"sha256"', '"md5"', '"x"', "null", '""', "1"]));
	add(0.15, "outputHashMode = ", random.pick(['"flat"', '"recursive"', '"nar"', '"text"', '"git"', '"x"']));
	for (let n = random.below(3); n > 0; n--)
		add(
			1,
			`${variableName(random)} = `,
			anything(g.expression(random.pick(["any", "string", "derivation", "list", "path"]))),
		);
	add(0.05, "allowedReferences = ", anything(g.expression("strings")));
	add(0.05, "passAsFile = ", anything(g.expression("strings")));
	add(0.05, "exportReferencesGraph = ", anything(g.expression("strings")));
	add(0.04, "__json = ", anything(g.expression("string")));
	return node(level.select, "{ ", items(parts), "}");
};
