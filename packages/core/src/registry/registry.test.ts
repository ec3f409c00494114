import { inputFromURL } from "@tsnix/fetchers";
import { expect, test } from "vitest";
import { lookupInRegistries } from "./lookup";
import { addEntry, emptyRegistry, removeEntries, replaceEntry } from "./registry";
import { parseRegistry, readRegistry, writeRegistry } from "./registry-file";

const input = inputFromURL;
const nixpkgs = addEntry(
	emptyRegistry("global"),
	input("flake:nixpkgs"),
	input("github:NixOS/nixpkgs/nixpkgs-unstable"),
);

test("an entry stands for its branches too", () => {
	const { input: found } = lookupInRegistries(input("flake:nixpkgs/nixos-24.05"), [nixpkgs], "all");
	expect(found.attrs).toEqual({ type: "github", owner: "NixOS", repo: "nixpkgs", ref: "nixos-24.05" });
});

test("entries lead to entries, in the order of the registries", () => {
	const user = addEntry(emptyRegistry("user"), input("flake:n"), input("flake:nixpkgs"));
	expect(lookupInRegistries(input("flake:n"), [user, nixpkgs], "all").input.attrs.repo).toBe("nixpkgs");
	expect(() => lookupInRegistries(input("flake:n"), [user, nixpkgs], "limited")).toThrow(
		"cannot find flake 'flake:n' in the flake registries",
	);
});

test("a circle is found", () => {
	const circle = addEntry(
		addEntry(emptyRegistry("flag"), input("flake:a"), input("flake:b")),
		input("flake:b"),
		input("flake:a"),
	);
	expect(() => lookupInRegistries(input("flake:a"), [circle], "all")).toThrow("cycle detected in flake registry");
});

test("registries are written and read back", () => {
	const registry = replaceEntry(nixpkgs, input("flake:x"), input("path:/x"), { dir: "sub" });
	expect(parseRegistry(writeRegistry(registry), "global")).toEqual(registry);
	expect(removeEntries(registry, input("flake:x"))).toEqual(nixpkgs);
	expect(writeRegistry(emptyRegistry("user"))).toBe('{\n  "flakes": null,\n  "version": 2\n}');
});

test("a registry that cannot be read is a warning", () => {
	const warnings: string[] = [];
	const options = { name: "/r.json", warn: (message: string) => warnings.push(message) };
	expect(readRegistry('{ "version": 3 }', "user", options).entries).toEqual([]);
	expect(readRegistry('{ "version": 2, "flakes": [ { "from": 1 } ] }', "user", options).entries).toEqual([]);
	expect(readRegistry(undefined, "user", options).entries).toEqual([]);
	expect(warnings).toEqual([
		"cannot read flake registry '/r.json': error: flake registry '/r.json' has unsupported version 3",
		"cannot read flake registry '/r.json': error: 'type' attribute to specify input scheme is required but not provided",
	]);
});

test("a registry is read as far as it goes", () => {
	const entry = '{ "from": { "type": "indirect", "id": "x" }, "to": { "type": "path", "path": "/x" } }';
	const read = (text: string) => {
		const warnings: string[] = [];
		const { entries } = readRegistry(text, "user", { name: "/r.json", warn: (message) => warnings.push(message) });
		return [entries.length, ...warnings];
	};
	const parse = "cannot parse flake registry '/r.json': [json.exception.type_error";
	expect(read("[]")).toEqual([0, `${parse}.306] cannot use value() with array`]);
	expect(read('{ "version": 2 }')).toEqual([0]);
	expect(read(`{ "version": 2, "flakes": { "any": ${entry} } }`)).toEqual([1]);
	expect(read(`{ "version": 2, "flakes": [ ${entry}, 1, ${entry} ] }`)).toEqual([
		1,
		`${parse}.305] cannot use operator[] with a string argument with number`,
	]);
	expect(read(`{ "version": 2, "flakes": [ { "to": { "type": "path", "path": [] } } ] }`)).toEqual([
		0,
		"cannot read flake registry '/r.json': error: unsupported input attribute type in lock file",
	]);
	expect(read(`{ "version": 2, "flakes": [ ${entry.replace(/}$/, ', "exact": 1 }')} ] }`)).toEqual([
		0,
		`${parse}.302] type must be boolean, but is number`,
	]);
});
