import { describe, expect, it } from "vitest";
import { printLiteralString } from "../print-string";
import { evaluateByReference, hasReference, pseudoRandom, quoteNix } from "../testing";
import { RegexSyntaxError } from "./errors";
import { compileRegex } from "./regex";

const makePattern = (below: (n: number) => number, depth: number): string => {
	const pick = (choices: readonly string[]): string => choices[below(choices.length)];
	if (depth === 0 || below(5) === 0)
		return pick([
			"a",
			"b",
			"c",
			".",
			"[ab]",
			"[^a]",
			"[[:alpha:]]",
			"[b-]",
			"",
			"a",
			"ab",
			"\\.",
			"^",
			"$",
			"-",
			"\xc3\xa9",
			"[^\x80-\xff]",
			"[[:punct:]c]",
			"[[=a=]]",
			"[.-b]",
		]);
	const inner = () => makePattern(below, depth - 1);
	switch (below(9)) {
		case 0:
		case 1:
			return `(${inner()})`;
		case 2:
			return `(${inner()}|${inner()})`;
		case 3:
			return `(${inner()})${pick(["*", "+", "?", "{2}", "{0,2}", "{1,}", "**", "{2}{0,1}"])}`;
		case 4:
			return `${pick(["a", "b", "[ab]", "."])}${pick(["*", "+", "?", "{2}", "{0,2}", "{1,}", "*?", "{,2}"])}`;
		case 5:
			return `${inner()}|${inner()}`;
		default:
			return inner() + inner();
	}
};

/** A result as the reference prints it. */
const show = (value: unknown): string => {
	if (Array.isArray(value)) return `[ ${value.map((item) => `${show(item)} `).join("")}]`;
	return value === null ? "null" : printLiteralString(value as string);
};

/** What the builtin fails with is not catchable, so a pattern's validity is asked one process a pattern. */
const refused = (pattern: string): string | undefined =>
	/error: ((?:invalid|memory limit).*)/.exec(evaluateByReference(`builtins.match ${quoteNix(pattern)} ""`).error)?.[1];

const problem = (pattern: string): string | undefined => {
	try {
		compileRegex(pattern);
		return undefined;
	} catch (error) {
		if (error instanceof RegexSyntaxError) return error.message;
		throw error;
	}
};

const split = (pattern: string, text: string): unknown[] => {
	const out: unknown[] = [];
	let end = 0;
	for (const match of compileRegex(pattern).searchAll(text)) {
		out.push(text.slice(end, match.index), match.groups);
		end = match.index + match.length;
	}
	return [...out, text.slice(end)];
};

describe.runIf(hasReference)("regular expressions against the reference", () => {
	it("matches and splits as it does", () => {
		const below = pseudoRandom(Number(process.env.TSNIX_SEED ?? 7));
		const cases: { pattern: string; text: string }[] = [];
		while (cases.length < 6000) {
			const pattern = makePattern(below, 4);
			if (problem(pattern) !== undefined || pattern.length > 40) continue;
			for (let i = 0; i < 4; i++) {
				const text = Array.from({ length: below(8) }, () => "aabbc.-A\xc3\xa9"[below(10)]).join("");
				cases.push({ pattern, text });
			}
		}
		const { output } = evaluateByReference(
			`map ({ p, s }: [ (builtins.match p s) (builtins.split p s) ]) [ ${cases
				.map(({ pattern, text }) => `{ p = ${quoteNix(pattern)}; s = ${quoteNix(text)}; }`)
				.join("\n")} ]`,
		);
		const lines = cases.map(({ pattern, text }) =>
			show([compileRegex(pattern).matchWhole(text), split(pattern, text)]),
		);
		let rest = output.trim().slice(2);
		const wrong: unknown[] = [];
		for (const [i, line] of lines.entries()) {
			if (!rest.startsWith(line)) {
				wrong.push({ ...cases[i], ours: line, reference: rest.slice(0, 200) });
				break;
			}
			rest = rest.slice(line.length + 1);
		}
		expect(wrong).toEqual([]);
		expect(rest).toBe("]");
	}, 120_000);

	it.each([
		..."( ) (( * a* *a ^* a|*b | || a{ a{1 a{1, a{1,2 a{1,2} a{2,1} a{,2} { } ] [ [] []a] [^] [^]] [a-] [a-b-c]".split(
			" ",
		),
		..."[-a] [--a] [+--] [a--] [--] [-] [b-a] [[:alpha:]-z] [a-[:alpha:]] [[.a.]-c] [a-[.c.]] [[.hyphen.]]".split(" "),
		..."[[.-.]] [[=a=]] [[=1=]] [[:word:]] [[:w:]] [[:Alpha:]] [[: [[:a [[:alpha:] [[ [a[ [a[.] \\a \\. \\] \\} \\{".split(
			" ",
		),
		..."\\- \\\\ \\ a\\ \\1 (a)\\1 a{99995} a{99996} a{99997} (a){33331} (a){33332} a{0,49996} a{0,49997}".split(" "),
		..."a{49998,} a{4294967296} a{2147483648} a{2147483647} (a{300}){300} (a{300}){400} (a|b){20000} ((a?b)*){12499}".split(
			" ",
		),
		..."((a?b)*){11110} ((a?b)*){11111} a?{33332} a{99994,} a{99993,} a{1}{1} \\^ \\$ \\/ [\\] [\\n] ^$ $^ a^b [^^]".split(
			" ",
		),
	])("accepts or refuses %s", (pattern) => {
		expect(problem(pattern)).toBe(refused(pattern));
	});
});
