import type { ByteString } from "@tsnix/store";
import type { ProgramToRun } from "./execute/program-to-run";
import type { Lines, LinesOptions } from "./terminal/lines";

/** What a command has of the process that it runs in. Texts are byte strings, as everywhere. */
export interface Shell {
	/** The name that the command was called by. */
	readonly programName: string;
	readonly args: readonly ByteString[];
	readonly env: Readonly<Record<string, ByteString>>;
	readonly workingDirectory: ByteString;
	/** `x86_64-linux` */
	readonly system: string;
	readonly writeOut: (bytes: ByteString | Uint8Array) => void;
	readonly writeError: (bytes: ByteString) => void;
	/** All that standard input still has. */
	readonly readInput: () => Uint8Array;
	/** The same piece by piece; a piece is the taker's. */
	readonly inputPieces: () => Iterable<Uint8Array>;
	/** Has another program take this one's place; gives its status where the two have to go on side by side. */
	readonly execute: (run: ProgramToRun) => Promise<number>;
	/** Lines of standard input, asked for one by one. */
	readonly openLines: (options: LinesOptions) => Lines;
	/** Columns of the terminal that errors go to. */
	readonly columns?: () => number | undefined;
	readonly isTerminal: { readonly input: boolean; readonly output: boolean; readonly error: boolean };
	/** Aborted when the user wants no more. */
	readonly signal: AbortSignal;
}

/** Ends a command with a status and no message. */
export class Exit extends Error {
	constructor(readonly status: number) {
		super(`exit ${status}`);
	}
}
