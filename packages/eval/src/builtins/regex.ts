import { EvalError } from "../errors/errors";
import type { Evaluator } from "../runtime/evaluator";
import { bytesOf, forceStringNoContext, forceStringValue } from "../runtime/expect";
import { perEvaluator } from "../runtime/per-evaluator";
import type { Lazy } from "../runtime/values";
import { compileRegex, type Regex } from "../text/regex/regex";
import { RegexSyntaxError } from "../text/regex/errors";
import type { Builtin } from "./builtin";

const compiled = perEvaluator(() => new Map<string, Regex>());

const regexOf = (st: Evaluator, pattern: string): Regex => {
	const cache = compiled(st);
	let regex = cache.get(pattern);
	if (regex === undefined) {
		try {
			regex = compileRegex(pattern);
		} catch (e) {
			if (e instanceof RegexSyntaxError) throw st.fail(new EvalError("NIX_REGEX", e.message), 0);
			throw e;
		}
		cache.set(pattern, regex);
	}
	return regex;
};

/** Regular expressions. */
export const regexBuiltins: readonly Builtin[] = [
	{
		name: "__match",
		args: ["regex", "str"],
		doc: 'The groups of the POSIX extended regular expression *regex* where it matches all of *str*, `null` for a group that took no part; `null` where it does not match. `match "a(b)(c)?" "ab"` is `[ "b" null ]`.',
		fn: (st, pattern, str) => {
			const regex = regexOf(
				st,
				forceStringNoContext(st, pattern, 0, "while evaluating the first argument passed to builtins.match"),
			);
			return regex.matchWhole(
				bytesOf(forceStringValue(st, str, 0, "while evaluating the second argument passed to builtins.match")),
			);
		},
	},
	{
		name: "__split",
		args: ["regex", "str"],
		doc: 'The parts of *str* between the matches of the POSIX extended regular expression *regex*, and between each two of them the list of the match\'s groups. `split "(,)" "a,b"` is `[ "a" [ "," ] "b" ]`.',
		fn: (st, pattern, lazy) => {
			const regex = regexOf(
				st,
				forceStringNoContext(st, pattern, 0, "while evaluating the first argument passed to builtins.split"),
			);
			const str = forceStringValue(st, lazy, 0, "while evaluating the second argument passed to builtins.split");
			const text = bytesOf(str);
			const out: Lazy[] = [];
			let from = 0;
			for (const { index, length, groups } of regex.searchAll(text)) {
				out.push(text.slice(from, index), groups);
				from = index + length;
			}
			if (out.length === 0) return [str];
			out.push(text.slice(from));
			return out;
		},
	},
];
