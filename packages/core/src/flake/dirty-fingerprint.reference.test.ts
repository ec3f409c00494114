import * as fs from "node:fs";
import { fromBytes } from "@tsnix/store";
import { nodeFs } from "@tsnix/store/node";
import { afterEach, beforeEach, expect, test } from "vitest";
import { lockFlakeSync } from "./lock";
import { flakeMetadata, metadataJson } from "./metadata";
import { parseFlakeRef } from "./ref";
import { Scratch } from "./testing/scenario";
import { testWorld } from "./testing/world";

let scratch: Scratch;
beforeEach(() => {
	scratch = new Scratch();
	const files = {
		"r/flake.nix": "{ outputs = { self }: { }; }",
		"r/a": "one",
		"r/a-b": "two",
		"r/d/e": "three",
		"r/d-e": "four",
		"r/\u00e9": "five",
		"r/z": "six",
		"r/link": { link: "a" },
	};
	scratch.make(files, ["r"]);
});
afterEach(() => scratch.remove());

const changes: readonly (readonly [string, () => void])[] = [
	["a changed file", () => scratch.change({ "r/a": "1" })],
	[
		"files whose order is not that of their bytes",
		() => scratch.change({ "r/d/e": "1", "r/d-e": "2", "r/a": "3", "r/\u00e9": "4", "r/z": "5" }),
	],
	["a deleted file", () => fs.rmSync(scratch.path("r/z"))],
	["deleted files and changed ones", () => {
		fs.rmSync(scratch.path("r/z"));
		fs.rmSync(scratch.path("r/d"), { recursive: true });
		scratch.change({ "r/a-b": "" });
	}],
	["a file that is staged", () => {
		scratch.change({ "r/new": "1" });
		scratch.git("r", "add", "new");
	}],
	["a file that is no longer tracked", () => scratch.git("r", "rm", "--quiet", "--cached", "z")],
	["a file that may be run", () => fs.chmodSync(scratch.path("r/a"), 0o755)],
	["a link to elsewhere", () => {
		fs.rmSync(scratch.path("r/link"));
		scratch.change({ "r/link": { link: "z" } });
	}],
	["a repository with submodules", () => {
		scratch.change({ "r/.gitmodules": '[submodule "s"]\n\tpath = s\n\turl = ./s\n' });
		scratch.git("r", "add", ".gitmodules");
	}],
	["a repository with submodules, without changes", () => {
		scratch.change({ "r/.gitmodules": '[submodule "s"]\n\tpath = s\n\turl = ./s\n' });
		scratch.git("r", "add", ".gitmodules");
		scratch.git("r", "commit", "--quiet", "--message=two");
	}],
];

test.each(changes)("%s", (_, change) => {
	change();
	for (const query of ["", "?exportIgnore=1", "?shallow=1"]) {
		const ref = `git+file://${scratch.path("r")}${query}`;
		const real = scratch.nix("flake", "metadata", "--no-write-lock-file", "--json", ref);
		const world = testWorld({ env: scratch.env });
		const metadata = metadataJson(flakeMetadata(lockFlakeSync(world, parseFlakeRef(ref, { fs: nodeFs }), { write: false })));
		expect(metadata).toEqual(JSON.parse(fromBytes(real.stdout)));
	}
});
