import type { Expr } from "./tree";
import { ConcatStringsExpr, Kind, StringExpr } from "./tree";

/** A piece of an indented string: an interpolation, or text. */
export interface IndentedPart {
	readonly pos: number;
	readonly value: Expr | string;
	/** Whether this is text as it was written, not an escape: only that has indentation. */
	readonly indented: boolean;
}

const space = 0x20;
const lineFeed = 0x0a;

/** The indentation that all lines share. A last line of nothing but spaces does not count, nor do empty ones. */
const commonIndentation = (parts: readonly IndentedPart[]): number => {
	let lineStart = true;
	let least = 1_000_000;
	let current = 0;
	for (const part of parts) {
		const text = part.value;
		if (typeof text !== "string" || !part.indented) {
			if (lineStart) {
				lineStart = false;
				if (current < least) least = current;
			}
			continue;
		}
		for (let at = 0; at < text.length; ) {
			if (lineStart) {
				const c = text.charCodeAt(at++);
				if (c === space) current++;
				else if (c === lineFeed) current = 0;
				else {
					lineStart = false;
					if (current < least) least = current;
				}
			} else {
				const end = text.indexOf("\n", at);
				if (end < 0) break;
				lineStart = true;
				current = 0;
				at = end + 1;
			}
		}
	}
	return least;
};

/** The expression for an indented string (`''…''`) at `pos`: its parts without the common indentation. */
export const stripIndentation = (parts: readonly IndentedPart[], pos: number): Expr => {
	const least = commonIndentation(parts);
	const kept: Expr[] = [];
	const positions: number[] = [];
	let lineStart = true;
	let dropped = 0;
	for (let i = 0; i < parts.length; i++) {
		const text = parts[i].value;
		if (typeof text !== "string") {
			lineStart = false;
			dropped = 0;
			kept.push(text);
			positions.push(parts[i].pos);
			continue;
		}
		let out = "";
		for (let at = 0; at < text.length; ) {
			if (lineStart) {
				let end = at;
				while (text.charCodeAt(end) === space) end++;
				const drop = Math.max(0, Math.min(end - at, least - dropped));
				out += text.slice(at + drop, end);
				dropped += end - at;
				at = end;
				if (at === text.length) break;
				dropped = 0;
				if (text.charCodeAt(at) === lineFeed) {
					out += "\n";
					at++;
				} else lineStart = false;
			} else {
				const end = text.indexOf("\n", at) + 1;
				out += text.slice(at, end === 0 ? text.length : end);
				if (end === 0) break;
				lineStart = true;
				at = end;
			}
		}
		if (i === parts.length - 1) out = withoutBlankLastLine(out);
		if (out === "") continue;
		kept.push(new StringExpr(out));
		positions.push(parts[i].pos);
	}
	if (kept.length === 0) return new StringExpr("");
	if (kept.length === 1 && kept[0].kind === Kind.String) return kept[0];
	return new ConcatStringsExpr(true, kept, positions, pos);
};

const withoutBlankLastLine = (text: string): string => {
	let end = text.length;
	while (end > 0 && text.charCodeAt(end - 1) === space) end--;
	return end > 0 && text.charCodeAt(end - 1) === lineFeed ? text.slice(0, end) : text;
};
