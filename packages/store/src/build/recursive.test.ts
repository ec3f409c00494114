import { expect, test } from "vitest";
import { memoryStore } from "../stores/memory";
import { BuildAccess, restrictedStore } from "./recursive";

test("a builder that calls Nix sees its inputs and what it adds, and of nothing where it came from", () => {
	const store = memoryStore();
	const input = store.addTextToStore("input", "one", []);
	const other = store.addTextToStore("other", "two", []);
	const access = new BuildAccess([input]);
	const seen = restrictedStore(store, access);
	expect([seen.isValidPath(input), seen.isValidPath(other)]).toEqual([true, false]);
	expect(seen.queryPathInfo(other)).toBeUndefined();
	expect(seen.queryPathInfo(input)).toMatchObject({ registrationTime: 0, ultimate: false, signatures: [] });
	expect(() => seen.accessor(other)).toThrow(
		`cannot dump unknown path '${other.toString("/nix/store")}' in recursive Nix`,
	);
	expect(() => seen.queryRealisation("sha256:00!out")).toThrow("cannot query an unknown output id");

	const added = seen.addTextToStore("added", "three", [input]);
	expect(seen.isValidPath(added)).toBe(true);
	expect(seen.queryAllValidPaths().map(({ name }) => name)).toEqual(["input", "added"]);
	expect(access.added.map(({ name }) => name)).toEqual(["added"]);
});
