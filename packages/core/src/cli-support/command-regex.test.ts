import { expect, test } from "vitest";
import { compileCommandRegex } from "./command-regex";

// What `nix-env -qa REGEX` of the reference says.
test.each([
	["(", "Mismatched '(' and ')' in regular expression"],
	["a)", "Mismatched '(' and ')' in regular expression"],
	["+a", "Mismatched '(' and ')' in regular expression"],
	["a|*", "Mismatched '(' and ')' in regular expression"],
	["{", "Mismatched '(' and ')' in regular expression"],
	["[", "Unexpected character within '[...]' in regular expression"],
	["[^", "Unexpected character within '[...]' in regular expression"],
	["x[a", "Unexpected character within '[...]' in regular expression"],
	["[a-", "Invalid end of '[x-x]' range in regular expression"],
	["[z-a]", "Invalid range in bracket expression."],
	["[[:foo:]]", "Invalid character class."],
	["[[:foo", "Invalid character class in regular expression"],
	["[[.x", "Invalid collating element in regular expression"],
	["[[.xy.]]", "Invalid collate element."],
	["[a-b-c]", "Invalid location of '-' within '[...]' in POSIX regular expression"],
	["\\", "Invalid escape at end of regular expression"],
	["a{", "Invalid range in '{}' in regular expression"],
	["a{x", "Invalid range in '{}' in regular expression"],
	["a{2,1}", "Invalid range in '{}' in regular expression"],
	["a{2", "Mismatched '{' and '}' in regular expression"],
	["a{2,", "Mismatched '{' and '}' in regular expression"],
])("%s is no regular expression: %s", (pattern, message) => {
	expect(() => compileCommandRegex(pattern)).toThrow(message);
});

test("what is one is compiled", () => {
	for (const pattern of ["a**", "}", "]", "()", "[[=x=]]"]) expect(() => compileCommandRegex(pattern)).not.toThrow();
});
