/** Calls of builtins with arguments that let them do more than fail. */
import { call } from "./calls";
import { contextSet, contextString } from "./contexts";
import { derivationAttributes } from "./derivations";
import type { Generator } from "./generator";
import type { Signature } from "./signatures";
import { specialString } from "./special-strings";
import { anything, type Expression, items, leaf, level, node, type Part } from "./tree";
import { fn } from "./types";

export const callSignature = (g: Generator, { name, takes }: Signature): Expression => {
	const { random } = g;
	const args = takes.map((type, i) => specialArgument(g, name, i) ?? g.expression(type));
	// Too few or too many arguments now and then.
	if (random.chance(0.015)) args.pop();
	else if (random.chance(0.01)) args.push(g.expression("any"));
	return call(g, name, args);
};

/** Arguments that a builtin needs to do more than to fail. */
export const specialArgument = (g: Generator, name: string, i: number): Expression | undefined => {
	const { random } = g;
	// A large list takes long, and whether there is room for it is nobody's language.
	if (random.chance(0.12) && name !== "genList") return undefined;
	const string = (value: string | undefined): Expression | undefined =>
		value === undefined ? undefined : leaf(`"${value.replace(/[\\"]|\$(?=\{)/g, "\\$&")}"`);
	switch (name) {
		case "genList":
			return i === 1 ? leaf(String(random.below(6))) : undefined;
		case "elemAt":
			return i === 1 ? leaf(random.pick(["0", "1", "2", "(-1)"])) : undefined;
		case "getAttr":
		case "hasAttr":
		case "catAttrs":
		case "unsafeGetAttrPos":
			return i === 0 ? leaf(random.pick(['"a"', '"b"', '"x"', '"foo"', '"zz"'])) : undefined;
		case "genericClosure":
			return closure(g);
		case "derivation":
		case "derivationStrict":
			return derivationAttributes(g);
		case "path":
			return pathAttributes(g);
		case "convertHash":
			return hashAttributes(g);
		case "appendContext":
			return i === 1 ? contextSet(g) : undefined;
		case "unsafeDiscardOutputDependency":
		case "addDrvOutputDependencies":
		case "getContext":
		case "hasContext":
		case "unsafeDiscardStringContext":
			return random.chance(0.7) ? contextString(g) : undefined;
		case "listToAttrs":
			return random.chance(0.6) ? pairs(g) : undefined;
		case "removeAttrs":
			return i === 1 ? leaf(random.pick(['[ "a" ]', '[ "x" "b" ]', "[ ]", '[ "a" "a" ]'])) : undefined;
		case "storePath":
			return leaf(random.pick(["/nix/store/x", '"/foo"', '"/nix/store/ffffffffffffffffffffffffffffffff-x"', '"a"']));
		case "getEnv":
			return leaf(random.pick(['"TSNIX_UNSET"', '""', '"HOME"']));
		case "outputOf":
			return i === 0 ? contextString(g) : leaf(random.pick(['"out"', '"dev"', '""', '"a b"']));
		case "findFile":
			return i === 0
				? leaf(
						random.pick(["[ ]", '[ { prefix = ""; path = ./.; } ]', '[ { prefix = "x"; path = ./dir; } ]', "[ { } ]"]),
					)
				: leaf(random.pick(['"a.nix"', '"x"', '"x/x"', '"dir"', '"nope"', '""']));
		default:
			return string(specialString(random, name, i));
	}
};

export const pairs = (g: Generator): Expression => {
	const { random } = g;
	return node(
		level.select,
		"[ ",
		items(
			random.some(0, 4, () => [
				"{ name = ",
				anything(random.chance(0.7) ? leaf(random.pick(['"a"', '"b"', '"x y"', '""'])) : g.expression("string")),
				"; value = ",
				anything(g.expression("any")),
				"; } ",
			]),
		),
		"]",
	);
};

export const closure = (g: Generator): Expression => {
	const { random } = g;
	const key = random.pick(["int", "int", "string", "list", "path", "any"] as const);
	const bound = 1 + random.below(8);
	const step = random.pick([
		`if builtins.isInt x.key && x.key < ${bound} then [ { key = x.key + 1; } { key = x.key + 2; y = 1; } ] else [ ]`,
		"[ ]",
		"[ x ]",
		"builtins.tail [ x ]",
		"[ { key = 1; } ]",
		'[ { key = "a"; } ]',
		"x.next",
		"[ 1 ]",
		"x",
		"[ { } ]",
	]);
	return node(
		level.select,
		"{ startSet = [ ",
		items(random.some(0, 4, () => ["{ key = ", anything(g.expression(key)), "; } "])),
		`]; operator = x: ${step}; }`,
	);
};

export const pathAttributes = (g: Generator): Expression => {
	const { random } = g;
	const parts: Part[][] = [["path = ", anything(g.expression("path")), "; "]];
	if (random.chance(0.4)) parts.push(["name = ", anything(g.expression("string")), "; "]);
	if (random.chance(0.3)) parts.push(["filter = ", anything(g.expression(fn("string", fn("string", "bool")))), "; "]);
	if (random.chance(0.3)) parts.push(["recursive = ", anything(g.expression("bool")), "; "]);
	if (random.chance(0.1))
		parts.push([
			"sha256 = ",
			random.pick(['"x"', '"sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="', '""']),
			"; ",
		]);
	if (random.chance(0.05)) parts.push(["foo = 1; "]);
	return node(level.select, "{ ", items(parts), "}");
};

export const hashAttributes = (g: Generator): Expression => {
	const { random } = g;
	const hash = random.pick([
		"sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=",
		"ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=",
		"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
		"sha256:1b8m03r63zqhnjf7l5wnldhh7c134ap5vpj0850ymkq1iyzicy5s",
		"d41d8cd98f00b204e9800998ecf8427e",
		"md5:d41d8cd98f00b204e9800998ecf8427e",
		"",
		"x",
		"sha256-",
		"sha1:x",
		"foo-bar",
	]);
	const parts: Part[][] = [[`hash = "${hash}"; `]];
	if (random.chance(0.5))
		parts.push([`hashAlgo = "${random.pick(["sha256", "md5", "sha1", "sha512", "blake3", "x"])}"; `]);
	if (random.chance(0.95))
		parts.push([`toHashFormat = "${random.pick(["base16", "nix32", "base32", "base64", "sri", "x"])}"; `]);
	return node(level.select, "{ ", items(parts), "}");
};
