/** Errors in TOML, shown with the lines they are about as the reference's TOML library shows them. */
import { NixError } from "@tsnix/store";
import type { Region } from "./source";

/** One thing that is wrong with a document. */
export class TOMLDiagnostic extends Error {
	constructor(
		readonly title: string,
		readonly places: readonly { readonly region: Region; readonly note: string }[],
		/** Lines that follow the places. */
		readonly hint = "",
	) {
		super(title);
	}
}

/** A document that is not TOML; the message shows everything that was found wrong. */
export class TOMLParseError extends NixError {
	readonly diagnostics: readonly TOMLDiagnostic[];

	constructor(diagnostics: readonly TOMLDiagnostic[], problem = diagnostics.map(renderDiagnostic).join("")) {
		super("TOML_INVALID", `while parsing TOML: ${problem}`);
		this.diagnostics = diagnostics;
	}
}

const specialNames: Readonly<Record<number, string>> = {
	0: "(NUL)",
	9: "(TAB)",
	10: "(LINE FEED)",
	11: "(VERTICAL TAB)",
	12: "(FORM FEED)",
	13: "(CARRIAGE RETURN)",
	27: "(ESCAPE)",
	32: "(SPACE)",
};

/** A character as errors name it: itself when it is visible, else its code. */
export const showCharacter = (c: string): string => {
	const code = c.charCodeAt(0);
	return code > 0x20 && code < 0x7f ? c : `0x${code.toString(16).padStart(2, "0")}${specialNames[code] ?? ""}`;
};

interface ShownLine {
	readonly text: string;
	/** Where in it the region begins. */
	readonly offset: number;
}

/** The line around `begin` … `end`, cut off 30 characters before and after. */
const takeLine = (text: string, begin: number, end: number): ShownLine => {
	const from = begin <= 30 ? 0 : begin - 30;
	const to = text.length - end <= 30 ? text.length : end + 30;
	const newlineBefore = begin === 0 ? -1 : text.lastIndexOf("\n", begin - 1);
	const start = Math.max(from, newlineBefore + 1);
	const newlineAfter = text.indexOf("\n", end);
	const stop = newlineAfter < 0 ? to : Math.min(to, newlineAfter);
	const cutBefore = start > 0 && text.charAt(start - 1) !== "\n";
	const cutAfter = stop < text.length && text.charAt(stop) !== "\n";
	return {
		text: `${cutBefore ? "... " : ""}${text.slice(start, stop)}${cutAfter ? " ..." : ""}`,
		offset: begin - start + (cutBefore ? 4 : 0),
	};
};

const shownLines = ({ source: { text }, first, last, firstLine, lastLine }: Region): ShownLine[] => {
	if (first === last) return [{ text: "", offset: 0 }];
	const end = last - 1;
	if (firstLine === lastLine) return [takeLine(text, first, end)];
	const find = (from: number, to: number): number => {
		const at = text.indexOf("\n", from);
		return at < 0 ? to : Math.min(at, to);
	};
	const firstEnd = find(first, text.length - first > 60 ? first + 50 : text.length);
	const lastBegin = find(end > 60 ? end - 50 : 0, end);
	const shown = [takeLine(text, first, firstEnd), takeLine(text, lastBegin, end)];
	return firstLine + 1 === lastLine ? shown : [shown[0], { text: "...", offset: 0 }, shown[1]];
};

const renderPlace = (region: Region, note: string, width: number, named: boolean): string => {
	const margin = " ".repeat(width + 1);
	const lines = shownLines(region);
	const line = (number: number, text: string): string =>
		` ${String(number).padStart(width)} | ${text.replace(/[^\x20-\x7e]/g, showCharacter)}\n`;
	const under = (column: number, length: number, text: string): string =>
		`${margin} | ${" ".repeat(Math.max(0, column - 1))}${"^".repeat(Math.max(0, length))}-- ${text}\n`;
	const [top] = lines;
	const bottom = lines[lines.length - 1];
	const column = top.offset + 1;
	let out = named ? ` --> ${region.source.name}\n${margin} |\n` : "";
	out += line(region.firstLine, top.text);
	const rest = top.text.length - column + 1;
	if (lines.length === 1)
		return out + under(column, Math.min(top.text.length < column ? 1 : rest, region.last - region.first), note);
	out += under(column, rest, lines.length === 2 ? "" : "and");
	if (lines.length === 3) out += line(region.firstLine + 1, "...") + under(1, 3, "and");
	return out + line(region.lastLine, bottom.text) + under(1, bottom.offset + 1, note);
};

/** A diagnostic as text, ending in a newline. */
export const renderDiagnostic = ({ title, places, hint }: TOMLDiagnostic): string => {
	const width = Math.max(0, ...places.map(({ region }) => String(region.lastLine).length));
	const margin = " ".repeat(width + 1);
	let previous = "";
	const shown = places.map(({ region, note }) => {
		const named = region.source.name !== previous;
		previous = region.source.name;
		return renderPlace(region, note, width, named);
	});
	return `[error] ${title}\n${shown.join(`${margin} | ...\n${margin} |\n`)}${hint}`;
};
