import { readFileSync } from "node:fs";
import { type ByteString, NixError } from "@tsnix/store";

/** A script that is run by `nix-shell`, as its first line says. */
export interface ShellScript {
	/** The words of its lines `#! nix-shell …`, which stand for the command line. */
	readonly args: readonly ByteString[];
	readonly path: ByteString;
	/** What the script itself is given. */
	readonly scriptArgs: readonly ByteString[];
}

/**
 * The words of a line, as Perl's `shellwords` has them: quotes keep blanks, and a backslash keeps the character after it
 * (not within single quotes).
 */
export const shellWords = (line: ByteString): ByteString[] => {
	const words: ByteString[] = [];
	let word = "";
	let quote = "";
	for (let i = 0; i < line.length; i++) {
		if (quote === "") {
			const [blanks] = /^\s*/.exec(line.slice(i)) as RegExpExecArray;
			if (blanks !== "") {
				words.push(word);
				word = "";
				i += blanks.length;
				if (i === line.length) return words;
			}
		}
		const c = line[i];
		if (c === "\\" && quote !== "'") word += line[++i] ?? "";
		else if ((c === "'" || c === '"') && (quote === "" || quote === c)) quote = quote === "" ? c : "";
		else word += c;
	}
	if (quote !== "") throw new NixError("BAD_SHEBANG", "unterminated quote in shebang line");
	words.push(word);
	return words;
};

/** The script that a command line runs: its first argument, where that is a file which begins with `#!`. */
export const shellScript = (
	args: readonly ByteString[],
	absolute: (path: string) => string,
): ShellScript | undefined => {
	const [path, ...scriptArgs] = args;
	if (path === undefined) return undefined;
	let lines: string[];
	try {
		lines = readFileSync(Buffer.from(absolute(path), "latin1"), "latin1")
			.split("\n")
			.filter((line) => line !== "");
	} catch {
		return undefined;
	}
	if (lines[0]?.startsWith("#!") !== true) return undefined;
	const words = lines.slice(1).flatMap((line) => {
		const match = /^#!\s*nix-shell\s+(.*)$/.exec(line.replace(/[ \n\r\t]+$/, ""));
		return match === null ? [] : shellWords(match[1]);
	});
	return { args: words, path, scriptArgs };
};

/** What a script's interpreter is run by. */
export const interpreterCommand = (interpreter: ByteString, script: ShellScript, quote: (text: string) => string) => {
	// Perl looks into a script's first line itself, unless it does not see that it is Perl.
	const name = interpreter.includes("perl") ? "-a PERL" : "";
	// Ruby looks there, too; not into what it is told to load.
	const load = interpreter.includes("ruby") ? "-e 'load(ARGV.shift)' -- " : "";
	const args = script.scriptArgs.map((arg) => `${quote(arg)} `).join("");
	return `exec ${name} ${interpreter} ${load}${quote(script.path)} ${args}`;
};
