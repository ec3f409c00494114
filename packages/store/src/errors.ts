/** How errors are rendered. */
export interface RenderOptions {
	/** With escape sequences for a terminal. */
	readonly color?: boolean;
	/** The whole trace, instead of its outermost lines. */
	readonly showTrace?: boolean;
	/**
	 * `full`, unless told: as the reference prints it. `short`: one line for programs, see {@link shortError}; the other
	 * options are nothing to it.
	 */
	readonly form?: "full" | "short";
}

/**
 * An error in one line: `PLACE: error[CODE]: MESSAGE; hint: HINT`, without the parts that are not known. Line ends
 * within it are `\n` and `\r`, and backslashes are doubled, so that nothing is lost.
 *
 *     shortError({ code: "NIX_UNDEFINED_VARIABLE", message: "undefined variable 'x'", place: "/a.nix:2:8" })
 *     // /a.nix:2:8: error[NIX_UNDEFINED_VARIABLE]: undefined variable 'x'
 */
export const shortError = (error: {
	readonly code: string;
	readonly message: string;
	/** `file:line:column` */
	readonly place?: string | undefined;
	readonly hint?: string | undefined;
}): string => {
	const { code, message, place, hint } = error;
	const text = `${place === undefined ? "" : `${place}: `}error[${code}]: ${message}`;
	const escapes: Readonly<Record<string, string>> = { "\\": "\\\\", "\n": "\\n", "\r": "\\r" };
	return (hint === undefined ? text : `${text}; hint: ${hint}`).replace(/[\\\n\r]/g, (c) => escapes[c]);
};

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
		if (options.form === "short") return shortError(this);
		const label = options.color === true ? "\x1b[31;1merror:\x1b[0m" : "error:";
		return this.lines()
			.map((line, i) => `${i === 0 ? label : "      "} ${line}`.trimEnd())
			.join("\n");
	}

	/** What is told, without what led to it. */
	protected lines(): string[] {
		const body = this.hint === undefined ? this.message : `${this.message}\n${this.hint}`;
		return body.trimEnd().split("\n");
	}
}

/** An error with what was going on when it came up, the innermost first. */
export class TracedError extends NixError {
	readonly traces: readonly string[];

	constructor(error: NixError, traces: readonly string[]) {
		super(error.code, error.message, { cause: error, ...(error.hint === undefined ? {} : { hint: error.hint }) });
		this.exitStatus = error.exitStatus;
		this.traces = traces;
	}

	override render(options: RenderOptions = {}): string {
		if (options.form === "short") return shortError(this);
		const label = options.color === true ? "\x1b[31;1merror:\x1b[0m" : "error:";
		const outermostFirst = [...this.traces].reverse().map((trace) => `… ${trace}`);
		const message = `${label} ${this.lines().join("\n")}`;
		const paragraphs = [...outermostFirst, message].join("\n\n").split("\n");
		return [label, ...paragraphs.map((line) => (line.trim() === "" ? "" : `       ${line}`.trimEnd()))].join("\n");
	}
}

/**
 * What `work` gives; a NixError that it throws says what was going on, too.
 *
 *     traced("while checking derivation '…'", () => check(drv))
 */
export const traced = <T>(trace: string, work: () => T): T => {
	try {
		return work();
	} catch (error) {
		if (error instanceof TracedError) throw new TracedError(error, [...error.traces, trace]);
		throw error instanceof NixError ? new TracedError(error, [trace]) : error;
	}
};

/** Input in one of the store's formats that is not well-formed. */
export class FormatError extends NixError {}

/** A store that cannot do what it was asked. */
export class StoreError extends NixError {}

/** A build that failed. */
export class BuildError extends NixError {}
