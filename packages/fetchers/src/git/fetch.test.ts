import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bytesToString, toBytes } from "@tsnix/store";
import { nodeFs } from "@tsnix/store/node";
import * as git from "isomorphic-git";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Attrs } from "../attrs";
import { fetchInputSync } from "../fetch";
import { inputFromAttrs } from "../input";
import { createFetchWorld, type FetchWorld } from "../world";

// Repositories made by isomorphic-git, so that no git program is needed. What real Nix makes of repositories is
// compared in fetch.reference.test.ts.

let dir: string;
let warnings: string[] = [];
const author = { name: "t", email: "t@example.org", timestamp: 1_600_000_000, timezoneOffset: 0 };
const at = (path: string) => join(dir, path);

const write = (path: string, contents: string) => {
	fs.mkdirSync(join(at(path), ".."), { recursive: true });
	fs.writeFileSync(at(path), contents);
};
const commit = async (repository: string, ...files: string[]): Promise<string> => {
	for (const filepath of files) await git.add({ fs, dir: at(repository), filepath });
	return git.commit({ fs, dir: at(repository), message: "m", author, committer: author });
};
const world = (parts: Parameters<typeof createFetchWorld>[0] = {}): FetchWorld =>
	createFetchWorld({ fs: nodeFs, warn: (message) => warnings.push(message), ...parts });
const fetch = (attrs: Attrs, parts?: Parameters<typeof createFetchWorld>[0]) => {
	warnings = [];
	return fetchInputSync(inputFromAttrs({ type: "git", ...attrs }), world(parts));
};

let first: string;
let second: string;

beforeAll(async () => {
	dir = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), "tsnix-git-")));
	await git.init({ fs, dir: at("repo"), defaultBranch: "main" });
	await git.setConfig({ fs, dir: at("repo"), path: "core.filemode", value: true });
	write("repo/a", "one\n");
	write("repo/docs/b", "b\n");
	write("repo/.gitattributes", "docs export-ignore\n");
	first = await commit("repo", "a", "docs/b", ".gitattributes");
	await git.branch({ fs, dir: at("repo"), ref: "old" });
	write("repo/a", "two\n");
	second = await commit("repo", "a");
});

afterAll(() => fs.rmSync(dir, { recursive: true, force: true }));

const copy = (name: string) => fs.cpSync(at("repo"), at(name), { recursive: true, preserveTimestamps: true });

describe("a worktree", () => {
	test("without changes is its commit", () => {
		const { locked, accessor } = fetch({ url: at("repo") });
		expect(locked.attrs).toMatchObject({
			ref: "refs/heads/main",
			rev: second,
			revCount: 2,
			lastModified: 1_600_000_000,
		});
		expect(bytesToString(accessor.readFile("/a"))).toBe("two\n");
		expect(warnings).toEqual([]);
	});

	test("with changes has no revision, and is what lies there", () => {
		copy("dirty");
		write("dirty/a", "three\n");
		const { locked, accessor, dirtyRev } = fetch({ url: at("dirty") });
		expect(dirtyRev).toBe(`${second}-dirty`);
		expect(locked.attrs.dirtyShortRev).toBe(`${second.slice(0, 7)}-dirty`);
		expect(locked.attrs.rev).toBeUndefined();
		expect(bytesToString(accessor.readFile("/a"))).toBe("three\n");
		expect(warnings).toEqual([`Git tree '${at("dirty")}' is dirty`]);
		expect(() => fetch({ url: at("dirty") }, { settings: { allowDirty: false } })).toThrow(
			`Git tree '${at("dirty")}' is dirty`,
		);
	});

	test("touched but not changed is clean", () => {
		copy("touched");
		fs.utimesSync(at("touched/a"), 5, 5);
		expect(fetch({ url: at("touched") }).locked.attrs.rev).toBe(second);
	});

	test("with a file removed, one added, one made executable is dirty", async () => {
		for (const [name, change] of [
			["removed", () => fs.rmSync(at("removed/a"))],
			["mode", () => fs.chmodSync(at("mode/a"), 0o755)],
			["added", () => git.add({ fs, dir: at("added"), filepath: "new" })],
		] as const) {
			copy(name);
			write(`${name}/new`, "new\n");
			await change();
			const { dirtyRev, accessor } = fetch({ url: at(name) });
			expect(dirtyRev).toBe(`${second}-dirty`);
			expect(accessor.lstat("/new")?.kind).toBe(name === "added" ? "regular" : undefined);
		}
	});

	test("shows what Git tracks alone, and says what to do about the rest", () => {
		copy("untracked");
		write("untracked/new", "new\n");
		const { accessor } = fetch({ url: at("untracked") });
		expect([...accessor.readDirectory("/")].map(([name]) => name).sort()).toEqual([".gitattributes", "a", "docs"]);
		expect(accessor.lstat("/new")).toBeUndefined();
		expect(() => accessor.readFile("/new")).toThrow(
			`Path 'new' in the repository "${at("untracked")}" is not tracked by Git.\n\nTo make it visible to Nix, run:\n\ngit -C "${at("untracked")}" add "new"`,
		);
		expect(() => accessor.readFile("/none")).toThrow(
			`Path 'none' does not exist in Git repository "${at("untracked")}".`,
		);
	});

	test("without commits has a revision of zeros", async () => {
		await git.init({ fs, dir: at("empty"), defaultBranch: "main" });
		expect(fetch({ url: at("empty") }).locked.attrs).toMatchObject({
			rev: "0".repeat(40),
			revCount: 0,
			lastModified: 0,
		});
	});
});

