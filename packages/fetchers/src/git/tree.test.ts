import { stringToBytes } from "@tsnix/store";
import { expect, test } from "vitest";
import { GitError } from "../errors";
import { parseTree } from "./tree";
import { GitTreeAccessor } from "./tree-accessor";

const id = "ab".repeat(20);
const entry = (mode: string, name: string): string => `${mode} ${name}\0${"\xab".repeat(20)}`;

test("a tree's entries, by name", () => {
	const tree = parseTree(stringToBytes(entry("100755", "a") + entry("40000", "b") + entry("120000", "\xc3\xa9")));
	expect([...tree.values()].map(({ name, kind, id: of }) => [name, kind, of])).toEqual([
		["a", "executable", id],
		["b", "directory", id],
		["\xc3\xa9", "symlink", id],
	]);
});

// Names that would lead out of the tree: the reference itself ends with a failed assertion.
test.each(["", ".", "..", "a/b", "../x"])("a tree with an entry called '%s' is refused", (name) => {
	const parse = () => parseTree(stringToBytes(entry("100644", name)));
	expect(parse).toThrow(GitError);
	expect(parse).toThrow(`invalid name for a tree entry - ${name}`);
});

test("a file that the repository lacks is told of by its path", () => {
	const objects = {
		read: (wanted: string) => {
			if (wanted === id) throw new GitError("NO_SUCH_OBJECT", `getting Git object '${id}': object not found`);
			return { type: "tree" as const, data: stringToBytes(entry("100644", "f")) };
		},
	};
	const tree = new GitTreeAccessor(objects as unknown as ConstructorParameters<typeof GitTreeAccessor>[0], "0", "x");
	expect(() => tree.readFile("/f")).toThrow("looking up file 'x/f': object not found");
});
