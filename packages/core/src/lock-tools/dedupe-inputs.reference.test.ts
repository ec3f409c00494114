import { readFileSync, rmSync } from "node:fs";
import { editFlakeInputs } from "@tsnix/eval";
import { nodeFs } from "@tsnix/store/node";
import { afterAll, beforeAll, expect, test } from "vitest";
import { lockFlakeSync } from "../flake/lock";
import { parseLockFile, writeLockFile } from "../flake/lock-file";
import { parseFlakeRef } from "../flake/ref";
import { type Files, Scratch } from "../flake/testing/scenario";
import { testWorld } from "../flake/testing/world";
import { dedupeInputs } from "./dedupe-inputs";

// What dedupeInputs suggests is written into flakes by editFlakeInputs; real Nix and we then lock them alike, and the
// inputs are merged.

let scratch: Scratch;
beforeAll(() => {
	scratch = new Scratch();
});
afterAll(() => scratch.remove());

const outputs = "outputs = _: { };";
const leaf = `{ ${outputs} }`;
const using = (...names: string[]): string =>
	`{ ${names.map((name) => `inputs.${name}.url = "path:@/${name}";`).join(" ")} ${outputs} }`;

interface Scenario {
	readonly files: Files;
	/** Folders that are locked before these files change, so that they know older versions. */
	readonly locked?: readonly string[];
	readonly changed?: Files;
	/** The suggestions, as `path -> follows`. */
	readonly suggested: readonly string[];
}

const scenarios: Record<string, Scenario> = {
	"an input of two": {
		files: { "a/flake.nix": using("b", "p"), "b/flake.nix": using("p"), "p/flake.nix": leaf },
		suggested: ["b/p -> p"],
	},
	"inputs that only others have": {
		files: {
			"a/flake.nix": using("b", "c"),
			"b/flake.nix": using("p"),
			"c/flake.nix": using("p"),
			"p/flake.nix": leaf,
		},
		suggested: ["c/p -> b/p"],
	},
	"an input with inputs": {
		files: {
			"a/flake.nix": using("b", "c"),
			"b/flake.nix": using("p"),
			"c/flake.nix": using("b", "p"),
			"p/flake.nix": leaf,
		},
		suggested: ["c/b -> b", "c/p -> b/p"],
	},
	"inputs written as sets": {
		files: {
			"a/flake.nix": `{\n  inputs = {\n    b = {\n      url = "path:@/b"; # b\n    };\n    p.url = "path:@/p";\n  };\n  ${outputs}\n}\n`,
			"b/flake.nix": using("p", "q"),
			"p/flake.nix": using("q"),
			"q/flake.nix": leaf,
		},
		suggested: ["b/p -> p", "p/q -> b/q"],
	},
	"an input far below": {
		files: {
			"a/flake.nix": using("b", "p"),
			"b/flake.nix": using("c"),
			"c/flake.nix": using("p"),
			"p/flake.nix": leaf,
		},
		suggested: ["b/c/p -> p"],
	},
	"an older version": {
		files: { "a/flake.nix": using("b", "p"), "b/flake.nix": using("p"), "p/flake.nix": leaf },
		locked: ["b"],
		changed: { "p/flake.nix": `# newer\n${leaf}` },
		suggested: ["b/p -> p"],
	},
	"inputs that are no flakes": {
		files: {
			"a/flake.nix": `{ inputs.b.url = "path:@/b"; inputs.t = { url = "path:@/t"; flake = false; }; ${outputs} }`,
			"b/flake.nix": `{ inputs.t = { url = "path:@/t"; flake = false; }; ${outputs} }`,
			"t/file": "text",
		},
		suggested: ["b/t -> t"],
	},
	"some that follow already": {
		files: {
			"a/flake.nix": `{ inputs.b.url = "path:@/b"; inputs.b.inputs.p.follows = "p"; inputs.c.url = "path:@/c"; inputs.p.url = "path:@/p"; ${outputs} }`,
			"b/flake.nix": using("p"),
			"c/flake.nix": using("p", "b"),
			"p/flake.nix": leaf,
		},
		suggested: ["c/b -> b", "c/p -> p"],
	},
};

test.each(Object.entries(scenarios))("%s", (_, { files, locked = [], changed, suggested }) => {
	scratch.make(files);
	for (const folder of locked) scratch.nix("flake", "lock", `path:${scratch.path(folder)}`);
	if (changed !== undefined) scratch.change(changed);
	const ref = `path:${scratch.path("a")}`;
	const lockByReference = (): string => {
		expect(scratch.nix("flake", "lock", ref)).toMatchObject({ status: 0 });
		return readFileSync(scratch.path("a", "flake.lock"), "latin1");
	};

	const before = parseLockFile(lockByReference());
	const found = dedupeInputs(before);
	expect(found.map(({ path, follows }) => `${path.join("/")} -> ${follows.join("/")}`)).toEqual(suggested);
	const edited = editFlakeInputs(
		readFileSync(scratch.path("a", "flake.nix"), "latin1"),
		found.map(({ path, follows }) => ({ set: path, follows: follows.join("/") })),
	);
	scratch.change({ "a/flake.nix": edited });

	const lockByUs = (): string => {
		const world = testWorld({ env: scratch.env });
		const flake = parseFlakeRef(ref, { baseDir: scratch.dir, fs: nodeFs });
		return writeLockFile(lockFlakeSync(world, flake, { write: false }).lock);
	};
	const ours = lockByUs();
	const after = lockByReference();
	expect(ours).toBe(after);
	expect(dedupeInputs(parseLockFile(after))).toEqual([]);
	const saved = found.reduce((sum, { saves }) => sum + saves, 0);
	expect(parseLockFile(after).nodes.size).toBe(before.nodes.size - saved);

	// Nor do they come back when everything is locked anew.
	rmSync(scratch.path("a", "flake.lock"));
	const anew = lockByUs();
	expect(anew).toBe(lockByReference());
	expect(parseLockFile(anew).nodes.size).toBe(before.nodes.size - saved);
});
