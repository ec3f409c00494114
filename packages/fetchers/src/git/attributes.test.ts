import { stringToBytes } from "@tsnix/store";
import { expect, test } from "vitest";
import { type AttributeValue, GitAttributes } from "./attributes";

const attributes = (files: Record<string, string>, info?: string) =>
	new GitAttributes(
		(path) => (files[path] === undefined ? undefined : stringToBytes(files[path])),
		info === undefined ? undefined : stringToBytes(info),
	);

test.each<[rule: string, path: string, value: AttributeValue]>([
	["*.md a", "x.md", true],
	["*.md a", "docs/x.md", true],
	["*.md -a", "x.md", false],
	["*.md a=b", "x.md", "b"],
	["/x a", "x", true],
	["/x a", "y/x", undefined],
	["docs/* a", "docs/x", true],
	["docs/* a", "docs/x/y", undefined],
	["docs/** a", "docs/x/y", true],
	["**/x a", "a/b/x", true],
	["a/**/x a", "a/x", true],
	["?.c a", "a.c", true],
	["[ab].c a", "b.c", true],
	["[!ab].c a", "b.c", undefined],
	["[!ab].c a", "c.c", true],
	['"with space" a', "with space", true],
	["docs/ a", "docs/x", undefined],
	["# x a", "x", undefined],
	["x a !a", "x", undefined],
	["a.b a", "axb", undefined],
])("%s gives %s the value %s", (rule, path, value) => {
	expect(attributes({ ".gitattributes": rule }).get(path, "a")).toBe(value);
});

test("later lines and deeper files win, and .git/info before them all", () => {
	const files = { ".gitattributes": "* a=1\n*.c a=2", "sub/.gitattributes": "x.c a=3" };
	expect(attributes(files).get("x.c", "a")).toBe("2");
	expect(attributes(files).get("sub/x.c", "a")).toBe("3");
	expect(attributes(files).get("sub/y.c", "a")).toBe("2");
	expect(attributes(files, "x.c a=4").get("sub/x.c", "a")).toBe("4");
});

test("a pattern that ends in a slash holds for folders that are checked out, and for nothing in them", () => {
	const contents = stringToBytes("docs/ a\nx/y/ a\n");
	const read = (path: string) => (path === ".gitattributes" ? contents : undefined);
	const found = new GitAttributes(read, undefined, (path) => ["docs", "b/docs", "x/y", "b/x/y"].includes(path));
	expect(found.get("docs", "a")).toBe(true);
	expect(found.get("b/docs", "a")).toBe(true);
	expect(found.get("x/y", "a")).toBe(true);
	expect(found.get("b/x/y", "a")).toBeUndefined();
	expect(found.get("docs/x", "a")).toBeUndefined();
	expect(new GitAttributes(read, undefined).get("docs", "a")).toBeUndefined();
});
