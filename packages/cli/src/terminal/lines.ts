import type { ByteString } from "@tsnix/store";

/** Lines that a program asks for one by one. */
export interface Lines {
	/** The next line, without its end, after a prompt; null at the end; "\x03" where the user breaks off. */
	next(prompt: string): Promise<ByteString | null>;
	/** Leaves the terminal to another program meanwhile. */
	pause(): void;
	resume(): void;
	close(): void;
}

/** What lines are read with. */
export interface LinesOptions {
	/** What a line may go on with: whole lines. */
	readonly complete: (line: ByteString) => Promise<readonly ByteString[]>;
	/** Earlier lines, the oldest first. */
	readonly history: readonly ByteString[];
	/** Told of the lines at the end. */
	readonly onClose: (history: readonly ByteString[]) => void;
}
