import type { ActivityMessage, ByteString } from "@tsnix/store";

/** What is worth how much: a line is shown where its level is at most the verbosity. */
export const level = {
	error: 0,
	warning: 1,
	notice: 2,
	info: 3,
	talkative: 4,
	chatty: 5,
	debug: 6,
	vomit: 7,
} as const;

/** What is known of an error that is told, as bytes. */
export interface LoggedError {
	/** As people see it, with and without colours. */
	readonly text: (color: boolean) => ByteString;
	readonly message: ByteString;
	readonly position?: LoggedPosition;
	/** The outermost first; only where the whole trace is wanted. */
	readonly trace?: readonly { readonly message: ByteString; readonly position?: LoggedPosition }[];
}

export interface LoggedPosition {
	readonly file: ByteString;
	readonly line: number;
	readonly column: number;
}

/**
 * One way to tell of what happens (`--log-format`): messages, errors, and activities, which begin and end, lie in one
 * another, and tell how they go. Whoever calls `line` has compared the level with the verbosity.
 */
export interface Logger {
	/** Whether all that builders write is shown as it comes. */
	readonly showsLogs: boolean;
	/** The option `--print-build-logs`, for loggers that can do both. */
	showLogs?(): void;
	line(level: number, text: ByteString): void;
	error(error: LoggedError): void;
	tell(message: ActivityMessage): void;
	/** Makes room on the terminal for something else, until it is done. */
	aside?<T>(work: () => T): T;
	/** Nothing more is drawn. */
	close?(): void;
}

/** What loggers write to. */
export interface LogOutput {
	/** Whether it is a terminal that takes colours. */
	readonly terminal: boolean;
	readonly write: (bytes: ByteString) => void;
	/** The highest level that is shown. */
	readonly verbosity: () => number;
	/** Columns of the terminal. */
	readonly columns: () => number;
}
