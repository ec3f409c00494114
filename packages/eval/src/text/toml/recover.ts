/** Where reading goes on after an error. */
import { type Cursor, syntax } from "./cursor";
import { TOMLDiagnostic } from "./diagnostic";
import { guessKind, type ValueKind } from "./scalars";

const scanQuoted = (cursor: Cursor, quote: string, run: RegExp): boolean => {
	const start = cursor.at;
	if (cursor.literal(quote)) {
		cursor.scanMany(run);
		if (cursor.literal(quote)) return true;
	}
	cursor.at = start;
	return false;
};

const scanSimpleKey = (cursor: Cursor): boolean =>
	cursor.scan(syntax.bareKey) !== undefined ||
	scanQuoted(cursor, '"', syntax.basicRun) ||
	scanQuoted(cursor, "'", syntax.literalRun);

/** Moves over `[ key ]`, with any brackets; false, without moving, when there is none here. */
export const scanHeader = (cursor: Cursor, open: string, close: string): boolean => {
	const start = cursor.at;
	if (cursor.literal(open)) {
		if (open !== "") cursor.scan(syntax.whitespace);
		if (scanSimpleKey(cursor)) {
			for (let end = cursor.at; cursor.scan(syntax.dot) !== undefined; end = cursor.at)
				if (!scanSimpleKey(cursor)) {
					cursor.at = end;
					break;
				}
			if (close === "") return true;
			cursor.scan(syntax.whitespace);
			if (cursor.literal(close)) return true;
		}
	}
	cursor.at = start;
	return false;
};

const isHeader = (cursor: Cursor): boolean => scanHeader(cursor, "[", "]") || scanHeader(cursor, "[[", "]]");

/** Past the end of the line unless a header begins the next. */
export const skipUntilNextTable = (cursor: Cursor): void => {
	while (!cursor.ended) {
		if (cursor.current === "\n") {
			const line = ++cursor.at;
			cursor.scan(syntax.whitespace);
			if (isHeader(cursor)) {
				cursor.at = line;
				return;
			}
			if (cursor.ended) return;
		}
		cursor.at++;
	}
};

const skipString = (cursor: Cursor): void => {
	for (const marks of ['"""', "'''"]) {
		if (!cursor.literal(marks)) continue;
		const end = cursor.text.indexOf(marks, cursor.at);
		cursor.at = end < 0 ? cursor.text.length : end + 3;
		return;
	}
	const quote = cursor.current;
	do cursor.at++;
	while (!cursor.ended && cursor.current !== quote && cursor.current !== "\n");
	if (!cursor.ended) cursor.at++;
};

const skipComment = (cursor: Cursor): void => {
	const newline = cursor.text.indexOf("\n", cursor.at);
	cursor.at = newline < 0 ? cursor.text.length : newline + 1;
};

const skipArray = (cursor: Cursor): void => {
	cursor.at++;
	while (!cursor.ended) {
		switch (cursor.current) {
			case '"':
			case "'":
				skipString(cursor);
				break;
			case "#":
				skipComment(cursor);
				break;
			case "{":
				skipInlineTable(cursor);
				break;
			case "[":
				if (isHeader(cursor.copy())) return;
				skipArray(cursor);
				break;
			case "=":
				// A key: the bracket was not closed before its line.
				cursor.at = cursor.text.lastIndexOf("\n", cursor.at - 1) + 1;
				return;
			case "]":
				return;
			default:
				cursor.at++;
		}
	}
};

const skipInlineTable = (cursor: Cursor): void => {
	cursor.at++;
	while (!cursor.ended) {
		switch (cursor.current) {
			case "\n":
			case "}":
				return;
			case '"':
			case "'":
				skipString(cursor);
				break;
			case "#":
				skipComment(cursor);
				return;
			case "[":
				if (isHeader(cursor.copy())) return;
				skipArray(cursor);
				break;
			case "{":
				skipInlineTable(cursor);
				break;
			default:
				cursor.at++;
		}
	}
};

const guess = (cursor: Cursor): ValueKind | undefined => {
	try {
		return guessKind(cursor);
	} catch (error) {
		if (error instanceof TOMLDiagnostic) return undefined;
		throw error;
	}
};

/** Past a value that could not be read. */
export const skipValue = (cursor: Cursor): void => {
	switch (guess(cursor)) {
		case "string":
			skipString(cursor);
			break;
		case "array":
			skipArray(cursor);
			break;
		case "table":
			skipInlineTable(cursor);
			break;
		default:
			while (!cursor.ended && !/[\n,\]}]/.test(cursor.current)) cursor.at++;
	}
};

/** To the end of a pair of key and value that could not be read. */
export const skipKeyValue = (cursor: Cursor): void => {
	for (; !cursor.ended; cursor.at++) {
		if (cursor.current === "\n") return;
		if (cursor.current === "=") {
			skipValue(cursor);
			return;
		}
	}
};
