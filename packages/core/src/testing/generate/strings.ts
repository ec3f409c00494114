/** Strings and paths. */
import { call } from "./calls";
import { contextString } from "./contexts";
import { interpolation } from "./definitions";
import { lambda } from "./functions";
import type { Generator } from "./generator";
import { indented, quoted, text } from "./literals";
import { operator } from "./operators";
import { anything, type Expression, items, leaf, level, node, type Part } from "./tree";
import { fn } from "./types";

export const stringLiteral = (g: Generator, plain = false): Expression => {
	const { random, options } = g;
	const pieces = (write: (value: string) => string): Part[][] =>
		random.some(0, plain ? 2 : 4, () =>
			plain || random.chance(0.6) ? [write(text(random, options.oddBytes))] : interpolation(g),
		);
	if (random.chance(0.75)) return node(level.select, '"', items(pieces((value) => quoted(random, value))), '"');
	const indent = random.pick(["", "\n  ", "\n    ", "\n\t", "\n", " "]);
	const lines = pieces((value) => indented(random, value)).map((piece) => [...piece, random.pick(["", indent, "\n"])]);
	return node(level.select, "''", indent, items(lines), random.chance(0.5) ? "\n" : "", "''");
};

export const string = (g: Generator): Expression => {
	const { random } = g;
	switch (random.below(9)) {
		case 0:
		case 1:
			return operator(g, level.add, "+", "string", random.chance(0.85) ? "string" : "path", "left");
		case 2:
			return contextString(g);
		case 3:
			return random.chance(0.3)
				? leaf(random.pick(["http://example.org/a?b=c", "x:y", "mailto:a@b.c", "a.b+c-d:x"]))
				: stringLiteral(g);
		case 4:
			return node(
				level.select,
				'"${',
				anything(
					node(
						level.select,
						random.pick(["{ __toString = ", "{ outPath = "]),
						anything(random.chance(0.6) ? lambda(g, fn("set", "string")) : g.expression("string")),
						"; }",
					),
				),
				'}"',
			);
		default:
			return stringLiteral(g);
	}
};

export const pathLiteral = (g: Generator): string => {
	return g.random.pick([
		"./a.nix",
		"./dir",
		"./dir/x",
		"./b.json",
		"./nope",
		"/foo",
		"/foo/bar.nix",
		"./.",
		"./c.toml",
		"./link",
		"a/b",
		"./dir/../a.nix",
		"./dir/.",
		"~/x",
		"<nope>",
		"<x/y>",
		"./bad.nix",
		"./list.nix",
	]);
};

export const path = (g: Generator): Expression => {
	const { random } = g;
	switch (random.below(7)) {
		case 0:
			return operator(g, level.add, "+", "path", random.chance(0.85) ? "string" : "path", "left");
		case 1:
			return node(
				level.select,
				random.pick(["./", "./dir/", "/foo/", "./a-", "/foo", "./dir/x-"]),
				"${",
				anything(g.expression("string")),
				"}",
				random.pick(["", "/x", "-y", ".nix"]),
			);
		case 2:
			return call(g, "dirOf", [g.expression("path")]);
		default:
			return leaf(pathLiteral(g));
	}
};
