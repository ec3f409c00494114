import { expect, test } from "vitest";
import { shellQuote } from "../../core";
import { interpreterCommand, shellWords } from "./shebang";

test.each([
	["-i bash  -p hello", ["-i", "bash", "-p", "hello"]],
	["--argstr s 'foo \"bar\" \\baz'\"'\"'qux'", ["--argstr", "s", 'foo "bar" \\baz\'qux']],
	['"foo \'bar\' \\"\\baz"', ["foo 'bar' \"baz"]],
	["\\foo\\ bar\\'baz ''", ["foo bar'baz", ""]],
	["a ", ["a"]],
	["", [""]],
])("%j are the words %j", (line, words) => {
	expect(shellWords(line)).toEqual(words);
});

test("a quote has an end", () => {
	expect(() => shellWords("a 'b")).toThrow("unterminated quote in shebang line");
});

test("interpreters that look into the first line themselves are kept from it", () => {
	const script = { args: [], path: "./it's", scriptArgs: ["a b", "c"] };
	expect(interpreterCommand("bash", script, shellQuote)).toBe("exec  bash './it'\\''s' 'a b' 'c' ");
	expect(interpreterCommand("perl -w", script, shellQuote)).toBe("exec -a PERL perl -w './it'\\''s' 'a b' 'c' ");
	expect(interpreterCommand("ruby", script, shellQuote)).toBe(
		"exec  ruby -e 'load(ARGV.shift)' -- './it'\\''s' 'a b' 'c' ",
	);
});
