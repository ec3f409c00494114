import { openSync, writeSync } from "node:fs";
import {
	type ActivityLog,
	type ActivityMessage,
	type ByteString,
	type LogField,
	NixError,
	toBytes,
} from "@tsnix/store";
import type { CommonOptions } from "../args/common";
import type { Shell } from "../shell";
import { JsonLogger } from "./json-logger";
import { type LoggedError, type LoggedPosition, type Logger, type LogOutput, level } from "./logger";
import { ProgressBar } from "./progress-bar";
import { SimpleLogger } from "./simple-logger";

export { level } from "./logger";

const red = "\x1b[31;1m";
const magenta = "\x1b[35;1m";
const normal = "\x1b[0m";

/** The values of the option `--log-format`. */
export type LogFormat = "raw" | "raw-with-logs" | "internal-json" | "bar" | "bar-with-logs";

/** An activity that goes on, until it is stopped. */
export interface StartedActivity {
	readonly id: bigint;
	/** `kind` is a number of `activityResult`. */
	result(kind: number, fields: readonly LogField[]): void;
	stop(): void;
}

/** A command's messages and activities, on standard error in the format that was asked for. */
export class Log implements ActivityLog {
	/** Coloured, and with a line that tells of what is going on. */
	readonly color: boolean;
	private logger: Logger;
	/** Beside the logger: the setting `json-log-path`. */
	private file: Logger | undefined;
	private readonly output: LogOutput;
	private activities = 0n;

	constructor(
		private readonly shell: Shell,
		private readonly options: CommonOptions,
	) {
		const { env } = shell;
		this.color =
			shell.isTerminal.error &&
			(env.TERM ?? "dumb") !== "dumb" &&
			env.NO_COLOR === undefined &&
			env.NOCOLOR === undefined;
		this.output = {
			terminal: this.color,
			write: (bytes) => shell.writeError(bytes),
			verbosity: () => this.options.verbosity,
			columns: () => shell.columns?.() ?? 0,
		};
		this.logger = this.make("raw-with-logs");
	}

	private make(format: LogFormat): Logger {
		switch (format) {
			case "raw":
			case "raw-with-logs":
				return new SimpleLogger(this.output, format === "raw-with-logs", this.shell.env.IN_SYSTEMD === "1");
			case "internal-json":
				return new JsonLogger(this.output.write, "@nix ");
			case "bar":
			case "bar-with-logs":
				return new ProgressBar(this.output, () => performance.now(), format === "bar-with-logs");
		}
	}

	/** Tells of everything in another format from here on. */
	setFormat(format: string): void {
		if (!isLogFormat(format)) throw new NixError("LOG_FORMAT", `option 'log-format' has an invalid value '${format}'`);
		this.logger.close?.();
		this.logger = this.make(format);
	}

	/** Whether all that builders write is shown as it comes. */
	get showsLogs(): boolean {
		return this.logger.showsLogs;
	}

	/** Shows all that builders write, where the format can. */
	showLogs(): void {
		this.logger.showLogs?.();
	}

	/** Writes everything to a file, too, in the format `internal-json`. */
	alsoTo(path: string): void {
		const fd = openSync(Buffer.from(path, "latin1"), "a", 0o644);
		this.file = new JsonLogger((bytes) => void writeSync(fd, bytes, null, "latin1"), "");
	}

	private each(say: (logger: Logger) => void): void {
		say(this.logger);
		if (this.file === undefined) return;
		try {
			say(this.file);
		} catch {
			this.file = undefined;
			this.warn("disabling JSON logger due to write errors");
		}
	}

	/** Lines up to this level are shown. */
	get verbosity(): number {
		return this.options.verbosity;
	}

	/** Shows a line (or several), without its line end. */
	line(lvl: number, text: ByteString): void {
		if (lvl > this.options.verbosity) return;
		this.each((logger) => logger.line(lvl, text));
	}

	info(text: ByteString): void {
		this.line(level.info, text);
	}

	notice(text: ByteString): void {
		this.line(level.notice, text);
	}

	warn(text: ByteString, label = "warning:"): void {
		// The reference puts its label before the first line that there is, and no spaces at a line's end.
		const space = text.startsWith("\n") ? "" : " ";
		this.line(level.warning, text === "" ? "" : `${magenta}${label}${normal}${space}${text}`);
	}

