import { type ByteString, bytesToString } from "../byte-string";
import { type BadMessage, type BuilderMessage, parseBuilderMessage } from "./builder-message";

/** Takes a builder's output apart into lines as a terminal would show them, and keeps the last of them. */
export class BuildLog {
	/** The last lines, oldest first. */
	readonly tail: ByteString[] = [];
	/** How many bytes came in so far. */
	size = 0;
	readonly #maxTailLines: number;
	readonly #onLine: (line: ByteString) => void;
	readonly #onMessage: (message: BuilderMessage | BadMessage) => void;
	#line = "";
	#column = 0;

	/**
	 * @param onLine hears of each line that is part of the log
	 * @param onMessage hears of what the builder says to the program that shows the build, well-formed or not
	 */
	constructor(
		maxTailLines: number,
		onLine: (line: ByteString) => void,
		onMessage: (message: BuilderMessage | BadMessage) => void = () => {},
	) {
		this.#maxTailLines = maxTailLines;
		this.#onLine = onLine;
		this.#onMessage = onMessage;
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
		const message = parseBuilderMessage(line);
		if (message !== undefined) this.#onMessage(message);
		if (message === undefined || "severity" in message) {
			this.tail.push(line);
			if (this.tail.length > this.#maxTailLines) this.tail.shift();
			this.#onLine(line);
		}
	}
}
