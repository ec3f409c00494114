import { describe, expect, it } from "vitest";
import { executable, memoryAccessor, symlink } from "../../accessors/memory";
import { parseJson, printJson } from "../json";
import { narChunks } from "./chunks";
import { narListingFromJSON, parseNarListing } from "./listing";

describe("the JSON of a listing", () => {
	it("reads back", () => {
		const tree = memoryAccessor({ bar: { baz: executable("x"), quux: symlink("/over/there") }, foo: "text" });
		const listing = parseNarListing(narChunks(memoryAccessor({ a: "1" })));
		for (const given of [listing, parseNarListing(narChunks(tree, "/bar"))])
			expect(narListingFromJSON(parseJson(printJson(given)))).toEqual(given);
	});

	it("is refused where it says nothing", () => {
		expect(() => narListingFromJSON({ type: "socket" })).toThrow("unknown file type 'socket'");
		expect(() => narListingFromJSON({ entries: {} })).toThrow();
	});
});
