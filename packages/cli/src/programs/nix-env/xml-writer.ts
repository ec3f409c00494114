import { writeAttributes, type XMLAttributes } from "@tsnix/eval/internal";

/** Writes an XML document as it goes, each element on a line, indented by its depth. */
export class XmlWriter {
	private readonly opened: string[] = [];

	constructor(private readonly write: (text: string) => void) {
		write("<?xml version='1.0' encoding='utf-8'?>\n");
	}

	open(name: string, attrs: XMLAttributes): void {
		this.line(`<${name}${writeAttributes(attrs)}>`);
		this.opened.push(name);
	}

	empty(name: string, attrs: XMLAttributes): void {
		this.line(`<${name}${writeAttributes(attrs)} />`);
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
