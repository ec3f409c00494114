import { describe, expect, it } from "vitest";
import { highlight } from "./search";

describe("what a search found is shown", () => {
	it("between two marks, and what touches is one", () => {
		expect(
			highlight(
				"foo bar",
				[
					[1, 3],
					[0, 2],
				],
				"<",
				">",
			),
		).toBe("<foo> bar");
		expect(
			highlight(
				"a b",
				[
					[2, 3],
					[0, 1],
				],
				"<",
				">",
			),
		).toBe("<a> <b>");
	});
	it("as it is where nothing was found in it", () => {
		expect(highlight("foo", [], "<", ">")).toBe("foo");
	});
});
