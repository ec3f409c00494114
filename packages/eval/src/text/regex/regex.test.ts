import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RegexSyntaxError } from "./errors";
import { Machine } from "./machine";
import { parseRegex } from "./parse";
import { compileRegex } from "./regex";
import { toJavaScript } from "./to-javascript";

const matches = (pattern: string, text: string) =>
	[...compileRegex(pattern).searchAll(text)].map(({ index, length, groups }) => [
		text.substr(index, length),
		...groups,
	]);

describe("matchWhole", () => {
	it("gives the groups of a match of everything", () => {
		expect(compileRegex("a(b)(c)").matchWhole("abc")).toEqual(["b", "c"]);
		expect(compileRegex("ab").matchWhole("abc")).toBeNull();
		expect(compileRegex("[[:space:]]+([[:upper:]]+)[[:space:]]+").matchWhole("  FOO   ")).toEqual(["FOO"]);
	});

	it("gives null for a group that took no part", () => {
		expect(compileRegex("(a)|(c)").matchWhole("c")).toEqual([null, "c"]);
	});

	it("keeps a group of an earlier round", () => {
		expect(compileRegex("((a)|b)*").matchWhole("ab")).toEqual(["b", "a"]);
	});

	it("runs a round that matches nothing", () => {
		expect(compileRegex("(a*)*").matchWhole("")).toEqual([""]);
		expect(compileRegex("(a*)?").matchWhole("")).toEqual([""]);
	});

	it("lets a dot match a newline", () => {
		expect(compileRegex("a.b").matchWhole("a\nb")).toEqual([]);
	});

	it("stays fast where backtracking would not end", () => {
		expect(compileRegex("((a*)*|b)*c").matchWhole("a".repeat(2000))).toBeNull();
	});

	it("copes with a long text", () => {
		const text = "ab".repeat(100_000);
		expect(compileRegex("((a|b)*)").matchWhole(text)).toEqual([text, "b"]);
	});
});

describe("searchAll", () => {
	it("takes the longest of the matches that begin first", () => {
		expect(matches("a|ab", "xabx")).toEqual([["ab"]]);
		expect(matches("(a|ab)(c|bcd)(d*)", "abcd")).toEqual([["abcd", "a", "bcd", ""]]);
	});

	it("finds empty matches, but none where one has just ended", () => {
		expect([...compileRegex("x*").searchAll("axb")].map(({ index, length }) => [index, length])).toEqual([
			[0, 0],
			[1, 1],
			[2, 0],
			[3, 0],
		]);
	});

	it("stays linear over many empty matches", () => {
		expect([...compileRegex("b?").searchAll("a".repeat(50_000))]).toHaveLength(50_001);
	});

	it("anchors at the ends of the text only", () => {
		expect(matches("^a", "aaa")).toEqual([["a"]]);
		expect(matches("a$", "aaa")).toEqual([["a"]]);
	});
});

describe("compileRegex", () => {
	it.each(["(", ")", "*a", "a|*", "a{", "a{,2}", "a{2,1}", "[a", "[b-a]", "[a-c-e]", "[[:word:]]", "\\n", "\\-", "\\"])(
		"refuses %s",
		(pattern) => {
			expect(() => compileRegex(pattern)).toThrow(`invalid regular expression '${pattern}'`);
		},
	);

	it("refuses one whose automaton is too large", () => {
		expect(() => compileRegex("(a{300}){400}")).toThrow(RegexSyntaxError);
		expect(() => compileRegex("a{100000}")).toThrow("memory limit exceeded by regular expression 'a{100000}'");
	});

	it("takes ] and - first in brackets for themselves", () => {
		expect(compileRegex("[]a]+").matchWhole("]a")).toEqual([]);
		expect(compileRegex("[^]a]").matchWhole("b")).toEqual([]);
		expect(compileRegex("[-a]+").matchWhole("a-")).toEqual([]);
	});
});

describe("the two ways to run an expression", () => {
	const atom = fc.constantFrom("a", "b", ".", "[ab]", "[^a]", "c");
	const { pattern } = fc.letrec<{ pattern: string }>((tie) => ({
		pattern: fc.oneof(
			{ maxDepth: 4 },
			atom,
			fc.tuple(tie("pattern"), tie("pattern")).map(([a, b]) => a + b),
			fc.tuple(tie("pattern"), tie("pattern")).map(([a, b]) => `(${a}|${b})`),
			fc.tuple(tie("pattern"), fc.constantFrom("*", "+", "?", "{2}", "{1,2}")).map(([a, q]) => `(${a})${q}`),
		),
	}));
	const text = fc.stringMatching(/^[abc]{0,8}$/);

	it("agree where an expression can be run as JavaScript", () => {
		fc.assert(
			fc.property(pattern, text, (p, s) => {
				const tree = parseRegex(p);
				const translated = toJavaScript(tree.root, false);
				if (translated === null) return;
				const match = new Machine(tree).matchAt(s, 0, { whole: true, lineBegins: true });
				const expected = match === null ? null : [...Array(tree.groups).keys()].map((i) => match.groups[2 * i + 2]);
				const found = translated.exec(s);
				expect(found === null).toBe(expected === null);
				if (found !== null && expected !== null)
					for (let i = 0; i < tree.groups; i++) expect(found[i + 1] === undefined).toBe(expected[i] < 0);
			}),
			{ numRuns: 500 },
		);
	});
});
