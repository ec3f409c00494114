import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { asyncStore, copyPaths, memoryStore, type OpenedStore, SecretKey, signPathInfo } from "@tsnix/store";
import { afterAll, describe, expect, test } from "vitest";
import { createNix, javascriptBuilder } from ".";
import { openStore } from "./open-store";

const top = mkdtempSync(join(tmpdir(), "open-store-"));
afterAll(() => rmSync(top, { recursive: true, force: true }));

/** A store in memory with a file, and one that refers to it. */
const filled = () => {
	const store = memoryStore();
	const a = store.addTextToStore("a", "one", []);
	const b = store.addTextToStore("b", `see ${a.toString()}`, [a]);
	return { store, a, b };
};

const text = async (store: OpenedStore, path: Parameters<OpenedStore["accessor"]>[0]): Promise<string> =>
	Buffer.from((await store.accessor(path)).readFile("/")).toString();

describe("openStore", () => {
	test.each([
		["a folder", () => join(top, "folder")],
		["a local store with parameters", () => `local?root=${join(top, "rooted")}`],
		["a cache in a folder", () => `file://${join(top, "cache")}?compression=none`],
		["a store in memory", () => "memory:"],
	])("opens %s, to copy there and read again", async (_, reference) => {
		const { store, a, b } = filled();
		const opened = await openStore(reference());
		const infos = [a, b].map((path) => store.queryPathInfo(path)!);
		await copyPaths(asyncStore(store), opened, infos);
		expect(await text(opened, b)).toBe(`see ${a.toString()}`);
		expect((await opened.queryPathInfo(b))?.references).toEqual([a]);
		await opened.close();
	});

	test("what one opened has written, another finds", async () => {
		const { store, a } = filled();
		const reference = `local?root=${join(top, "twice")}`;
		const first = await openStore(reference);
		await copyPaths(asyncStore(store), first, [store.queryPathInfo(a)!]);
		await first.close();
		const second = await openStore(reference);
		expect(await second.queryAllValidPaths?.()).toEqual([a]);
		await second.close();
	});

	test.each([
		["nothing:x", "NO_SUCH_STORE", "don't know how to open Nix store with scheme 'nothing'"],
		["strange", "USAGE", "Cannot parse Nix store 'strange'"],
		["https://cache.example.org", "NO_TRANSPORT", "no transport was given"],
	])("refuses %s", async (reference, code, message) => {
		const error = await openStore(reference).catch((e: unknown) => e);
		expect(error).toMatchObject({ code, message: expect.stringContaining(message) });
	});

	test("a cache substitutes for an instance that trusts its key, and not for others", async () => {
		const secret = SecretKey.fromSeed("cache-1", new Uint8Array(32).fill(7));
		const { store, path } = await built();
		const info = signPathInfo(store.queryPathInfo(path)!, secret);
		const cache = await openStore(`file://${join(top, "signed")}`);
		await cache.addObject(info, store.accessor(path));
		const realised = (trustedPublicKeys: readonly string[]) => {
			const nix = createNix({ worker: false, system: "x86_64-linux", substituters: [cache], trustedPublicKeys });
			return nix.instantiate(derivation).then((drv) => nix.realise(drv));
		};
		const { outputs } = await realised([secret.publicKey().toString()]);
		expect([...outputs.values()].map((of) => of.get("out")?.baseName)).toEqual([path.baseName]);
		await expect(realised([])).rejects.toThrow("Unable to build");
	});
});

const derivation = `derivation { name = "greeting"; system = "x86_64-linux"; builder = "write"; text = "hello"; }`;

/** The output of that derivation, built by a function. */
const built = async () => {
	const store = memoryStore();
	const write = javascriptBuilder({ write: ({ env, outputs }) => outputs.out.writeFile("/", env.text) });
	const nix = createNix({ worker: false, store, system: "x86_64-linux", builders: [write] });
	const drv = await nix.instantiate(derivation);
	const { outputs } = await nix.realise(drv);
	return { store, path: outputs.get(drv.drvPath)!.get("out")! };
};
