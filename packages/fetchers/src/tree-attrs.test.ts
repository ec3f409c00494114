import { memoryAccessor, narHash } from "@tsnix/store";
import { expect, test } from "vitest";
import type { Attrs } from "./attrs";
import type { FetchResult } from "./fetch";
import { inputFromAttrs, inputStorePath } from "./input";
import { formatDate, treeAttrs } from "./tree-attrs";

const resultOf = (attrs: Attrs): FetchResult => {
	const accessor = memoryAccessor({});
	const { hash } = narHash(accessor);
	const locked = inputFromAttrs({ ...attrs, narHash: hash.sri() });
	return { accessor, locked, narHash: hash, storePath: inputStorePath(locked) };
};

const tree = {
	outPath: "/nix/store/0ccnxa25whszw7mgbgyzdm4nqc0zwnm8-source",
	narHash: "sha256-pQpattmS9VmO3ZIQUFn66az8GSmB4IvYhTTCFn6SUmo=",
};

test("a time is written in UTC", () => {
	expect(formatDate(0)).toBe("19700101000000");
	expect(formatDate(1686503798)).toBe("20230611171638");
	expect(formatDate(253402300800)).toBe("100000101000000");
	expect(formatDate(9007199254740991)).toBe("2854287511112073631");
});

test("a revision has a short form", () => {
	const rev = "0123456789abcdef0123456789abcdef01234567";
	expect(treeAttrs(resultOf({ type: "git", url: "file:///x", rev, revCount: 3, lastModified: 0 }))).toEqual({
		...tree,
		submodules: false,
		rev,
		shortRev: "0123456",
		revCount: 3,
		lastModified: 0,
		lastModifiedDate: "19700101000000",
	});
});

test("fetchGit gives worktrees with changes a revision of zeros", () => {
	const result = resultOf({ type: "git", url: "file:///x", dirtyRev: "a-dirty", dirtyShortRev: "b-dirty" });
	expect(treeAttrs(result, { emptyRevFallback: true })).toEqual({
		...tree,
		submodules: false,
		rev: "0".repeat(40),
		shortRev: "0000000",
		revCount: 0,
		dirtyRev: "a-dirty",
		dirtyShortRev: "b-dirty",
	});
	expect(treeAttrs(result).rev).toBeUndefined();
});
