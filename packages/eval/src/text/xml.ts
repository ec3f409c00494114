import { type ByteString, NixError } from "@tsnix/store";

/** The length that V8 allows a string. */
const longest = 2 ** 29 - 24;

/** An element's attributes; they are written in the order of their names. */
export type XMLAttributes = Readonly<Record<string, ByteString>>;

const escapes: Readonly<Record<string, string>> = {
	'"': "&quot;",
	"<": "&lt;",
	">": "&gt;",
	"&": "&amp;",
	"\n": "&#xA;",
};

const special = /["<>&\n]/;

const writeAttribute = (name: string, value: ByteString): ByteString =>
	` ${name}="${special.test(value) ? value.replace(/["<>&\n]/g, (c) => escapes[c]) : value}"`;

/** Attributes as they stand in an element, a space before each. */
export const writeAttributes = (attributes: XMLAttributes): ByteString => {
	const names = Object.keys(attributes);
	// Insertion: there are four at most, and the built-in sort allocates.
	for (let i = 1; i < names.length; i++) {
		const name = names[i];
		let j = i;
		for (; j > 0 && name < names[j - 1]; j--) names[j] = names[j - 1];
		names[j] = name;
	}
	let out = "";
	for (const name of names) out += writeAttribute(name, attributes[name]);
	return out;
};

/**
 * Writes an XML document, one element a line, indented by two spaces.
 *
 *     const doc = new XMLWriter();
 *     doc.openElement("expr");
 *     doc.writeEmptyElement("int", { value: "1" });
 *     doc.closeElement();
 *     doc.text()   // <?xml version='1.0' encoding='utf-8'?> …
 */
export class XMLWriter {
	/** Undefined once it would be longer than a string can be. */
	private out: ByteString | undefined = "<?xml version='1.0' encoding='utf-8'?>\n";
	private readonly open: string[] = [];
	private indent = "";

	openElement(name: string, attributes: XMLAttributes = {}): void {
		this.line(`<${name}${writeAttributes(attributes)}>`);
		this.open.push(name);
		this.indent += "  ";
	}

	closeElement(): void {
		const name = this.open.pop();
		if (name === undefined) throw new RangeError("no XML element is open");
		this.indent = this.indent.slice(2);
		this.line(`</${name}>`);
	}

	writeEmptyElement(name: string, attributes: XMLAttributes = {}): void {
		this.line(`<${name}${writeAttributes(attributes)} />`);
	}

	/** An element around what `write` writes, closed even if that fails. */
	element(name: string, attributes: XMLAttributes, write: () => void): void {
		this.openElement(name, attributes);
		try {
			write();
		} finally {
			this.closeElement();
		}
	}

	/** What has been written so far; undefined if that is more than a string can hold. */
	written(): ByteString | undefined {
		return this.out;
	}

	/**
	 * What has been written.
	 *
	 * @throws {NixError} `NIX_OUT_OF_MEMORY` if that is more than a string can hold
	 */
	text(): ByteString {
		if (this.out === undefined)
			throw new NixError("NIX_OUT_OF_MEMORY", `out of memory (an XML document of more than ${longest} bytes)`);
		return this.out;
	}

	/** Goes on after the text has grown too long, since an error may follow, which then is the one to tell of. */
	private line(text: string): void {
		if (this.out === undefined) return;
		if (this.out.length + this.indent.length + text.length >= longest) this.out = undefined;
		else this.out += `${this.indent}${text}\n`;
	}
}
