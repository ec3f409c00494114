/**
 * Prepares bytes for a terminal or a log, as the reference does with all that it logs: escape sequences other than
 * colours are taken out (colours too unless `colors`), tabs become spaces, carriage returns and bells go. What does not
 * fit into `columns` columns is left out.
 */
export const filterEscapes = (bytes: string, colors = false, columns = Number.POSITIVE_INFINITY): string => {
	if (columns === Number.POSITIVE_INFINITY && !/[\x07\t\r\x1b]/.test(bytes)) return bytes;
	let out = "";
	let width = 0;
	let i = 0;
	while (i < bytes.length) {
		const c = bytes.charCodeAt(i);
		if (c === 0x1b) {
			escape.lastIndex = i;
			const sequence = escape.exec(bytes)![0];
			i += sequence.length;
			if (colors && sequence[1] === "[" && sequence.endsWith("m")) out += sequence;
		} else if (c === 0x09) {
			do {
				if (++width > columns) return out;
				out += " ";
			} while (width % 8 !== 0);
			i++;
		} else if (c === 0x0d || c === 0x07) i++;
		else {
			const [wide, length] = character(bytes, i);
			width += wide;
			if (width > columns) break;
			out += bytes.slice(i, i + length);
			i += length;
		}
	}
	return out;
};

const escape = /\x1b(?:\[[0-?]*[ -/]*[@-~]?|\][^\x1b\x07]*(?:\x1b\\?|\x07)?|[@-_])?/y;

/** The columns and the bytes of the character that begins at `at`. */
const character = (bytes: string, at: number): readonly [columns: number, length: number] => {
	const c = bytes.charCodeAt(at);
	if (c < 0x80) return [c < 0x20 || c === 0x7f ? 0 : 1, 1];
	const length = c >> 5 === 6 ? 2 : c >> 4 === 14 ? 3 : c >> 3 === 30 ? 4 : 1;
	if (length === 1) return [1, 1];
	let code = c & (0x7f >> length);
	for (let i = 1; i < length; i++) {
		const d = bytes.charCodeAt(at + i);
		if (Number.isNaN(d) || (d & 0xc0) !== 0x80) return [i, i];
		code = (code << 6) | (d & 0x3f);
	}
	const char = code > 0x10ffff ? "" : String.fromCodePoint(code);
	if (/^[\p{Mn}\p{Me}\p{Cf}\p{Cc}\p{Cs}\p{Cn}]/u.test(char)) return [0, length];
	return [wide.test(char) ? 2 : 1, length];
};

/** Scripts and symbols that take two columns. */
const wide =
	/[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\p{Emoji_Presentation}\u{20000}-\u{3fffd}]/u;
