import type { ByteString } from "@tsnix/store";

/** A text without the indentation that all its lines share. Every line ends in a line end. */
export const stripIndentation = (text: ByteString): ByteString => {
	let least = 10000;
	for (const line of text.split("\n")) {
		const indent = line.length - line.trimStart().length;
		const spaces = /^ */.exec(line)?.[0].length ?? 0;
		if (indent < line.length || spaces < line.length) least = Math.min(least, spaces);
	}
	const lines = (text.endsWith("\n") ? text.slice(0, -1) : text).split("\n");
	return text === "" ? "" : lines.map((line) => `${line.length > least ? line.slice(least) : ""}\n`).join("");
};

/** What a doc comment says: without its marks and its indentation. */
export const docCommentText = (comment: ByteString): ByteString => {
	const inner = comment.slice(3, -2);
	return inner === "" ? "" : stripIndentation(`   ${inner}`);
};