	/** An error as the reference shows it. */
	error(error: unknown, showTrace = false): void {
		const logged = loggedError(error, showTrace);
		this.each((logger) => logger.error(logged));
	}

	/** An error that ends nothing; only what it says itself is shown. */
	ignored(error: NixError): void {
		const { message } = error;
		const text = /[^\x00-\xff]/.test(message) ? toBytes(message) : message;
		this.line(level.error, `${red}error (ignored):${normal} ${text}`);
	}

	nextId(): bigint {
		return (BigInt(process.pid) << 32n) + this.activities++;
	}

	tell(message: ActivityMessage): void {
		this.each((logger) => logger.tell(message));
	}

	/** Begins an activity. `kind` is a number of `activity`. */
	start(lvl: number, kind: number, text: ByteString, fields: readonly LogField[] = [], parent = 0n): StartedActivity {
		const id = this.nextId();
		this.tell({ type: "start", id, level: lvl, activity: kind, text, fields, parent });
		return {
			id,
			result: (result, told) => this.tell({ type: "result", id, result, fields: told }),
			stop: () => this.tell({ type: "stop", id }),
		};
	}

	/** An activity for as long as some work takes. */
	async during<T>(lvl: number, kind: number, text: ByteString, work: () => T | Promise<T>): Promise<T> {
		const started = this.start(lvl, kind, text);
		try {
			return await work();
		} finally {
			started.stop();
		}
	}

	/** Makes room on the terminal for something else, until it is done. */
	aside<T>(work: () => T): T {
		return this.logger.aside === undefined ? work() : this.logger.aside(work);
	}

	/** Leaves the terminal as it was. */
	close(): void {
		this.logger.close?.();
	}
}

const isLogFormat = (text: string): text is LogFormat =>
	["raw", "raw-with-logs", "internal-json", "bar", "bar-with-logs"].includes(text);

/** What loggers are told of an error. */
const loggedError = (error: unknown, showTrace: boolean): LoggedError => {
	const { positions } = error as { positions?: readonly LoggedPosition[] };
	const position = positions?.[0];
	return {
		text: (color) => errorText(error, color, showTrace),
		message: error instanceof NixError ? toBytesOnce(error.message) : (systemError(error) ?? String(error)),
		...(position === undefined ? {} : { position }),
	};
};

const toBytesOnce = (text: string): ByteString => (/[^\x00-\xff]/.test(text) ? toBytes(text) : text);

/** An error's text, as bytes. */
const errorText = (error: unknown, color: boolean, showTrace: boolean): ByteString => {
	if (error instanceof NixError) {
		if ("renderBytes" in error)
			return (error as NixError & { renderBytes: NixError["render"] }).renderBytes({ color, showTrace });
		const text = error.render({ color, showTrace });
		return error.name === "EvaluationError" || /[^\x00-\xff]/.test(text) || "rendered" in error ? toBytes(text) : text;
	}
	return `${red}error:${normal} ${systemError(error) ?? toBytes(error instanceof Error ? error.message : String(error))}`;
};

const reasons: Readonly<Record<string, string>> = {
	ENOENT: "No such file or directory",
	EACCES: "Permission denied",
	EEXIST: "File exists",
	ENOTDIR: "Not a directory",
	EISDIR: "Is a directory",
	EPERM: "Operation not permitted",
	EROFS: "Read-only file system",
	ENOSPC: "No space left on device",
	ELOOP: "Too many levels of symbolic links",
	ENAMETOOLONG: "File name too long",
	ENOTEMPTY: "Directory not empty",
};

const doing: Readonly<Record<string, string>> = {
	open: "opening file",
	lstat: "getting status of",
	stat: "getting status of",
	mkdir: "creating directory",
	symlink: "creating symlink",
	rename: "renaming",
	unlink: "deleting",
	scandir: "opening directory",
	readlink: "reading symbolic link",
};

/** What the operating system refused, worded as the reference words it. */
const systemError = (error: unknown): ByteString | undefined => {
	const { code, path, syscall } = error as { code?: string; path?: string | Uint8Array; syscall?: string };
	if (code === "EISDIR" && syscall === "read") return "read of 4096 bytes: Is a directory";
	if (code === undefined || syscall === undefined || reasons[code] === undefined) return undefined;
	const shown =
		path === undefined ? "" : ` "${typeof path === "string" ? toBytes(path) : Buffer.from(path).toString("latin1")}"`;
	return `${doing[syscall] ?? syscall}${shown}: ${reasons[code]}`;
};
