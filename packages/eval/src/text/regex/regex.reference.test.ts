import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { RegexSyntaxError } from "./errors";
import { compileRegex } from "./regex";

/** Pseudo-random numbers below `n`, the same in every run. */
const random = (seed: number) => {
	let state = seed;
	return (n: number): number => {
		state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
		return Math.floor((state / 2 ** 32) * n);
	};
};

const makePattern = (below: (n: number) => number, depth: number): string => {
	const pick = (choices: readonly string[]): string => choices[below(choices.length)];
	if (depth === 0 || below(5) === 0)
		return pick(["a", "b", "c", ".", "[ab]", "[^a]", "[[:alpha:]]", "[b-]", "", "a", "ab", "\\.", "^", "$", "-"]);
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

const quote = (s: string): string => JSON.stringify(s).replaceAll("${", "\\${");

const nix = (expression: string): unknown =>
	JSON.parse(
		execFileSync(
			join(process.env.TSNIX_REFERENCE as string, "bin", "nix-instantiate"),
			["--eval", "--strict", "--json", "--store", "dummy://", "-"],
			{ input: expression, encoding: "utf8", maxBuffer: 1 << 28, stdio: ["pipe", "pipe", "ignore"] },
		),
	);

/** What the builtin fails with is not catchable, so a pattern's validity is asked one process a pattern. */
const refused = (pattern: string): string | undefined => {
	try {
		execFileSync(
			join(process.env.TSNIX_REFERENCE as string, "bin", "nix-instantiate"),
			["--eval", "--store", "dummy://", "-"],
			{ input: `builtins.match ${quote(pattern)} ""`, encoding: "utf8", stdio: ["pipe", "pipe", "pipe"] },
		);
		return undefined;
	} catch (error) {
		return /error: ((?:invalid|memory limit).*)/.exec((error as { stderr: string }).stderr.trim())?.[1];
	}
};

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

describe.runIf(process.env.TSNIX_REFERENCE !== undefined)("regular expressions against the reference", () => {
	it("matches and splits as it does", () => {
		const below = random(Number(process.env.TSNIX_SEED ?? 7));
		const cases: { pattern: string; text: string }[] = [];
		while (cases.length < 6000) {
			const pattern = makePattern(below, 4);
			if (problem(pattern) !== undefined || pattern.length > 40) continue;
			for (let i = 0; i < 4; i++) {
				const text = Array.from({ length: below(8) }, () => "aabbc.-"[below(7)]).join("");
				cases.push({ pattern, text });
			}
		}
		const answers = nix(
			`map ({ p, s }: [ (builtins.match p s) (builtins.split p s) ]) [ ${cases
				.map(({ pattern, text }) => `{ p = ${quote(pattern)}; s = ${quote(text)}; }`)
				.join("\n")} ]`,
		);
		const ours = cases.map(({ pattern, text }) => [compileRegex(pattern).matchWhole(text), split(pattern, text)]);
		const wrong = cases
			.map((one, i) => ({ ...one, ours: ours[i], reference: (answers as unknown[])[i] }))
			.filter((one) => JSON.stringify(one.ours) !== JSON.stringify(one.reference));
		expect(wrong.slice(0, 5)).toEqual([]);
	}, 120_000);

	it.each([
		..."( ) (( * a* *a ^* a|*b | || a{ a{1 a{1, a{1,2 a{1,2} a{2,1} a{,2} { } ] [ [] []a] [^] [^]] [a-] [a-b-c]".split(" "),
		..."[-a] [--a] [+--] [a--] [--] [-] [b-a] [[:alpha:]-z] [a-[:alpha:]] [[.a.]-c] [a-[.c.]] [[.hyphen.]]".split(" "),
		..."[[.-.]] [[=a=]] [[=1=]] [[:word:]] [[:w:]] [[:Alpha:]] [[: [[:a [[:alpha:] [[ [a[ [a[.] \\a \\. \\] \\} \\{".split(" "),
		..."\\- \\\\ \\ a\\ \\1 (a)\\1 a{99995} a{99996} a{99997} (a){33331} (a){33332} a{0,49996} a{0,49997}".split(" "),
		..."a{49998,} a{4294967296} a{2147483648} a{2147483647} (a{300}){300} (a{300}){400} (a|b){20000} ((a?b)*){12499}".split(" "),
		..."((a?b)*){11110} ((a?b)*){11111} a?{33332} a{99994,} a{99993,} a{1}{1} \\^ \\$ \\/ [\\] [\\n] ^$ $^ a^b [^^]".split(" "),
	])("accepts or refuses %s", (pattern) => {
		expect(problem(pattern)).toBe(refused(pattern));
	});
});
