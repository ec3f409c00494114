import { type ByteString, fromBytes, toBytes } from "@tsnix/store";

/** Columns of text that has no terminal to be as wide as. */
const width = 60;

/** Words of a line of text: a space that belongs to a word (in code) stays in it. */
const wrap = (text: string, first: string, further: string): string[] => {
	const lines: string[] = [];
	for (const part of text.split("\n")) {
		let line = lines.length === 0 ? first : further;
		let empty = true;
		for (const word of part.split(" ").filter((w) => w !== "")) {
			if (!empty && line.length + 1 + word.length > width) {
				lines.push(line);
				line = further + word;
			} else {
				line += empty ? word : ` ${word}`;
				empty = false;
			}
		}
		lines.push(line);
	}
	return lines;
};

const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"' };

/** Text without its marks: emphasis, code, links, escapes, hard line breaks. */
const inline = (text: string): string => {
	const kept: string[] = [];
	const keep = (what: string): string => `\x00${kept.push(what) - 1}\x00`;
	const plain = text
		.replace(/(`+)(.+?)\1/gs, (_, _ticks: string, code: string) => keep(code.trim().replace(/\s+/g, " ")))
		.replace(/\\\n[ \t]*/g, () => keep("\n"))
		.replace(/ {2,}\n[ \t]*/g, () => keep("\n"))
		.replace(/\\([!-/:-@[-`{-~])/g, (_, char: string) => keep(char))
		.replace(/!\[([^\]]*)\]\(([^)\s]*)[^)]*\)/g, (_, label: string, url: string) =>
			keep(`[🖻 ${/^[a-z]+:/i.test(url) ? `${label} ${url}` : label}]`),
		)
		.replace(/\[([^\]]*)\]\(([^)\s]*)[^)]*\)/g, (_, label: string, url: string) =>
			/^[a-z]+:/i.test(url) ? `${label} ${url}` : label,
		)
		.replace(/<((?:https?|mailto):[^>\s]*)>/g, "$1")
		.replace(/\*\*(\S(?:.*?\S)?)\*\*/gs, "$1")
		.replace(/\*(\S(?:.*?\S)?)\*/gs, "$1")
		.replace(/(^|\W)_(\S(?:.*?\S)?)_(?=\W|$)/gs, "$1$2")
		.replace(/&(amp|lt|gt|quot);/g, (_, name: string) => entities[name])
		.replace(/\n/g, " ");
	return plain.replace(/\x00([0-9]+)\x00/g, (_, i: string) => kept[Number(i)]);
};

