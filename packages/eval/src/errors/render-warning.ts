import type { PosTable } from "./positions";
import { renderWarningBytes } from "./render";
import { showPosition } from "./show-position";

/**
 * A warning of the parser, with its place, as {@link LogEntry} texts are. `base` is the position of the source's first
 * byte. `%at%` in the message stands for the place; a message without it is followed by the place and an excerpt.
 */
export const renderWarning = (
	positions: PosTable,
	base: number,
	warning: { readonly message: string; readonly pos: number },
): string => {
	const at = positions.resolve(base + warning.pos);
	return warning.message.includes("%at%")
		? warning.message.replace("%at%", () => showPosition(at))
		: renderWarningBytes(warning.message, at);
};
