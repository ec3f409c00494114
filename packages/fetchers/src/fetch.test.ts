import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bytesToString, memoryAccessor, memoryStore } from "@tsnix/store";
import { nodeFs } from "@tsnix/store/node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { tracesOf } from "./errors";
import { fetchInput, fetchInputSync } from "./fetch";
import { inputFromAttrs, inputFromURL } from "./input";
import { createFetchWorld } from "./world";

let dir: string;
beforeAll(() => {
	dir = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), "tsnix-path-")));
	fs.mkdirSync(join(dir, "tree/sub"), { recursive: true });
	fs.writeFileSync(join(dir, "tree/a"), "1\n");
	fs.symlinkSync("a", join(dir, "tree/link"));
	for (const [path, time] of [
		["tree/a", 1000],
		["tree/sub", 3000],
		["tree", 2000],
	] as const)
		fs.utimesSync(join(dir, path), time, time);
	fs.lutimesSync(join(dir, "tree/link"), 1000, 1000);
});
afterAll(() => fs.rmSync(dir, { recursive: true, force: true }));

describe("a path", () => {
	test("is hashed, and as new as the newest thing in it", () => {
		const result = fetchInputSync(inputFromURL(`path:${dir}/tree`), createFetchWorld({ fs: nodeFs }));
		const narHash = "sha256-4gxGmE6X1s1+EzMgfpm6hSycwEfKE2cFf1nDQHO7/gk=";
		expect(result.locked.attrs).toEqual({
			type: "path",
			path: `${dir}/tree`,
			lastModified: 3000,
			narHash,
			__final: true,
		});
		expect(result.storePath.toString()).toBe("/nix/store/3i5hr9nlacw1kj2a9rzn45rf4wq6iq26-source");
		expect(bytesToString(result.accessor.readFile("/a"))).toBe("1\n");
	});

	test("that is a store path is taken from the store, without a time", () => {
		const store = memoryStore();
		const path = store.addToStore("source", memoryAccessor({ a: "1" }), "/");
		const { storePath, lastModified } = fetchInputSync(
			inputFromURL(`path:${path.toString()}`),
			createFetchWorld({ store }),
		);
		expect(storePath.toString()).toBe(path.toString());
		expect(lastModified).toBe(0);
	});

	test("that is relative, or on no file system, cannot be fetched", () => {
		const world = createFetchWorld({});
		expect(() => fetchInputSync(inputFromURL("path:./a"), world)).toThrow(
			"cannot fetch input 'path:./a' because it uses a relative path",
		);
		expect(() => fetchInputSync(inputFromURL("path:/a"), world)).toThrow("no file system was given");
	});
});

test("a final input whose tree is in the store is not fetched", () => {
	const store = memoryStore();
	const path = store.addToStore("source", memoryAccessor({ a: "1" }), "/");
	const narHash = store.queryPathInfo(path)?.narHash.sri() as string;
	const rev = "0123456789abcdef0123456789abcdef01234567";
	const attrs = { type: "github", owner: "o", repo: "r", rev, narHash, lastModified: 5, __final: true };
	const { accessor, locked } = fetchInputSync(inputFromAttrs(attrs), createFetchWorld({ store }));
	expect(bytesToString(accessor.readFile("/a"))).toBe("1");
	expect(locked.attrs).toEqual(attrs);
});

test("an error tells what was being fetched", async () => {
	const error = await fetchInput(inputFromURL("flake:nixpkgs"), createFetchWorld({})).catch(
		(caught: unknown) => caught,
	);
	expect((error as Error).message).toBe("indirect input 'flake:nixpkgs' cannot be fetched directly");
	expect(tracesOf(error)).toEqual(["while fetching the input 'flake:nixpkgs'"]);
	await expect(fetchInput(inputFromAttrs({ type: "new" }), createFetchWorld({}))).rejects.toThrow(
		`cannot fetch unsupported input '{"type":"new"}'`,
	);
});
