import * as fs from "node:fs";
import { join } from "node:path";
import { inputFromURL } from "@tsnix/fetchers";
import { fromBytes, printJson } from "@tsnix/store";
import { afterAll, beforeAll, expect, test } from "vitest";
import { adoptError } from "../flake/errors";
import { renderErrorBytes } from "../flake/evaluation";
import { lockFlakeSync } from "../flake/lock";
import { flakeMetadata, metadataJson } from "../flake/metadata";
import { flakeRefToString, parseFlakeRef } from "../flake/ref";
import { Scratch } from "../flake/testing/scenario";
import { testWorld } from "../flake/testing/world";
import { lookupInRegistries } from "./lookup";
import { addEntry, emptyRegistry, listRegistries, type Registry, removeEntries, replaceEntry } from "./registry";
import { readRegistry, writeRegistry } from "./registry-file";

let scratch: Scratch;
let userRegistry: string;
beforeAll(() => {
	scratch = new Scratch();
	userRegistry = join(scratch.env.HOME as string, ".config/nix/registry.json");
});
afterAll(() => scratch.remove());

const setUser = (text: string): void => {
	fs.mkdirSync(join(userRegistry, ".."), { recursive: true });
	fs.writeFileSync(userRegistry, text, "latin1");
};

const lastError = (stderr: string): string => fromBytes(stderr).trim().split("error: ").pop() as string;

test("files that commands write", () => {
	fs.rmSync(userRegistry, { force: true });
	let ours: Registry = emptyRegistry("user");
	const input = (url: string) => parseFlakeRef(url).input;
	const add = (from: string, to: string): void => {
		scratch.nix("registry", "add", from, to);
		const target = parseFlakeRef(to);
		ours = replaceEntry(ours, input(from), target.input, target.subdir === "" ? {} : { dir: target.subdir });
		expect(writeRegistry(ours)).toBe(fs.readFileSync(userRegistry, "latin1"));
		expect(readRegistry(writeRegistry(ours), "user")).toEqual(ours);
	};
	const remove = (from: string): void => {
		scratch.nix("registry", "remove", from);
		ours = removeEntries(ours, input(from));
		expect(writeRegistry(ours)).toBe(fs.readFileSync(userRegistry, "latin1"));
	};
	add("a", "github:x/y");
	add("b", "path:/a%20b?dir=c");
	add("a", "github:x/z/main?dir=q");
	add("a/main", "git+https://example.org/x?ref=y");
	expect(listRegistries([ours])).toBe(scratch.nix("registry", "list").stdout);
	remove("a");
	remove("b");
	remove("a/main");
});

const entry = (from: string, to: string, exact = false): Record<string, unknown> => ({
	from: parseFlakeRef(from).input.attrs,
	to: {
		...parseFlakeRef(to).input.attrs,
		...(parseFlakeRef(to).subdir === "" ? {} : { dir: parseFlakeRef(to).subdir }),
	},
	...(exact ? { exact } : {}),
});

const registry = {
	version: 2,
	flakes: [
		entry("a", "github:x/y"),
		entry("b", "a"),
		entry("c", "github:x/y/main"),
		entry("d", "path:/d?dir=e"),
		entry("d2", "d"),
		entry("loop", "loop2"),
		entry("loop2", "loop"),
		entry("exact", "github:e/e", true),
		entry("r/x", "github:r/x"),
		entry("nowhere", "away"),
		entry("github:p/q", "path:/p"),
	],
};

test.each([
	"a",
	"a/main",
	"a/main/0123456789012345678901234567890123456789",
	"a/0123456789012345678901234567890123456789",
	"b/dev",
	"c",
	"c/dev",
	"d",
	"d2",
	"d/main",
	"loop",
	"exact",
	"exact/main",
	"r",
	"r/x",
	"r/y",
	"nowhere",
	"unknown",
	"github:p/q",
	"github:p/q/main",
	"path:/x",
])("what %s is", (text) => {
	setUser(JSON.stringify(registry));
	const real = scratch.nix("registry", "resolve", text);
	const registries = [readRegistry(JSON.stringify(registry), "user")];
	let ours: string;
	try {
		const { input, subdir } = parseFlakeRef(text);
		const found = lookupInRegistries(input, registries, "all");
		ours = flakeRefToString({ input: found.input, subdir: (found.extra.dir as string | undefined) ?? subdir });
	} catch (error) {
		ours = (error as Error).message;
	}
	expect(ours).toBe(real.status === 0 ? real.stdout.trim() : lastError(real.stderr));
});

test.each([
	"{",
	"{ }",
	'{ "version": 1 }',
	'{ "version": 2, "flakes": [] }',
	'{ "version": 2, "flakes": [ { "from": { "type": "indirect", "id": "1x" }, "to": { } } ] }',
])("registry file %s", (text) => {
	setUser(text);
	const real = scratch.nix("registry", "list");
	const warnings: string[] = [];
	const read = readRegistry(text, "user", {
		name: userRegistry,
		warn: (message) => warnings.push(`warning: ${message}`),
	});
	expect(read.entries).toEqual([]);
	expect(warnings.join("\n")).toBe(real.stderr.trim());
});

test("a flake, and its inputs, by the names of registries", () => {
	scratch.make({
		"a/flake.nix": "{ outputs = { self, b }: { }; }",
		"b/s/flake.nix": "{ outputs = { self }: { }; }",
	});
	const [a, b] = [`path:${scratch.path("a")}`, `path:${scratch.path("b")}?dir=s`];
	setUser(JSON.stringify({ version: 2, flakes: [entry("a", a), entry("b", b)] }));
	const flags = ["--no-write-lock-file", "--json"];
	const registries = (flag: boolean): readonly Registry[] => {
		const to = parseFlakeRef(b);
		const user = readRegistry(fs.readFileSync(userRegistry, "latin1"), "user");
		const flags = emptyRegistry("flag");
		return [flag ? addEntry(flags, inputFromURL("flake:b"), to.input, { dir: to.subdir }) : flags, user];
	};
	// Inputs do not see the user's registry.
	const real = scratch.nix("flake", "metadata", "a", ...flags);
	const world = testWorld({ env: scratch.env, registries: registries(false) });
	let said = "";
	try {
		lockFlakeSync(world, parseFlakeRef("a"), { write: false });
	} catch (error) {
		said = renderErrorBytes(adoptError(error));
	}
	expect(said).toBe(real.stderr.trim());
	const given = scratch.nix("flake", "metadata", "a", ...flags, "--override-flake", "b", b);
	const locked = lockFlakeSync(testWorld({ env: scratch.env, registries: registries(true) }), parseFlakeRef("a"), {
		write: false,
	});
	expect(`${printJson(metadataJson(flakeMetadata(locked)))}\n`).toBe(given.stdout);
});
