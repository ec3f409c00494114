import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { memoryAccessor, memoryStore, symlink } from "@tsnix/store";
import { afterAll, describe, expect, test } from "vitest";
import { findProgram, isThere } from "./find-program";
import { readInStore, resolveInStore } from "./resolve-in-store";
import { spawnInPlace } from "./spawn-in-place";

const folder = mkdtempSync(join(tmpdir(), "tsnix-execute-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("programs are found in the folders of a path, in their order", () => {
	for (const name of ["a", "b"]) mkdirSync(join(folder, name));
	writeFileSync(join(folder, "a/tool"), "");
	writeFileSync(join(folder, "b/tool"), "");
	chmodSync(join(folder, "b/tool"), 0o755);
	mkdirSync(join(folder, "a/other"));
	const path = `${folder}/a:${folder}/b`;
	expect(findProgram("tool", path)).toBe(`${folder}/b/tool`);
	expect(findProgram("other", path)).toBeUndefined();
	expect(isThere("other", path)).toBe(true);
	expect(isThere("nothing", path)).toBe(false);
	expect(findProgram("x/y", path)).toBe("x/y");
	expect(findProgram("", path)).toBeUndefined();
});

describe("a program that is run side by side", () => {
	test("gives back its status, or the signal that ended it", async () => {
		const env = { PATH: "/usr/bin:/bin" };
		expect(await spawnInPlace("/bin/sh", ["sh", "-c", 'exit "$X"'], { ...env, X: "7" })).toBe(7);
		expect(await spawnInPlace("/bin/sh", ["sh", "-c", "kill -TERM $$"], env)).toBe(143);
		await expect(spawnInPlace("/nowhere", ["x"], env)).rejects.toMatchObject({ code: "ENOENT" });
	});
});

describe("links in a store", () => {
	const store = memoryStore({ storeDir: "/nix/store" });
	const package_ = store.addToStore("package", memoryAccessor({ bin: { tool: "text" }, link: symlink("bin") }), "/");
	const place = package_.toString("/nix/store");
	const links = memoryAccessor({ all: symlink(place), out: symlink("/tmp/x") });
	const linking = store.addToStore("linking", links, "/").toString("/nix/store");

	test("are followed to where they lead", () => {
		expect(resolveInStore(store, `${linking}/all/link/tool`)).toBe(`${place}/bin/tool`);
		expect(resolveInStore(store, `${linking}/out/bin`)).toBe("/tmp/x/bin");
		expect(resolveInStore(store, `${place}/nowhere/x`)).toBe(`${place}/nowhere/x`);
		expect(resolveInStore(store, "/nix/store/../store")).toBe("/nix/store");
	});

	test("lead to files that can be read", () => {
		expect(readInStore(store, `${linking}/all/bin/tool`)).toBe("text");
		expect(readInStore(store, `${linking}/all/bin`)).toBeUndefined();
		expect(readInStore(store, `${linking}/out`)).toBeUndefined();
	});
});
