/** Writes an XML document as it goes, each element on a line, indented by its depth. */
export class XmlWriter {
	private readonly opened: string[] = [];

	constructor(private readonly write: (text: string) => void) {
		write("<?xml version='1.0' encoding='utf-8'?>\n");
	}

	open(name: string, attrs: Readonly<Record<string, string>>): void {
		this.line(`<${name}${attributes(attrs)}>`);
		this.opened.push(name);
	}

	empty(name: string, attrs: Readonly<Record<string, string>>): void {
		this.line(`<${name}${attributes(attrs)} />`);
	}

	/** Closes the innermost element that is open. */
	close(): void {
		const name = this.opened.pop();
		this.line(`</${name}>`);
	}

	private line(text: string): void {
		this.write(`${"  ".repeat(this.opened.length)}${text}\n`);
	}
}

const escapes: Readonly<Record<string, string>> = {
	'"': "&quot;",
	"<": "&lt;",
	">": "&gt;",
	"&": "&amp;",
	"\n": "&#xA;",
};

/** Attributes in the order of their names. */
const attributes = (attrs: Readonly<Record<string, string>>): string =>
	Object.keys(attrs)
		.sort()
		.map((name) => ` ${name}="${attrs[name].replace(/["<>&\n]/g, (c) => escapes[c])}"`)
		.join("");
