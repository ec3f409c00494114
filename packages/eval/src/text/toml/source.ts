import type { ByteString } from "@tsnix/store";

/** A text with the name that errors give it. */
export interface Source {
	readonly name: string;
	readonly text: ByteString;
}

/** A stretch of a source: from `first` up to `last`, with the lines they are on, counted from 1. */
export interface Region {
	readonly source: Source;
	readonly first: number;
	readonly last: number;
	readonly firstLine: number;
	readonly lastLine: number;
}

const lineAt = (text: ByteString, offset: number): number => {
	let line = 1;
	for (let at = text.indexOf("\n"); at >= 0 && at < offset; at = text.indexOf("\n", at + 1)) line++;
	return line;
};

/** What lies between two offsets. */
export const regionBetween = (source: Source, first: number, last: number): Region => ({
	source,
	first,
	last,
	get firstLine() {
		return lineAt(source.text, first);
	},
	get lastLine() {
		return lineAt(source.text, last);
	},
});

/** One character; at the end of the text the last one, and then the region ends on the line after it. */
export const regionAt = (source: Source, offset: number): Region => {
	const { text } = source;
	if (offset >= text.length) return regionBetween(source, Math.max(0, text.length - 1), text.length);
	const line = lineAt(text, offset);
	return { source, first: offset, last: offset + 1, firstLine: line, lastLine: line };
};
