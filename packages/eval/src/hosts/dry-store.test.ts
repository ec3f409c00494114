import { memoryAccessor, memoryStore } from "@tsnix/store";
import { expect, it } from "vitest";
import { dryStore } from "./dry-store";

it("works out the paths that another store gives, and has nothing", () => {
	const dry = dryStore();
	const real = memoryStore();
	const files = memoryAccessor({ a: "1", b: { c: "2" } });
	expect(dry.addToStore("x", files, "/b")).toEqual(real.addToStore("x", files, "/b"));
	expect(dry.addToStore("x", files, "/a", { method: "flat" })).toEqual(
		real.addToStore("x", files, "/a", { method: "flat" }),
	);
	const text = dry.addTextToStore("t", "text", []);
	expect(text).toEqual(real.addTextToStore("t", "text", []));
	expect(dry.isValidPath(text)).toBe(false);
	expect(() => dry.readDerivation(text)).toThrow(`derivation '${text.toString()}' is not valid`);
});
