import type { ByteString } from "@tsnix/store";

/** What becomes of a built derivation: its outputs, in the order of their names, and the links made to them. */
export interface ReplBuild {
	readonly output: string;
	readonly path: string;
	/** The name of the link, where one was asked for and could be made. */
	readonly link?: string;
}

/** What a REPL asks of whom it talks to. All of it blocks until it is done; texts are byte strings. */
export interface ReplHost {
	/** Writes to standard output. */
	out(text: ByteString): void;
	/** A line of less importance than a warning, on standard error. */
	notice(text: ByteString): void;
	/** A line of importance, on standard error. Colours that a terminal cannot show are left out. */
	error(text: ByteString): void;
	/** The next line, without its end, after a prompt; null at the end of the input. */
	readLine(prompt: string): ByteString | null;
	/** Builds all outputs of a derivation. With `link`, makes links to them in the working directory. */
	build(drvPath: string, link: boolean): readonly ReplBuild[];
	/** Shows the log of a derivation's build. */
	log(drvPath: string): void;
	/** Shows a text that may be long. */
	page(text: ByteString): void;
	/** Runs another of Nix's programs, at the terminal. */
	run(program: string, args: readonly ByteString[]): void;
	/** Opens a file in the user's editor; line 0 for none in particular. */
	edit(path: ByteString, line: number): void;
}
