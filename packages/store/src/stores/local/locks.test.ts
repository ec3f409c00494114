import {
	closeSync,
	existsSync,
	lstatSync,
	mkdtempSync,
	openSync,
	readdirSync,
	readFileSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { MemoryDirectory, MemoryFile, memoryAccessor } from "../../accessors/memory";
import { nodeFs } from "../../accessors/node-fs";
import { stringToBytes } from "../../byte-string";
import { narHash } from "../../formats/nar/hash";
import { lockPath, tryLockPath } from "./lock-file";
import { nodeFileLocks } from "./node-file-locks";
import { nodeLocalStore } from "./node-local-store";
import { optimiseStore } from "./optimise";
import { verifyStore } from "./verify";

const folder = (): string => mkdtempSync(join(tmpdir(), "tsnix-locks-"));
const locks = nodeFileLocks();
if (locks === undefined) throw new Error("this machine has no flock");

describe("locks of files", () => {
	test("exclude one another, also within a process", () => {
		const file = `${folder()}/lock`;
		const [one, two] = [openSync(file, "w"), openSync(file, "w")];
		expect(locks.lock(one, "exclusive", false)).toBe(true);
		expect(locks.lock(two, "shared", false)).toBe(false);
		expect(locks.lock(one, "shared", true)).toBe(true);
		expect(locks.lock(two, "shared", false)).toBe(true);
		closeSync(one);
		expect(locks.lock(two, "exclusive", false)).toBe(true);
	});

	test("of paths are files beside them, which go once the path is there", () => {
		const path = `${folder()}/x`;
		const release = lockPath(nodeFs, locks, path);
		expect(tryLockPath(nodeFs, locks, path)).toBeUndefined();
		expect(existsSync(`${path}.lock`)).toBe(true);
		release(true);
		expect(existsSync(`${path}.lock`)).toBe(false);
		tryLockPath(nodeFs, locks, path)?.(false);
		expect(existsSync(`${path}.lock`)).toBe(true);
	});
});

describe("a local store", () => {
	test("keeps its temporary roots in a file until it is closed", () => {
		const root = folder();
		const store = nodeLocalStore({ root });
		const path = store.addTextToStore("x", "x", []);
		const tempRoots = `${root}/nix/var/nix/temproots`;
		const [name] = readdirSync(tempRoots);
		expect(Number.parseInt(name, 10)).toBe(process.pid);
		expect(readFileSync(`${tempRoots}/${name}`, "latin1")).toBe(`${path.toString()}\0`);
		store.close();
		expect(readdirSync(tempRoots)).toEqual([]);
	});

	test("is written by two at the same time", () => {
		const root = folder();
		const [one, two] = [nodeLocalStore({ root }), nodeLocalStore({ root })];
		const path = one.addTextToStore("x", "x", []);
		expect(two.isValidPath(path)).toBe(true);
		expect(two.addTextToStore("x", "x", [])).toEqual(path);
		const next = two.addTextToStore("y", "y", [path]);
		expect(one.queryReferrers(path)).toEqual([next]);
		expect(readdirSync(`${root}/nix/store`).sort()).toEqual([".links", next.baseName, path.baseName].sort());
	});

	test("leaves its log files behind when it is closed, for those who may not write", () => {
		const root = folder();
		const store = nodeLocalStore({ root });
		store.addTextToStore("x", "x", []);
		store.close();
		const files = readdirSync(`${root}/nix/var/nix/db`).sort();
		expect(files).toEqual(["big-lock", "db.sqlite", "db.sqlite-shm", "db.sqlite-wal", "reserved", "schema"]);
	});

	test("that is read-only writes nothing", () => {
		const root = folder();
		expect(() => nodeLocalStore({ root, readOnly: true })).toThrow(
			"database does not exist, and cannot be created in read-only mode",
		);
		nodeLocalStore({ root }).addTextToStore("x", "x", []);
		const store = nodeLocalStore({ root, readOnly: true });
		expect(store.queryAllValidPaths()).toHaveLength(1);
		expect(store.addTextToStore("x", "x", []).name).toBe("x");
		expect(() => store.addTextToStore("y", "y", [])).toThrow("attempt to write a readonly database");
	});

	test("is verified, and forgets what is gone", async () => {
		const root = folder();
		const store = nodeLocalStore({ root });
		const path = store.addTextToStore("x", "x", []);
		const gone = store.addTextToStore("gone", "y", []);
		expect(await verifyStore(store, { checkContents: true })).toBe(false);
		nodeFs.rmSync(store.realPath(gone), { force: true });
		nodeFs.chmodSync(store.realPath(path), 0o644);
		writeFileSync(store.realPath(path), "z");
		const told: string[] = [];
		const tell = (message: string): void => void told.push(message);
		expect(await verifyStore(store, { checkContents: true, onInfo: tell, onError: tell })).toBe(true);
		expect(told).toContain(`path '${gone.toString()}' disappeared, removing from database...`);
		expect(told.at(-1)).toMatch(/^path '.*-x' was modified! expected hash 'sha256:.*', got 'sha256:.*'$/);
		expect(store.isValidPath(gone)).toBe(false);
	});

	test("shares the files that are equal", () => {
		const root = folder();
		const store = nodeLocalStore({ root });
		const file = (): MemoryFile => new MemoryFile(stringToBytes("same"));
		const tree = new MemoryDirectory();
		tree.entries.set("a", file());
		tree.entries.set("b", file());
		const path = store.addToStore("tree", memoryAccessor(tree), "/");
		const single = store.addToStore("single", memoryAccessor(file()), "/");
		expect(optimiseStore(store)).toEqual({ filesLinked: 2, bytesFreed: 8 });
		const inode = (place: string): number => lstatSync(place).ino;
		expect(inode(`${store.realPath(path)}/a`)).toBe(inode(store.realPath(single)));
		expect(lstatSync(store.realPath(path)).mode & 0o777).toBe(0o555);
		expect(lstatSync(store.realPath(path)).mtimeMs).toBe(1000);
		expect(optimiseStore(store)).toEqual({ filesLinked: 0, bytesFreed: 0 });
	});

	test("shares files where another process left a link beside", () => {
		const root = folder();
		const store = nodeLocalStore({ root });
		const file = memoryAccessor(new MemoryFile(stringToBytes("same")));
		const [one, two] = ["one", "two"].map((name) => store.realPath(store.addToStore(name, file, "/")));
		const hash = narHash(file).hash.nix32();
		writeFileSync(join(root, `nix/store/.tmp-link-${hash}-0`), "left");
		expect(optimiseStore(store)).toEqual({ filesLinked: 1, bytesFreed: 4 });
		expect(lstatSync(one).ino).toBe(lstatSync(two).ino);
	});
});