const bullet = /^( {0,3})([-*+]|[0-9]{1,9}[.)])( +|$)/;
const fence = /^ {0,3}(`{3,}|~{3,})/;

const cellsOf = (row: string): string[] =>
	row
		.trim()
		.replace(/^\||\|$/g, "")
		.split("|")
		.map((cell) => inline(cell.trim()));

/** A table that begins at a line, if one does: its rows, and the number of its lines. */
const table = (
	lines: readonly string[],
	from: number,
): { readonly rows: string[][]; readonly count: number } | undefined => {
	const rule = lines[from + 1];
	if (!lines[from].includes("|") || rule === undefined || !/^ {0,3}\|?(\s*:?-+:?\s*\|)+(\s*:?-+:?\s*)?$/.test(rule))
		return undefined;
	let end = from + 2;
	while (end < lines.length && lines[end].includes("|")) end++;
	return { rows: [lines[from], ...lines.slice(from + 2, end)].map(cellsOf), count: end - from };
};

const tableLines = (rows: readonly (readonly string[])[], indent: string): string[] => {
	const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
	const shown = rows.map((row) => indent + widths.map((size, column) => (row[column] ?? "").padEnd(size)).join(" │ "));
	const rule = widths.map((size) => "─".repeat(size)).join("─┼─");
	return [shown[0], `${indent}${rule}─`, ...shown.slice(1)];
};

/** A block of lines that stand together, as what it is shown as. */
const blocks = (lines: readonly string[], indent: string): string[][] => {
	const out: string[][] = [];
	let at = 0;
	const isBlank = (line: string | undefined): boolean => line === undefined || line.trim() === "";
	const code = (text: readonly string[]): void => void out.push(text.map((line) => `${indent}  │ ${line}`.trimEnd()));
	while (at < lines.length) {
		const line = lines[at];
		if (isBlank(line)) {
			at++;
			continue;
		}
		const fenced = fence.exec(line);
		if (fenced !== null) {
			const body: string[] = [];
			for (at++; at < lines.length && !lines[at].trimStart().startsWith(fenced[1]); at++) body.push(lines[at]);
			at++;
			code(body);
			continue;
		}
		if (/^( {4}|\t)/.test(line)) {
			const body: string[] = [];
			for (; at < lines.length && (/^( {4}|\t)/.test(lines[at]) || isBlank(lines[at])); at++)
				body.push(lines[at].replace(/^( {4}|\t)/, ""));
			while (isBlank(body[body.length - 1])) body.pop();
			code(body);
			continue;
		}
		const heading = /^ {0,3}(#{1,6}) +(.*?)(?: +#+)? *$/.exec(line);
		if (heading !== null) {
			out.push(
				wrap(heading[1].length === 1 ? inline(heading[2]) : `${heading[1]} ${inline(heading[2])}`, indent, indent),
			);
			at++;
			continue;
		}
		if (/^ {0,3}([-*_])( *\1){2,} *$/.test(line)) {
			out.push(["─".repeat(20)]);
			at++;
			continue;
		}
		if (/^ {0,3}>/.test(line)) {
			const body: string[] = [];
			for (; at < lines.length && !isBlank(lines[at]); at++) body.push(lines[at].replace(/^ {0,3}> ?/, ""));
			out.push(wrap(inline(body.join("\n")), `${indent}  │ `, `${indent}  │ `));
			continue;
		}
		const found = table(lines, at);
		if (found !== undefined) {
			out.push(tableLines(found.rows, indent));
			at += found.count;
			continue;
		}
		if (bullet.test(line)) {
			at = list(lines, at, indent, out);
			continue;
		}
		const body: string[] = [];
		for (; at < lines.length && !isBlank(lines[at]) && !fence.test(lines[at]); at++) {
			if (body.length > 0 && (bullet.test(lines[at]) || /^ {0,3}(#{1,6} |>)/.test(lines[at]))) break;
			body.push(lines[at].replace(/^ +/, ""));
		}
		out.push(wrap(inline(body.join("\n")), indent, indent));
	}
	return out;
};

/** Takes a list that begins at a line; gives the line after it. Its items stand together where no line parts them. */
const list = (lines: readonly string[], from: number, indent: string, out: string[][]): number => {
	let at = from;
	let loose = false;
	const items: { readonly mark: string; readonly body: string[] }[] = [];
	const ordered = /^ *[0-9]/.test(lines[from]);
	while (at < lines.length) {
		const start = bullet.exec(lines[at]);
		if (start === null || /^ *[0-9]/.test(lines[at]) !== ordered) break;
		const inset = start[0].length;
		const body = [lines[at].slice(inset)];
		for (at++; at < lines.length; at++) {
			const line = lines[at];
			const deep = line.startsWith(" ".repeat(Math.min(inset, 2)));
			if (line.trim() === "") {
				const next = lines.slice(at).find((l) => l.trim() !== "");
				if (next === undefined || !(next.startsWith(" ".repeat(inset)) || bullet.test(next))) break;
				loose = true;
				body.push("");
			} else if (deep && !(bullet.test(line) && !line.startsWith(" ".repeat(inset)))) body.push(line.slice(inset));
			else if (bullet.test(line)) break;
			else body.push(line);
		}
		items.push({ mark: start[2], body });
	}
	const block: string[] = [];
	for (const { mark, body } of items) {
		const shown = ordered ? `${mark.replace(")", ".").padStart(3)} ` : "  · ";
		const parts = blocks(body, `${indent}    `);
		for (const [n, part] of parts.entries()) {
			const text = n === 0 ? [`${indent}${shown}${part[0].slice(indent.length + 4)}`, ...part.slice(1)] : part;
			if (!loose) text[text.length - 1] += text[text.length - 1].endsWith(" ") ? "" : " ";
			if (loose) out.push(text);
			else block.push(...text);
		}
	}
	if (!loose) out.push(block);
	return at;
};

/** Markdown laid out for reading where there are no colours: wrapped, its marks left out. Byte strings. */
export const renderMarkdown = (markdown: ByteString): ByteString =>
	toBytes(
		blocks(fromBytes(markdown).split("\n"), "")
			.map((block) => `${block.join("\n")}\n`)
			.join("\n"),
	);
