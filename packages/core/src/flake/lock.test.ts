import { WouldBlock } from "@tsnix/fetchers";
import { describe, expect, test } from "vitest";
import { Suspension } from "./evaluation";
import { lockFlake, lockFlakeSync } from "./lock";
import { lockFileData, writeLockFile } from "./lock-file";
import { parseFlakeRef } from "./ref";
import { memoryWorld } from "./testing/memory";

const leaf = "{ outputs = _: { }; }";
const flake = (inputs: string): string => `{ inputs = { ${inputs} }; outputs = _: { }; }`;
const top = parseFlakeRef("path:/top");

const wide = {
	"/top/flake.nix": flake("a.url = path:/a; b.url = path:/b; c.url = path:/c;"),
	"/a/flake.nix": flake("shared.url = path:/shared;"),
	"/b/flake.nix": flake("shared.url = path:/shared; own.url = path:/own;"),
	"/c/flake.nix": leaf,
	"/own/flake.nix": leaf,
	"/shared/flake.nix": leaf,
};

test("a flake is locked, and its lock file written", () => {
	const world = memoryWorld({ "/top/flake.nix": flake("a.url = path:/c;"), "/c/flake.nix": leaf });
	const { lock, changes } = lockFlakeSync(world, top);
	expect(changes.map(({ kind, path }) => [kind, path])).toEqual([["added", ["a"]]]);
	expect(world.written).toEqual([
		{ path: "/top/flake.lock", relativePath: "flake.lock", flake: top, contents: writeLockFile(lock) },
	]);
	expect(world.warnings[0]).toMatch(/^creating lock file "\/top\/flake.lock": \n.*Added input 'a':/);
});

test("independent inputs are fetched at once, and give the same lock as one after another", async () => {
	const world = memoryWorld(wide, { promises: true });
	const { lock } = await lockFlake(world, top);
	expect(world.mostAtOnce()).toBe(3);
	expect(world.fetched).toEqual(["top", "a", "b", "c", "shared", "own"].map((name) => `path:/${name}`));
	expect(writeLockFile(lock)).toBe(writeLockFile(lockFlakeSync(memoryWorld(wide), top).lock));
});

test("a locked flake is locked again without fetching its inputs", () => {
	const world = memoryWorld(wide);
	const contents = writeLockFile(lockFlakeSync(world, top).lock);
	const again = memoryWorld({ ...wide, "/top/flake.lock": contents });
	expect(lockFlakeSync(again, top).changes).toEqual([]);
	expect(again.fetched).toEqual(["path:/top"]);
	expect(again.written).toEqual([]);
});

test("only what is named is updated", () => {
	const before = lockFlakeSync(memoryWorld(wide), top).lock;
	const files = { ...wide, "/top/flake.lock": writeLockFile(before), "/c/new": "", "/shared/new": "" };
	const { changes } = lockFlakeSync(memoryWorld(files), top, { updates: [["c"], ["nope"]] });
	expect(changes.map(({ path }) => path)).toEqual([["c"]]);
	const all = lockFlakeSync(memoryWorld(files), top, { recreate: true }).changes;
	expect(all.map(({ path }) => path.join("/"))).toEqual(["a/shared", "b/shared", "c"]);
});

test("overrides are kept until the next update", () => {
	const world = memoryWorld(wide);
	const { lock } = lockFlakeSync(world, top, { overrides: [{ path: ["a"], ref: parseFlakeRef("path:/c") }] });
	expect(lockFileData(lock).json).toMatchObject({
		nodes: { a: { original: { path: "/a" }, locked: { path: "/c" } } },
	});
	const again = memoryWorld({ ...wide, "/top/flake.lock": writeLockFile(lock) });
	expect(lockFlakeSync(again, top).changes).toEqual([]);
});

describe("what is not allowed", () => {
	const locking = (options: Parameters<typeof lockFlakeSync>[2]) => () =>
		lockFlakeSync(memoryWorld(wide), top, options);

	test.each([
		[{ update: false }, /requires lock file changes but they're not allowed due to '--no-update-lock-file'/],
		[{ allowUnlocked: false }, /cannot update unlocked flake input 'a' in pure mode/],
		[{ output: "/x", commit: true }, /'--commit-lock-file' and '--output-lock-file' are incompatible/],
	])("%j", (options, message) => {
		expect(locking(options)).toThrow(message);
	});

	test("flakes that need each other", () => {
		const files = { "/top/flake.nix": flake("a.url = path:/a;"), "/a/flake.nix": flake("a.url = path:/a;") };
		expect(() => lockFlakeSync(memoryWorld(files), top)).toThrow("found circular import of flake 'path:/a'");
	});

	test("more inputs than there can be", () => {
		// Every node has two inputs that share all below: 2^60 paths.
		const hash = "sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
		const nodes: Record<string, object> = { root: { inputs: { a: "n0" } } };
		for (let i = 0; i < 60; i++)
			nodes[`n${i}`] = {
				inputs: i === 59 ? {} : { a: `n${i + 1}`, b: `n${i + 1}` },
				locked: { type: "path", path: "/a", narHash: hash },
				original: { type: "path", path: "/a" },
			};
		const files = {
			...wide,
			"/top/flake.nix": flake("a.url = path:/a;"),
			"/top/flake.lock": JSON.stringify({ version: 7, root: "root", nodes }),
		};
		expect(() => lockFlakeSync(memoryWorld(files), top)).toThrow(/flake has too many inputs/);
	});
});

test("errors say what was going on, and keep their code", () => {
	const world = memoryWorld({ "/top/flake.nix": flake("a.url = path:/nope;") });
	let error: unknown;
	try {
		lockFlakeSync(world, top);
	} catch (thrown) {
		error = thrown;
	}
	expect(error).toMatchObject({ code: "NO_SUCH_PATH", message: "path '//nope' does not exist" });
	expect((error as { trace: { message: string }[] }).trace.map(({ message }) => message)).toEqual([
		"while fetching the input 'path:/nope'",
		"while updating the flake input 'a'",
		expect.stringMatching(/^while updating the lock file of flake 'path:\/top\?/),
	]);
});

test("a synchronous world that has to wait is waited for once, for all inputs together", () => {
	const waits: string[] = [];
	const world = memoryWorld(wide, {
		onFetch: (input) => {
			const path = String(input.attrs.path);
			if (path === "/top") return;
			waits.push(path);
			if (path === "/b") throw new WouldBlock({ kind: "git", what: "b", run: () => undefined }, async () => {});
			throw new Suspension(Promise.resolve());
		},
	});
	expect(() => lockFlakeSync(world, top)).toThrow();
	try {
		lockFlakeSync(world, top);
	} catch (error) {
		expect(error).toBeInstanceOf(Suspension);
	}
	expect(waits).toEqual(["/a", "/b", "/c", "/a", "/b", "/c"]);
	expect(world.warnings).toEqual([]);
});
