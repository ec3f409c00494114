import { NixError } from "@tsnix/store";

const unterminated = (what: string): NixError => new NixError("USAGE", `unterminated ${what}`);

/** A text's words as a shell takes them apart: quotes and backslashes keep spaces. Throws where a quote has no end. */
export const shellSplit = (text: string): string[] => {
	const words: string[] = [];
	let word: string | undefined;
	let i = 0;
	const quoted = (quote: '"' | "'"): string => {
		let out = "";
		for (; i < text.length; i++) {
			const c = text[i];
			if (c === quote) {
				i++;
				return out;
			}
			const next = text[i + 1];
			if (quote === '"' && c === "\\" && next !== undefined) {
				out += '$`"\\'.includes(next) ? next : c + next;
				i++;
			} else out += c;
		}
		throw unterminated(quote === '"' ? "double quote" : "single quote");
	};
	while (i < text.length) {
		const c = text[i++];
		if (c === '"' || c === "'") word = (word ?? "") + quoted(c);
		else if (c === "\\") {
			if (i < text.length) word = (word ?? "") + text[i++];
		} else if (c === " " || c === "\t") {
			if (word !== undefined) words.push(word);
			word = undefined;
		} else word = (word ?? "") + c;
	}
	if (word !== undefined) words.push(word);
	return words;
};
