import { activity, activityResult, type LogMessage } from "@tsnix/store";
import { type Log, level } from "./log";

/** Shows what a daemon tells as if it happened here. */
export class RemoteLog {
	/** What runs is called, by the daemon's number for it. */
	private readonly names = new Map<bigint, string>();

	/** `lines`: how lines of builders are shown: as they are, with the derivation's name before them, or not. */
	constructor(
		private readonly log: Log,
		private readonly lines: () => "raw" | "named" | "none",
	) {}

	tell(message: LogMessage): void {
		const { log } = this;
		switch (message.type) {
			case "line":
				log.line(level.error, message.text);
				break;
			case "start":
				if (message.activity === activity.build && typeof message.fields[0] === "string")
					this.names.set(message.id, nameOf(message.fields[0]));
				if (message.text !== "") log.line(message.level, `${message.text}...`);
				if (message.activity === activity.build) this.progress();
				break;
			case "stop":
				if (this.names.delete(message.id)) this.progress();
				break;
			case "result": {
				const [line] = message.fields;
				const isLine =
					message.result === activityResult.buildLogLine || message.result === activityResult.postBuildLogLine;
				if (!isLine || typeof line !== "string") break;
				const name = this.names.get(message.id) ?? "unnamed";
				const shown = this.lines();
				if (shown !== "none") log.line(level.error, shown === "raw" ? line : `${name}> ${line}`);
				else log.progress(`building ${name}: ${line}`);
			}
		}
	}

	private progress(): void {
		this.log.progress(this.names.size === 0 ? "" : `building ${[...this.names.values()].join(", ")}`);
	}
}

/** `hello-1.0` of `/nix/store/…-hello-1.0.drv`. */
const nameOf = (drvPath: string): string => drvPath.replace(/^.*\/[0-9a-z]{32}-/, "").replace(/\.drv$/, "");
