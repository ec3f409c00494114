import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { fsAccessor } from "../accessors/fs";
import { executable, memoryAccessor, symlink } from "../accessors/memory";
import { nodeFs } from "../accessors/node-fs";
import type { Derivation } from "../formats/derivation/derivation";
import { finishDerivation } from "../formats/derivation/fill-outputs";
import { hashString } from "../formats/hash";
import { narHash } from "../formats/nar/hash";
import { StorePath } from "../formats/store-path";
import { asyncStore } from "./async";
import { localStore } from "./local/local-store";
import { openNodeDatabase } from "./local/node-database";
import { memoryStore } from "./memory";
import type { PathInfo, SyncStore } from "./store";

const folders: string[] = [];
const newFolder = (): string => {
	const folder = mkdtempSync(join(tmpdir(), "tsnix-store-"));
	folders.push(folder);
	return folder;
};
afterAll(() => {
	for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

const clock = () => 1_000_000_000;
const stores: [string, () => SyncStore][] = [
	["in memory", () => memoryStore({ clock })],
	["on a file system", () => localStore({ fs: nodeFs, root: newFolder(), clock })],
];
if (openNodeDatabase !== undefined) {
	const openDatabase = openNodeDatabase;
	stores.push(["with a database", () => localStore({ fs: nodeFs, root: newFolder(), clock, openDatabase })]);
}

const tree = { "a.txt": "hello\n", bin: { run: executable("#!/bin/sh\n"), link: symlink("../a.txt") }, "\u00e9": "u" };

const derivation = (name: string, inputSrcs: StorePath[] = []): Derivation =>
	finishDerivation(
		{
			name,
			outputs: new Map([["out", { kind: "deferred" }]]),
			inputDrvs: new Map(),
			inputSrcs,
			platform: "x86_64-linux",
			builder: "/bin/sh",
			args: [],
			env: new Map([["out", ""]]),
		},
		() => {
			throw new Error("no inputs");
		},
		new Map(),
	).derivation;

describe.each(stores)("a store %s", (_, create) => {
	test("holds what was added", () => {
		const store = create();
		const source = memoryAccessor(tree);
		const path = store.addToStore("src", source, "/");
		expect(store.isValidPath(path)).toBe(true);
		expect(narHash(store.accessor(path)).hash.sri()).toBe(narHash(source).hash.sri());
		const info = store.queryPathInfo(path) as PathInfo;
		expect(info.narHash.sri()).toBe(narHash(source).hash.sri());
		expect(info.narSize).toBe(narHash(source).size);
		expect(info.registrationTime).toBe(clock());
		expect(info.contentAddress?.method).toBe("nar");
		expect(store.queryPathFromHashPart(path.hashPart)?.equals(path)).toBe(true);
		expect(store.queryPathFromHashPart("0".repeat(32))).toBeUndefined();
		expect(store.addToStore("src", source, "/").equals(path)).toBe(true);
		expect(store.queryAllValidPaths().map(String)).toEqual([path.toString()]);
	});

	test.each([
		["nar", "sha256", "z3n6ml62lc6l9glpaz6fq7fvi2rks9vq"],
		["flat", "sha1", "ai1nh82p4c5ylq44c5yqamdsl6s74p63"],
		["flat", "sha256", "fdwm55r4skpypx1gwzb7x69ckav1rv09"],
		["nar", "sha512", "kvjq34s6w9i0ikda7kkfp45ggkahc8ww"],
	] as const)("adds a file by %s and %s", (method, algorithm, hashPart) => {
		const path = create().addToStore("a.txt", memoryAccessor(tree), "/a.txt", { method, algorithm });
		expect(path.hashPart).toBe(hashPart);
	});

	test("leaves out what the filter does not want, by the source's paths", () => {
		const store = create();
		const asked: string[] = [];
		const filter = (path: string): boolean => {
			asked.push(path);
			return path !== "/bin/run";
		};
		const path = store.addToStore("bin", memoryAccessor(tree), "/bin", { filter });
		expect([...store.accessor(path).readDirectory("/")].map(([name]) => name)).toEqual(["link"]);
		expect(new Set(asked)).toEqual(new Set(["/bin/run", "/bin/link"]));
	});

	test("knows references both ways", () => {
		const store = create();
		const inner = store.addTextToStore("a", "b", []);
		const outer = store.addTextToStore("x", `y ${inner}`, [inner]);
		expect(outer.toString()).toBe("/nix/store/kzm3r08c364m5n7fs6r3myambnj1bwpa-x");
		expect(store.queryPathInfo(outer)?.references.map(String)).toEqual([inner.toString()]);
		expect(store.queryReferrers(inner).map(String)).toEqual([outer.toString()]);
		expect(store.queryReferrers(outer)).toEqual([]);
		const missing = StorePath.fromHash(hashString("sha1", "").bytes, "missing");
		expect(() => store.addTextToStore("z", "", [missing])).toThrow(`path '${missing}' is not valid`);
		expect(() => store.accessor(missing)).toThrow(`path '${missing}' is not valid`);
	});

	test("holds derivations", () => {
		const store = create();
		const drv = derivation("d", [store.addTextToStore("a", "b", [])]);
		const path = store.addDerivation(drv);
		expect(path.name).toBe("d.drv");
		expect(store.readDerivation(path).outputs).toEqual(drv.outputs);
		expect(store.queryPathInfo(path)?.references.map((reference) => reference.name)).toEqual(["a"]);
		expect(() => store.readDerivation(store.addTextToStore("a", "b", []))).toThrow("is not a valid derivation path");
	});

	test("tells of several paths what it tells of each", () => {
		const store = create();
		const paths = ["a", "b", "c"].map((name) => store.addTextToStore(name, name, []));
		const drvPath = store.addDerivation(derivation("d", paths));
		store.addSignatures?.(paths[1], ["key-1:c2ln", "key-2:c2ln"]);
		const missing = new StorePath("0".repeat(32), "missing");
		for (const wanted of [[drvPath, missing, ...paths], [paths[1]], []])
			expect(store.queryPathInfos?.(wanted) ?? wanted.map((path) => store.queryPathInfo(path))).toEqual(
				wanted.map((path) => store.queryPathInfo(path)),
			);
	});

	test("takes objects that are what they are said to be", () => {
		const from = memoryStore({ clock });
		const drvPath = from.addDerivation(derivation("e"));
		const to = create();
		const info = from.queryPathInfo(drvPath) as PathInfo;
		to.addObject(info, from.accessor(drvPath));
		expect(to.queryPathInfo(drvPath)).toEqual(info);
		expect(to.readDerivation(drvPath).name).toBe("e");
	});

	test("refuses objects that are not", () => {
		const from = memoryStore({ clock });
		const store = create();
		const path = from.addTextToStore("t", "text", []);
		const info = from.queryPathInfo(path) as PathInfo;
		const { contentAddress: _, ...unaddressed } = info;
		expect(() => store.addObject(info, memoryAccessor("other"))).toThrow(/^hash mismatch importing path '.*-t';\n/);
		expect(() => store.addObject({ ...info, narSize: 1 }, from.accessor(path))).toThrow(
			/^size mismatch importing path/,
		);
		const elsewhere = { ...info, path: new StorePath("c015dhfh5l0lp6wxyvdn7bmwhbbr6hr9", "t") };
		expect(() => store.addObject(elsewhere, from.accessor(path))).toThrow(
			"cannot add path '/nix/store/c015dhfh5l0lp6wxyvdn7bmwhbbr6hr9-t' to the Nix store because it claims to be content-addressed but isn't",
		);
		const bad = { ...unaddressed, path: new StorePath("c015dhfh5l0lp6wxyvdn7bmwhbbr6hr9", "t.drv") };
		expect(() => store.addObject(bad, from.accessor(path))).toThrow("expected string 'D'");
		expect(store.queryAllValidPaths()).toEqual([]);
	});

	test("remembers realisations", () => {
		const store = create();
		const path = store.addTextToStore("a", "b", []);
		const id = `sha256:${hashString("sha256", "").base16()}!out`;
		expect(store.queryRealisation(id)).toBeUndefined();
		store.registerRealisation(id, path);
		expect(store.queryRealisation(id)?.equals(path)).toBe(true);
	});

	test("answers with promises too", async () => {
		const store = asyncStore(create());
		const path = await store.addDerivation(derivation("f"));
		expect(await store.isValidPath(path)).toBe(true);
		await expect(store.accessor(new StorePath("c015dhfh5l0lp6wxyvdn7bmwhbbr6hr9", "no"))).rejects.toThrow(
			"is not valid",
		);
	});
});

describe("a local store", () => {
	test("keeps files canonical, where they belong", () => {
		const root = newFolder();
		const store = localStore({ fs: nodeFs, root });
		const path = store.addToStore("src", memoryAccessor(tree), "/");
		const at = (inner: string) => statSync(`${root}${path}${inner}`);
		expect([at("").mode & 0o777, at("/a.txt").mode & 0o777, at("/bin/run").mode & 0o777]).toEqual([
			0o555, 0o444, 0o555,
		]);
		expect([at("").mtimeMs, at("/bin").mtimeMs, at("/bin/link").mtimeMs]).toEqual([1000, 1000, 1000]);
	});

	test("is the same when opened again", () => {
		const root = newFolder();
		const before = localStore({ fs: nodeFs, root, clock });
		const path = before.addTextToStore("x", "y", [before.addTextToStore("a", "b", [])]);
		const after = localStore({ fs: nodeFs, root });
		expect(after.queryPathInfo(path)).toEqual(before.queryPathInfo(path));
		expect(after.queryAllValidPaths()).toEqual(before.queryAllValidPaths());
	});

	test("does not take files for valid that nobody registered, and writes over them", () => {
		const root = newFolder();
		const path = memoryStore().addTextToStore("x", "y", []);
		nodeFs.mkdirSync(`${root}${path}`, { recursive: true });
		const store = localStore({ fs: nodeFs, root });
		expect(store.isValidPath(path)).toBe(false);
		store.addTextToStore("x", "y", []);
		expect(Buffer.from(store.accessor(path).readFile("/")).toString()).toBe("y");
	});

	test("leaves nothing behind when adding fails", () => {
		const root = newFolder();
		const store = localStore({ fs: nodeFs, root });
		const broken = { ...memoryAccessor({ a: "1", b: symlink("x") }), lstat: () => undefined };
		expect(() => store.addToStore("x", broken, "/")).toThrow();
		expect(nodeFs.readdirSync(`${root}/nix/store`)).toEqual([]);
	});

	test("repairs damaged files", () => {
		const root = newFolder();
		const store = localStore({ fs: nodeFs, root });
		const path = store.addToStore("src", memoryAccessor(tree), "/");
		nodeFs.chmodSync(`${root}${path}/a.txt`, 0o644);
		nodeFs.writeFileSync(`${root}${path}/a.txt`, "damaged");
		store.addToStore("src", memoryAccessor(tree), "/", { repair: true });
		expect(narHash(store.accessor(path)).hash.sri()).toBe(narHash(memoryAccessor(tree)).hash.sri());
		expect(nodeFs.readdirSync(`${root}/nix/store`)).toEqual([path.baseName]);
	});

	test("names its paths in messages as store paths", () => {
		const store = localStore({ fs: nodeFs, root: newFolder() });
		const path = store.addToStore("src", memoryAccessor(tree), "/");
		expect(() => store.accessor(path).readFile("/nothing")).toThrow(`path '${path}/nothing' does not exist`);
	});
});

describe("a file system's tree", () => {
	test("keeps names that are not UTF-8", () => {
		const root = newFolder();
		nodeFs.writeFileSync(`${root}/caf\xe9`, "latin");
		nodeFs.symlinkSync("\xff", `${root}/link`);
		const accessor = fsAccessor(nodeFs, root);
		expect([...accessor.readDirectory("/")].map(([name]) => name).sort()).toEqual(["caf\xe9", "link"]);
		expect(accessor.readLink("/link")).toBe("\xff");
		expect(accessor.lstat("/caf\xe9")).toEqual({ kind: "regular", executable: false, size: 5 });
		expect(accessor.lstat("/nothing")).toBeUndefined();
		expect(accessor.lstat("/caf\xe9/below")).toBeUndefined();
		expect(accessor.physicalPath?.("/x")).toBe(`${root}/x`);
	});
});
