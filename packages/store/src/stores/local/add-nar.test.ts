import { createFsFromVolume, Volume } from "memfs";
import { describe, expect, it } from "vitest";
import { memoryAccessor } from "../../accessors/memory";
import { hashBytes } from "../../formats/hash";
import { narBytes } from "../../formats/nar/write";
import { parseBaseName } from "../../formats/store-path";
import type { PathInfo } from "../store";
import { type LocalStore, localStore } from "./local-store";
import type { StoreFs } from "./write-tree";

const openStore = (): LocalStore => localStore({ fs: createFsFromVolume(new Volume()) as unknown as StoreFs });

const nar = narBytes(memoryAccessor({ "a file": "contents", folder: { inner: "more" } }));
const info = (of: Uint8Array): PathInfo => ({
	path: parseBaseName("c015dhfh5l0lp6wxyvdn7bmwhbbr6hr9-tree"),
	narHash: hashBytes("sha256", of),
	narSize: of.length,
	references: [],
	signatures: [],
	registrationTime: 1,
	ultimate: false,
});

describe("adding a whole NAR to a local store", () => {
	it("writes its files, and makes the path valid", () => {
		const store = openStore();
		store.addNar?.(info(nar), nar);
		const { path } = info(nar);
		expect(narBytes(store.accessor(path))).toEqual(nar);
		expect(store.queryPathInfo(path)?.narHash.equals(info(nar).narHash)).toBe(true);
	});

	it("passes over what comes after the archive's end", () => {
		const store = openStore();
		store.addNar?.(info(nar), Buffer.concat([nar, Buffer.from("more")]));
		expect(store.isValidPath(info(nar).path)).toBe(true);
	});

	it("refuses other contents, and what is no archive; nothing is left", () => {
		const store = openStore();
		const other = narBytes(memoryAccessor({ "a file": "other" }));
		expect(() => store.addNar?.(info(nar), other)).toThrow("hash mismatch");
		expect(() => store.addNar?.(info(nar), nar.subarray(0, 100))).toThrow("unexpected end-of-file");
		expect(() => store.addNar?.(info(nar), new Uint8Array(64))).toThrow("doesn't look like a Nix archive");
		expect(store.isValidPath(info(nar).path)).toBe(false);
		expect(store.fs.readdirSync(store.realStoreDir).filter((name) => name.includes("c015"))).toEqual([]);
	});
});
