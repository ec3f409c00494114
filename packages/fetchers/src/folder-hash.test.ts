import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fsAccessor, narHash } from "@tsnix/store";
import { nodeFs } from "@tsnix/store/node";
import { afterAll, beforeEach, expect, test } from "vitest";
import { memoryCache } from "./cache/memory";
import { hashFolder } from "./folder-hash";
import { createFetchWorld } from "./world";

const top = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), "tsnix-folder-")));
afterAll(() => fs.rmSync(top, { recursive: true, force: true }));

let folder: string;
beforeEach(() => {
	folder = fs.mkdtempSync(join(top, "tree-"));
	for (let i = 0; i < 300; i++) fs.writeFileSync(join(folder, `f${i}`), `${i}\n`);
});

/** Hashes the folder a minute after everything in it was made; tells how often its files were opened. */
const hashing = (seconds = 60) => {
	let opened = 0;
	const counting: typeof nodeFs = {
		...nodeFs,
		openSync: (path, ...rest) => {
			opened++;
			return nodeFs.openSync(path, ...rest);
		},
		readFileSync: (path) => {
			opened++;
			return nodeFs.readFileSync(path);
		},
	};
	const world = createFetchWorld({ fs: counting, cache: memoryCache(), clock: () => Date.now() / 1000 + seconds });
	return () => {
		opened = 0;
		const { narHash: hash } = hashFolder(counting, folder, world);
		expect(hash.sri()).toBe(narHash(fsAccessor(nodeFs, folder)).hash.sri());
		return opened;
	};
};

test("a folder that has not changed is not read again", () => {
	const hash = hashing();
	expect(hash()).toBe(300);
	expect(hash()).toBe(0);
});

test.each<[string, () => void]>([
	["is written", () => fs.writeFileSync(join(folder, "f7"), "other\n")],
	["becomes executable", () => fs.chmodSync(join(folder, "f7"), 0o755)],
	["is there anew", () => fs.writeFileSync(join(folder, "new"), "")],
	["is gone", () => fs.rmSync(join(folder, "f7"))],
	["has another name", () => fs.renameSync(join(folder, "f7"), join(folder, "f7a"))],
	[
		"is written, and as old as before",
		() => {
			const { atime, mtime } = fs.statSync(join(folder, "f7"));
			fs.writeFileSync(join(folder, "f7"), "8\n");
			fs.utimesSync(join(folder, "f7"), atime, mtime);
		},
	],
])("it is read again where a file %s", (_, change) => {
	const hash = hashing();
	hash();
	change();
	expect(hash()).toBeGreaterThan(200);
});

test("what was changed just now is not remembered", () => {
	const hash = hashing(0);
	hash();
	expect(hash()).toBe(300);
});
