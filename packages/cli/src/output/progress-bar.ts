import { filterEscapes } from "@tsnix/eval/internal";
import { activity, type ActivityMessage, activityResult, type ByteString } from "@tsnix/store";
import { type LoggedError, type Logger, type LogOutput, level } from "./logger";
import { ProgressState } from "./progress-state";

/** Milliseconds that a drawn line is left as it is at least. */
const shortest = 50;
const normal = "\x1b[0m";
const clear = "\r\x1b[K";

/**
 * The log formats `bar` and `bar-with-logs`: lines as they come, and on a terminal below them one that tells of what is
 * going on.
 */
export class ProgressBar implements Logger {
	private readonly state: ProgressState;
	private readonly active: boolean;
	private closed = false;
	private paused = 0;
	private drawn = "";
	private timer: ReturnType<typeof setTimeout> | undefined;
	private lastDraw = Number.NEGATIVE_INFINITY;

	constructor(
		private readonly output: LogOutput,
		/** Milliseconds, from any beginning. */
		private readonly now: () => number,
		public showsLogs: boolean,
	) {
		this.state = new ProgressState(now);
		this.active = output.terminal;
	}

	showLogs(): void {
		this.showsLogs = true;
	}

	line(_level: number, text: ByteString): void {
		const line = filterEscapes(text, this.output.terminal);
		if (!this.drawing) return this.output.write(`${line}\n`);
		this.output.write(`${clear}${line}${normal}\n`);
		this.drawn = "";
		this.draw();
	}

	error(error: LoggedError): void {
		this.line(level.error, error.text(this.output.terminal));
	}

	tell(message: ActivityMessage): void {
		if (message.type === "start" && message.activity !== activity.buildWaiting)
			if (message.level <= this.output.verbosity() && message.text !== "")
				this.line(message.level, `${message.text}...`);
		if (message.type === "result" && this.showsLogs && isLogLine(message.result)) {
			const name = this.state.nameOf(message.id) ?? "unnamed";
			const after = message.result === activityResult.postBuildLogLine ? " (post)> " : "> ";
			this.line(level.info, `\x1b[2m${name}${after}${normal}${String(message.fields[0]).trimEnd()}`);
			return;
		}
		this.state.tell(message);
		this.schedule(0);
	}

	aside<T>(work: () => T): T {
		if (this.drawing) this.output.write(clear);
		this.paused++;
		try {
			return work();
		} finally {
			this.paused--;
			this.drawn = "";
			this.schedule(0);
		}
	}

	close(): void {
		if (this.drawing) this.output.write(clear);
		this.closed = true;
		clearTimeout(this.timer);
	}

	private get drawing(): boolean {
		return this.active && !this.closed && this.paused === 0;
	}

	/** Draws after so many milliseconds, or when a line may be drawn again. */
	private schedule(after: number): void {
		if (!this.drawing) return;
		if (this.timer !== undefined) return;
		const wait = Math.max(after, this.lastDraw + shortest - this.now(), 0);
		this.timer = setTimeout(() => {
			this.timer = undefined;
			this.draw();
		}, wait);
		this.timer.unref();
	}

	private draw(): void {
		if (!this.drawing) return;
		this.lastDraw = this.now();
		const { line, again } = this.state.line();
		const columns = this.output.columns();
		const drawn = `\r${filterEscapes(line, true, columns > 0 ? columns : Number.POSITIVE_INFINITY)}${normal}\x1b[K`;
		if (drawn !== this.drawn) this.output.write(drawn);
		this.drawn = drawn;
		if (again !== undefined) this.schedule(again);
	}
}

const isLogLine = (result: number): boolean =>
	result === activityResult.buildLogLine || result === activityResult.postBuildLogLine;
