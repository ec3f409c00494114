import type { LogMessage } from "@tsnix/store";
import { type Log, level } from "./log";

/** Shows what a daemon tells as if it happened here. */
export const tellRemote = (log: Log, message: LogMessage): void => {
	if (message.type === "line") log.line(level.error, message.text);
	else log.tell(message);
};
