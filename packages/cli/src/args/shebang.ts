import { readFileSync } from "node:fs";
import { type ByteString, NixError } from "@tsnix/store";

/** Characters that mean something to shells: they stand for themselves only within double backticks. */
const reserved = "$*~<>|;()[]{}'\"\\";
const blanks = " \t\n\r";

const fail = (message: string): NixError => new NixError("BAD_SHEBANG", message);

/**
 * The words of a script's lines `#! nix …`. Blanks part them; double backticks hold a word together that has blanks or
 * other special characters, and of three or more backticks in it the first one is dropped. Throws a NixError for what has
 * no meaning.
 */
export const shebangWords = (text: ByteString): ByteString[] => {
	const words: ByteString[] = [];
	let word = "";
	let i = 0;
	const backticks = (at: number): number => /^`*/.exec(text.slice(at))?.[0].length ?? 0;

	/** A word in double backticks, from behind the first two. */
	const quoted = (): ByteString => {
		for (let out = ""; i < text.length; ) {
			const count = backticks(i);
			// A blank before the end is there for a backtick that the word may end in.
			if (text[i] === " " && backticks(i + 1) === 2) {
				i += 3;
				return out;
			}
			if (count === 2) {
				i += 2;
				return out;
			}
			if (count === 0) out += text[i++];
			else {
				out += "`".repeat(count === 1 ? 1 : count - 1);
				i += count;
			}
		}
		throw fail("unterminated quoted string in nix shebang");
	};

	while (i < text.length) {
		const c = text[i];
		if (blanks.includes(c)) {
			if (word !== "") words.push(word);
			word = "";
			i++;
		} else if (c === "`") {
			if (backticks(i) < 2) throw fail("single backtick is not a supported syntax in the nix shebang.");
			i += 2;
			word = "";
			words.push(quoted());
		} else if (reserved.includes(c))
			throw fail(`unsupported unquoted character in nix shebang: ${c}. Use double backticks to escape?`);
		else if (c === "#" && word === "")
			throw fail("unquoted nix shebang argument cannot start with #. Use double backticks to escape?");
		else {
			word += c;
			i++;
		}
	}
	if (word !== "") words.push(word);
	return words;
};

/** What lines may begin with, from a script's second on, for lines `#! nix …` to be looked for below them. */
const comment = /^[#/\\%@*(-]/;

const scriptLines = (path: ByteString): string[] | undefined => {
	try {
		const text = readFileSync(Buffer.from(path, "latin1"), "latin1");
		return text.startsWith("#!") ? text.replace(/\n$/, "").split("\n") : undefined;
	} catch {
		return undefined;
	}
};

/**
 * The words that a script's comments put in the place of a command line, where its first argument is one; undefined
 * otherwise. `path` is where that argument leads.
 */
export const scriptWords = (path: ByteString): ByteString[] | undefined => {
	const lines = scriptLines(path)?.slice(1);
	if (lines === undefined) return undefined;
	const end = lines.findIndex((line) => !comment.test(line));
	const content = lines.slice(0, end < 0 ? lines.length : end).map((line) => {
		const match = /^#!\s*nix(?::? |$)(.*)$/.exec(line.replace(/[ \t\n\r]+$/, ""));
		return match === null ? "" : `${match[1]}\n`;
	});
	return shebangWords(content.join(""));
};
