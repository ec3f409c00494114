import { describe, expect, it } from "vitest";
import { didYouMean, levenshteinDistance, renderSuggestions, suggest } from "./suggestions";

describe("levenshteinDistance", () => {
	it.each([
		["foo", "foo", 0],
		["foo", "", 3],
		["foo", "fo", 1],
		["foo", "oof", 2],
		["", "", 0],
	])("of %s and %s is %i", (a, b, distance) => {
		expect(levenshteinDistance(a, b)).toBe(distance);
	});
});

describe("suggest", () => {
	it("gives the nearest first, and none too far away", () => {
		expect(suggest(["foooo", "bar", "fo", "gao"], "foo")).toEqual([
			{ distance: 1, name: "fo" },
			{ distance: 2, name: "foooo" },
			{ distance: 2, name: "gao" },
		]);
	});
});

describe("didYouMean", () => {
	it("reads them out", () => {
		expect(didYouMean(suggest(["fo", "foo1", "bar"], "foo"))).toBe("Did you mean one of fo or foo1?");
		expect(didYouMean(suggest(["fo"], "foo"))).toBe("Did you mean fo?");
		expect(didYouMean([])).toBeUndefined();
		const three = ["a", "b", "c"].map((name) => ({ distance: 0, name }));
		expect(renderSuggestions(three)).toBe("one of a, b or c");
	});
});
