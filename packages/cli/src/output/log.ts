import { filterEscapes } from "@tsnix/eval/internal";
import { type ByteString, NixError, toBytes } from "@tsnix/store";
import type { CommonOptions } from "../args/common";
import type { Shell } from "../shell";

const red = "\x1b[31;1m";
const magenta = "\x1b[35;1m";
const normal = "\x1b[0m";

/** What is worth how much: a line is shown where its level is at most the verbosity. */
export const level = { error: 0, warning: 1, notice: 2, info: 3, talkative: 4, chatty: 5, debug: 6 } as const;

/** A command's messages, on standard error. */
export class Log {
	/** Coloured, and with a line that tells of what is going on. */
	readonly color: boolean;
	private status = "";
	private shown = false;
	private readonly timer: ReturnType<typeof setInterval> | undefined;

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
		if (this.color) {
			this.timer = setInterval(() => this.draw(), 500);
			this.timer.unref();
		}
	}

	/** Lines up to this level are shown. */
	get verbosity(): number {
		return this.options.verbosity;
	}

	/** Shows a line (or several), without its line end. */
	line(lvl: number, text: ByteString): void {
		if (lvl > this.options.verbosity) return;
		this.erase();
		this.shell.writeError(`${filterEscapes(text, this.color)}\n`);
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
	error(error: unknown, showTrace: boolean): void {
		this.line(level.error, errorText(error, this.color, showTrace));
	}

	/** An error that ends nothing; only what it says itself is shown. */
	ignored(error: NixError): void {
		const { message } = error;
		const text = /[^\x00-\xff]/.test(message) ? toBytes(message) : message;
		this.line(level.error, `${red}error (ignored):${normal} ${text}`);
	}

	/** What is going on at the moment; empty for nothing. Only seen on a terminal, and when it lasts. */
	progress(text: string): void {
		if (this.timer === undefined || text === this.status) return;
		this.status = text;
		if (this.shown) this.draw();
	}

	private draw(): void {
		this.erase();
		if (this.status === "") return;
		this.shell.writeError(`\r\x1b[K${toBytes(this.status.slice(0, 100))}`);
		this.shown = true;
	}

	private erase(): void {
		if (this.shown) this.shell.writeError("\r\x1b[K");
		this.shown = false;
	}

	/** Leaves the terminal as it was. */
	close(): void {
		this.status = "";
		this.erase();
		clearInterval(this.timer);
	}
}

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
	if (code === undefined || syscall === undefined || reasons[code] === undefined) return undefined;
	const shown =
		path === undefined ? "" : ` "${typeof path === "string" ? toBytes(path) : Buffer.from(path).toString("latin1")}"`;
	return `${doing[syscall] ?? syscall}${shown}: ${reasons[code]}`;
};
