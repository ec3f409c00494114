import type { ByteString } from "@tsnix/store";

/** What a program sees of the kernel. Address spaces are laid out the same each time. */
export interface Personality {
	/** As a machine of 32 bits. */
	readonly bits32: boolean;
	/** As Linux 2.6: the setting `impersonate-linux-26`. */
	readonly linux26: boolean;
}

/** A program that takes this one's place. Texts are byte strings. */
export interface ProgramToRun {
	/** Its path; with `lookup` a name without a slash is looked for in the `PATH` that it gets. */
	readonly program: ByteString;
	/** What it sees as its arguments, its own name first. */
	readonly argv: readonly ByteString[];
	/** All of its environment. */
	readonly env: Readonly<Record<string, ByteString>>;
	readonly lookup?: boolean;
	/** Where it runs, where that is not the command's own folder. */
	readonly cwd?: ByteString;
	/** How Linux presents itself to it: as it does to builders for a system. */
	readonly personality?: Personality;
	/** What the message says where it cannot be run: `unable to execute 'PROGRAM'` unless told. */
	readonly failure?: ByteString;
}

/** Ends a command, when all that it holds is let go of, by having another program take its place. */
export class ReplaceProcess extends Error {
	constructor(readonly run: ProgramToRun) {
		super(`run ${run.program}`);
	}
}
