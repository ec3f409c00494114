import { FormatError, NixError, type RenderOptions } from "../errors";

const escapes = /\x1b\[[0-9;]*m/g;

/** Bytes of a daemon or serve protocol that are not what the protocol says. `position` is where, from the beginning. */
export class ProtocolError extends FormatError {
	/** Bytes that had been read when it was found; undefined for what is said before anything was read. */
	readonly position: number | undefined;

	constructor(message: string, position?: number) {
		super("PROTOCOL", message);
		this.position = position;
	}
}

/** The other side went away in the middle of something. */
export class EndOfConnectionError extends NixError {
	readonly position: number;

	constructor(message: string, position: number) {
		super("CONNECTION_ENDED", message);
		this.position = position;
	}
}

/** An error that the other side reported, with its traces, outermost last. */
export class RemoteError extends NixError {
	/** How grave: 0 for errors. */
	readonly level: number;
	readonly traces: readonly string[];
	/** The message with its escape sequences for a terminal. */
	readonly coloured: string;

	constructor(
		message: string,
		options: { readonly level?: number; readonly traces?: readonly string[]; readonly status?: number } = {},
	) {
		super("REMOTE", message.replace(escapes, ""));
		this.coloured = message;
		this.level = options.level ?? 0;
		this.traces = options.traces ?? [];
		if (options.status !== undefined) this.exitStatus = options.status;
	}
	override render(options: RenderOptions = {}): string {
		if (options.color !== true || this.coloured === this.message) return super.render(options);
		return new NixError(this.code, this.coloured).render(options);
	}
}
