const keywords = new Set(["if", "then", "else", "assert", "with", "let", "in", "rec", "inherit"]);

/** Whether a name is a keyword, which needs quotes where a name is printed. `or` is none. */
export const isKeyword = (name: string): boolean => keywords.has(name);

/** A string literal that means `text`. */
export const printStringLiteral = (text: string): string => {
	let out = '"';
	let from = 0;
	for (let i = 0; i < text.length; i++) {
		let escaped: string;
		switch (text.charCodeAt(i)) {
			case 0x22:
				escaped = '\\"';
				break;
			case 0x5c:
				escaped = "\\\\";
				break;
			case 0x0a:
				escaped = "\\n";
				break;
			case 0x0d:
				escaped = "\\r";
				break;
			case 0x09:
				escaped = "\\t";
				break;
			case 0x24:
				if (text.charCodeAt(i + 1) !== 0x7b) continue;
				escaped = "\\$";
				break;
			default:
				continue;
		}
		out += text.slice(from, i) + escaped;
		from = i + 1;
	}
	return `${out}${text.slice(from)}"`;
};

/** A name as it is written in an expression: bare where it can be, else quoted. */
export const printIdentifier = (name: string): string => {
	if (name === "") return '""';
	if (isKeyword(name)) return `"${name}"`;
	return /^[a-zA-Z_][a-zA-Z0-9_'-]*$/.test(name) ? name : printStringLiteral(name);
};
