import { compileRegex, RegexSyntaxError } from "@tsnix/eval/internal";
import { type ByteString, NixError } from "@tsnix/store";

const inBracket = "Unexpected character within '[...]' in regular expression";
const inBraces = "Invalid range in '{}' in regular expression";
const tooLarge =
	"Number of NFA states exceeds limit. Please use shorter regex string, or use smaller brace expression, or make _GLIBCXX_REGEX_STATE_LIMIT larger.";
const classes = /^(?:alnum|alpha|blank|cntrl|digit|graph|lower|print|punct|space|upper|xdigit|d|w|s)$/;

/** What is wrong with a bracket expression that begins at the start of a text; its length where nothing is. */
const bracketProblem = (text: string): string | number => {
	let at = text.startsWith("[^") ? 2 : 1;
	/** The last single character, which may begin a range. */
	let last: string | undefined;
	let afterRange = false;
	for (let first = true; ; first = false) {
		const c = text[at];
		if (c === undefined) return inBracket;
		if (c === "]" && !first) return at + 1;
		const kind = c === "[" ? text[at + 1] : undefined;
		if (kind === ":" || kind === "." || kind === "=") {
			const end = text.indexOf(`${kind}]`, at + 2);
			if (end < 0)
				return kind === ":"
					? "Invalid character class in regular expression"
					: "Invalid collating element in regular expression";
			const name = text.slice(at + 2, end);
			if (kind === ":" && !classes.test(name)) return "Invalid character class.";
			if (kind !== ":" && name.length !== 1) return "Invalid collate element.";
			at = end + 2;
			last = undefined;
			continue;
		}
		if (c === "-" && last !== undefined && text[at + 1] !== "]") {
			const to = text[at + 1];
			if (to === undefined) return "Invalid end of '[x-x]' range in regular expression";
			if (to < last) return "Invalid range in bracket expression.";
			at += 2;
			last = undefined;
			afterRange = true;
			continue;
		}
		if (c === "-" && afterRange && text[at + 1] !== "]")
			return "Invalid location of '-' within '[...]' in POSIX regular expression";
		if (c === "-" && !first) return inBracket;
		last = c;
		afterRange = false;
		at++;
	}
};

/** What the reference's library says of a pattern that is none. */
const problemOf = (pattern: string): string => {
	let hasAtom = false;
	for (let at = 0; at < pattern.length; ) {
		const c = pattern[at];
		if (c === "\\") {
			if (at + 1 === pattern.length) return "Invalid escape at end of regular expression";
			at += 2;
		} else if (c === "[") {
			const found = bracketProblem(pattern.slice(at));
			if (typeof found === "string") return found;
			at += found;
		} else if (c === "{" && hasAtom) {
			const [, low, high, close] = /^\{([0-9]*)(?:,([0-9]*))?(\}?)/.exec(pattern.slice(at)) ?? [];
			if (low === "" || low === undefined) return inBraces;
			const rest = pattern.slice(at).search(/[^{0-9,]/);
			if (close === "") return rest < 0 ? "Mismatched '{' and '}' in regular expression" : inBraces;
			if (high !== undefined && high !== "" && Number(high) < Number(low)) return inBraces;
			at = pattern.indexOf("}", at) + 1;
		} else at++;
		hasAtom = c !== "(" && c !== "|";
	}
	return "Mismatched '(' and ')' in regular expression";
};

/**
 * Compiles a regular expression of a command line (manual: "nix-env", "Selectors").
 *
 * @throws {NixError} `REGEX_INVALID` for what is none, worded as the reference's library words it
 */
export const compileCommandRegex = (pattern: ByteString): ReturnType<typeof compileRegex> => {
	try {
		return compileRegex(pattern);
	} catch (error) {
		if (!(error instanceof RegexSyntaxError)) throw error;
		throw new NixError(error.code, error.kind === "space" ? tooLarge : problemOf(pattern), { cause: error });
	}
};
