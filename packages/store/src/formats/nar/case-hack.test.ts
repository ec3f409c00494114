import { describe, expect, it } from "vitest";
import { memoryAccessor } from "../../accessors/memory";
import { caseHackVisitor, withoutCaseHack } from "./case-hack";
import { narChunks } from "./chunks";
import { narHash } from "./hash";
import { MemoryTreeBuilder } from "./memory";
import { parseNar } from "./parse";

const tree = memoryAccessor({ x: { FOO: "1", Foo: { b: "2" }, foo: { A: "3", a: { c: "4" } } } });

describe("names that differ only in case", () => {
	it("are written with suffixes, and read without them", () => {
		const builder = new MemoryTreeBuilder();
		parseNar(narChunks(tree), caseHackVisitor(builder));
		const written = memoryAccessor(builder.root);
		expect([...written.readDirectory("/x")].map(([name]) => name)).toEqual([
			"FOO",
			"Foo~nix~case~hack~1",
			"foo~nix~case~hack~2",
		]);
		expect(written.lstat("/x/foo~nix~case~hack~2/a~nix~case~hack~1/c")).toBeDefined();
		expect(narHash(withoutCaseHack(written))).toEqual(narHash(tree));
	});

	it("must not become names that are there", () => {
		const both = memoryAccessor({ Test: "1", "Test~nix~case~hack~1": "2", test: "3" });
		expect(() => parseNar(narChunks(both), caseHackVisitor(new MemoryTreeBuilder()))).toThrow(
			"NAR contains file name 'test' that collides with case-hacked file name 'Test~nix~case~hack~1'",
		);
		expect(() => narHash(withoutCaseHack(memoryAccessor({ a: "1", "a~nix~case~hack~1": "2" })))).toThrow(
			"file name collision between '/a' and '/a~nix~case~hack~1'",
		);
	});
});
