import { showPath } from "../runtime/source-path";
import type { PathRoot } from "../runtime/values";
import type { Position } from "./errors";
import type { Origin } from "./positions";

/** Where a source came from, as messages show it: a byte string, as messages are. */
export const showOrigin = (origin: Origin): string => {
	switch (origin.kind) {
		case "file":
			return origin.accessor === undefined ? origin.path : showPath(origin.accessor as PathRoot, origin.path);
		case "string":
			return "\xc2\xabstring\xc2\xbb";
		case "stdin":
			return "\xc2\xabstdin\xc2\xbb";
	}
};

/** `file:line:column`. */
export const showPosition = (at: Position | undefined): string =>
	at === undefined ? "\xc2\xabnone\xc2\xbb:0" : `${showOrigin(at.origin)}:${at.line}:${at.column}`;
