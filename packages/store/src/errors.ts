/** How errors are rendered. */
export interface RenderOptions {
	/** With escape sequences for a terminal. */
	readonly color?: boolean;
	/** The whole trace, instead of its outermost lines. */
	readonly showTrace?: boolean;
}

/**
 * What every error that TSNix throws on purpose extends. `code` is stable and meant for programs; `message` is
 * worded as the reference words it, without the leading `error: `.
 */
export class NixError extends Error {
	/** Stable, in capitals: what happened, for programs. */
	readonly code: string;
	/** What might help, where something is known: "did you mean …?". */
	hint?: string;
	/** The exit status that the command line ends with. */
	exitStatus = 1;

	constructor(code: string, message: string, options?: { cause?: unknown; hint?: string }) {
		super(message, options?.cause === undefined ? undefined : { cause: options.cause });
		this.name = new.target.name;
		this.code = code;
		if (options?.hint !== undefined) this.hint = options.hint;
	}

	/** The error as the reference prints it, without a line end. Errors of an evaluation add positions and traces. */
	render(options: RenderOptions = {}): string {
		const label = options.color === true ? "\x1b[31;1merror:\x1b[0m" : "error:";
		const body = this.hint === undefined ? this.message : `${this.message}\n${this.hint}`;
		return body
			.trimEnd()
			.split("\n")
			.map((line, i) => `${i === 0 ? label : "      "} ${line}`.trimEnd())
			.join("\n");
	}
}

/** Input in one of the store's formats that is not well-formed. */
export class FormatError extends NixError {}

/** A store that cannot do what it was asked. */
export class StoreError extends NixError {}

/** A build that failed. */
export class BuildError extends NixError {}
