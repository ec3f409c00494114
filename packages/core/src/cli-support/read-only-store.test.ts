import { memoryAccessor, memoryStore } from "@tsnix/store";
import { expect, it } from "vitest";
import { openCommandStore, type StoreSurroundings } from "./open-store";
import { readOnlyStore } from "./read-only-store";

const surroundings = {
	env: () => undefined,
	workingDirectory: "/",
	readOnly: false,
	remote: {} as StoreSurroundings["remote"],
};

it("takes nothing, and says so as the reference does", () => {
	const store = readOnlyStore(memoryStore(), "dummy://");
	expect(() => store.addTextToStore("x", "y", [])).toThrow(
		"operation 'addToStoreFromDump' is not supported by store 'dummy://'",
	);
	const file = memoryAccessor("text");
	expect(() => store.addToStore("x", file, "/")).toThrow("operation 'addToStoreFromDump'");
	expect(store.queryAllValidPaths()).toEqual([]);
	expect(store.storeDir).toBe("/nix/store");
});

it("is what dummy:// means, unless it may be written to", () => {
	const add = (reference: string): string =>
		openCommandStore(reference, surroundings).open().addTextToStore("x", "y", []).name;
	expect(() => add("dummy://")).toThrow("is not supported by store 'dummy://'");
	expect(add("dummy://?read-only=false")).toBe("x");
	expect(add("memory:")).toBe("x");
});
