import { FormatError, NixError } from "@tsnix/store";
import {
	AttrsBuilder,
	ContextGatherer,
	coerceToPath,
	type Evaluator,
	type Lazy,
	NixPath,
	selectAlongPath,
	showNixPath,
} from "./evaluation";

/** Where a package is written. */
export interface PlainPosition {
	/** The file's place on the host; undefined where it has none. */
	readonly file: string | undefined;
	/** The file as messages show it. */
	readonly shown: string;
	/** From 1. */
	readonly line: number;
}

/**
 * Where a package says that it is written: its `meta.position`. `what` names it; `keep` sees to it that a file of a
 * fetched tree has a place.
 */
export const packagePosition = (
	st: Evaluator,
	value: Lazy,
	what: string,
	keep: (file: string) => void,
): PlainPosition => {
	let position: Lazy;
	try {
		position = selectAlongPath(st, "meta.position", new AttrsBuilder().finish(), value).value;
	} catch (error) {
		if (!(error instanceof NixError)) throw error;
		throw new NixError("NO_POSITION", `cannot find position information for '${what}`);
	}
	const doing = "while evaluating the 'meta.position' attribute of a derivation";
	const path = coerceToPath(st, position, new ContextGatherer(), doing, 0);
	const match = /^(.*):([0-9]+)$/s.exec(path.path);
	if (match === null || Number(match[2]) > 0xffffffff)
		throw new FormatError("BAD_POSITION", `cannot parse 'meta.position' attribute '${path.path}'`);
	const file = new NixPath(match[1] === "" ? "/" : match[1], path.accessor);
	const { root } = st.host;
	if (file.accessor.id === "root") keep(file.path);
	return {
		file: file.accessor.id === "root" ? (root.physicalPath?.(file.path) ?? file.path) : undefined,
		shown: showNixPath(file),
		line: Number(match[2]),
	};
};
