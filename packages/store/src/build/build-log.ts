import { type ByteString, bytesToString } from "../byte-string";

/** Takes a builder's output apart into lines as a terminal would show them, and keeps the last of them. */
export class BuildLog {
	/** The last lines, oldest first. */
	readonly tail: ByteString[] = [];
	/** How many bytes came in so far. */
	size = 0;
	readonly #maxTailLines: number;
	readonly #onLine: (line: ByteString) => void;
	#line = "";
	#column = 0;

	constructor(maxTailLines: number, onLine: (line: ByteString) => void) {
		this.#maxTailLines = maxTailLines;
		this.#onLine = onLine;
	}

	/** The next piece of output. A carriage return goes back to the start of the line. */
	write(chunk: Uint8Array): void {
		this.size += chunk.length;
		for (const piece of bytesToString(chunk).split(/([\r\n])/)) {
			if (piece === "\n") this.#end();
			else if (piece === "\r") this.#column = 0;
			else if (piece !== "") {
				this.#line = this.#line.slice(0, this.#column) + piece + this.#line.slice(this.#column + piece.length);
				this.#column += piece.length;
			}
		}
	}

	/** Ends the line that has no newline, if there is one. */
	flush(): void {
		if (this.#line !== "") this.#end();
	}

	#end(): void {
		const line = this.#line.slice(0, this.#column);
		this.#line = "";
		this.#column = 0;
		if (!isStructuredMessage(line)) {
			this.tail.push(line);
			if (this.tail.length > this.#maxTailLines) this.tail.shift();
		}
		this.#onLine(line);
	}
}

/** Lines by which builders report activities (`@nix {…}`) are not part of what people read. */
export const isStructuredMessage = (line: ByteString): boolean => {
	if (!line.startsWith("@nix ")) return false;
	try {
		const message: unknown = JSON.parse(line.slice(5));
		return typeof message === "object" && message !== null && "action" in message;
	} catch {
		return false;
	}
};