describe("a commit", () => {
	test("of a branch, and by its revision", () => {
		const { locked, accessor } = fetch({ url: at("repo"), ref: "old" });
		expect(locked.attrs).toMatchObject({ ref: "old", rev: first, revCount: 1 });
		expect(bytesToString(accessor.readFile("/a"))).toBe("one\n");
		expect(accessor.showPath?.("/a")).toBe(toBytes(`«git+file://${at("repo")}?ref=old&rev=${first}»/a`));
		expect(fetch({ url: at("repo"), rev: first }).narHash.sri()).toBe(
			fetch({ url: at("repo"), ref: "old" }).narHash.sri(),
		);
	});

	test("without what is not exported", () => {
		const { accessor } = fetch({ url: at("repo"), ref: "main", exportIgnore: true });
		expect(accessor.lstat("/docs")).toBeUndefined();
		expect(() => accessor.readFile("/docs")).toThrow(
			"'/docs' does not exist because it was fetched with exportIgnore enabled",
		);
	});

	test("from packs as from loose objects", async () => {
		copy("packed");
		const objects = at("packed/.git/objects");
		const oids = fs
			.readdirSync(objects)
			.filter((name) => name.length === 2)
			.flatMap((name) => fs.readdirSync(join(objects, name)).map((rest) => name + rest));
		const { filename } = await git.packObjects({ fs, dir: at("packed"), oids, write: true });
		await git.indexPack({ fs, dir: at("packed"), filepath: `.git/objects/pack/${filename}` });
		for (const oid of oids) fs.rmSync(join(objects, oid.slice(0, 2)), { recursive: true, force: true });
		expect(fetch({ url: at("packed"), ref: "main" }).narHash.sri()).toBe(
			fetch({ url: at("repo"), ref: "main" }).narHash.sri(),
		);
	});

	test("of a bare repository", () => {
		fs.cpSync(at("repo/.git"), at("bare"), { recursive: true });
		const { locked } = fetch({ url: at("bare") });
		expect(locked.attrs).toMatchObject({ ref: "refs/heads/main", rev: second });
		expect(() => fetch({ url: at("bare"), rev: "1".repeat(40) })).toThrow(/^Cannot find Git revision '1{40}' in ref/);
	});

	test("that is not there", () => {
		expect(() => fetch({ url: at("repo"), ref: "none" })).toThrow(
			"resolving Git reference 'none': revspec 'none' not found (libgit2 error code = 4)",
		);
	});
});

test("what cannot be had is said", () => {
	expect(() => fetch({ url: at("none") })).toThrow(`Git repository "${at("none")}" does not exist.`);
	expect(() => fetch({ url: "https://x/y" })).toThrow("no folder for clones was given");
	expect(() => fetch({ url: at("repo"), exportIgnore: true, submodules: true })).toThrow(
		"exportIgnore and submodules are not supported together yet",
	);
});
