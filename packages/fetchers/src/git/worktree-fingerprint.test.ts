import { createHasher, memoryAccessor, type NamedFs, narBytes, stringToBytes } from "@tsnix/store";
import { Volume } from "memfs";
import { expect, test } from "vitest";
import { inputFromAttrs } from "../input";
import type { WorktreeInfo } from "./worktree";
import { comparePaths, dirtyFingerprint } from "./worktree-fingerprint";

const fs = Volume.fromJSON({ "/r/a": "one" }) as unknown as NamedFs;
const head = "0123456789012345678901234567890123456789";
const info = (changes: Partial<WorktreeInfo>): WorktreeInfo => ({
	headRev: head,
	isDirty: true,
	files: new Set(["a"]),
	dirtyFiles: new Set(),
	deletedFiles: new Set(),
	submodules: [],
	...changes,
});
const input = inputFromAttrs({ type: "git", url: "/r", exportIgnore: true });

test("paths are ordered name by name", () => {
	expect(["a-b", "a/b", "a", "\xc3\xa9", "b"].sort(comparePaths)).toEqual(["\xc3\xa9", "a", "a/b", "a-b", "b"]);
});

test("a fingerprint is of the revision, of what asks for another tree, and of what differs", () => {
	const expected = createHasher("sha512");
	expected.update(stringToBytes("\x09\0\0\0\0\0\0\0modified:\0\0\0\0\0\0\0"));
	expected.update(stringToBytes("\x02\0\0\0\0\0\0\0/a\0\0\0\0\0\0"));
	expected.update(narBytes(memoryAccessor("one")));
	expected.update(stringToBytes("\x08\0\0\0\0\0\0\0deleted:"));
	expected.update(stringToBytes("\x02\0\0\0\0\0\0\0/b\0\0\0\0\0\0"));
	const changes = info({ dirtyFiles: new Set(["a"]), deletedFiles: new Set(["b"]) });
	expect(dirtyFingerprint(fs, "/r", changes, input)).toBe(`${head};e;d=${expected.digest().base16()}`);
});

test("there is none where there are submodules", () => {
	const submodules = [{ path: "s", url: "./s", branch: "" }];
	expect(dirtyFingerprint(fs, "/r", info({ submodules }), input)).toBeUndefined();
});
