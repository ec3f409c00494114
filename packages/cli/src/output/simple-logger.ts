import { filterEscapes } from "@tsnix/eval/internal";
import { activityResult, type ActivityMessage, type ByteString } from "@tsnix/store";
import type { LoggedError, Logger, LogOutput } from "./logger";

/** The log formats `raw` and `raw-with-logs`: a line for each thing. */
export class SimpleLogger implements Logger {
	constructor(
		private readonly output: LogOutput,
		readonly showsLogs: boolean,
		/** With the levels that systemd's journal takes. */
		private readonly systemd: boolean,
	) {}

	line(level: number, text: ByteString): void {
		const prefix = this.systemd ? `<${priorities[level] ?? 7}>` : "";
		this.output.write(`${prefix}${filterEscapes(text, this.output.terminal)}\n`);
	}

	error(error: LoggedError): void {
		this.line(0, error.text(this.output.terminal));
	}

	tell(message: ActivityMessage): void {
		if (message.type === "start") {
			if (message.level <= this.output.verbosity() && message.text !== "")
				this.line(message.level, `${message.text}...`);
		} else if (message.type === "result" && this.showsLogs) {
			const line = String(message.fields[0]);
			if (message.result === activityResult.buildLogLine) this.line(0, line);
			else if (message.result === activityResult.postBuildLogLine) this.line(0, `post-build-hook: ${line}`);
		}
	}
}

/** The journal's priority of each level. */
const priorities: Readonly<Record<number, number>> = { 0: 3, 1: 4, 2: 5, 3: 5, 4: 6, 5: 6, 6: 7, 7: 7 };
