import type { ByteString } from "@tsnix/store";

/** An element's attributes; they are written in the order of their names. */
export type XMLAttributes = Readonly<Record<string, ByteString>>;

const escapes: Readonly<Record<string, string>> = {
	'"': "&quot;",
	"<": "&lt;",
	">": "&gt;",
	"&": "&amp;",
	"\n": "&#xA;",
};

const writeAttributes = (attributes: XMLAttributes): ByteString =>
	Object.keys(attributes)
		.sort()
		.map((name) => ` ${name}="${attributes[name].replace(/["<>&\n]/g, (c) => escapes[c])}"`)
		.join("");

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
	private readonly parts: ByteString[] = ["<?xml version='1.0' encoding='utf-8'?>\n"];
	private readonly open: string[] = [];

	openElement(name: string, attributes: XMLAttributes = {}): void {
		this.line(`<${name}${writeAttributes(attributes)}>`);
		this.open.push(name);
	}

	closeElement(): void {
		const name = this.open.pop();
		if (name === undefined) throw new RangeError("no XML element is open");
		this.line(`</${name}>`);
	}

	writeEmptyElement(name: string, attributes: XMLAttributes = {}): void {
		this.line(`<${name}${writeAttributes(attributes)} />`);
	}

	/** An element around what `write` writes. */
	element(name: string, attributes: XMLAttributes, write: () => void): void {
		this.openElement(name, attributes);
		write();
		this.closeElement();
	}

	/** What has been written so far. */
	text(): ByteString {
		return this.parts.join("");
	}

	private line(text: string): void {
		this.parts.push("  ".repeat(this.open.length), text, "\n");
	}
}
