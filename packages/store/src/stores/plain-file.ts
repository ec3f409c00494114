import { fileNotFound, showPath, wrongKind } from "../accessors/access";
import type { SourceAccessor } from "../source-accessor";

/** One regular file of a tree as a tree of its own, without its run bit: what flat ingestion keeps of it. */
export const plainFile = (source: SourceAccessor, path: string): SourceAccessor => {
	const only = (asked: string): string => {
		if (asked !== "/") throw fileNotFound(showPath(source, path) + asked);
		return path;
	};
	return {
		lstat: (asked) => {
			const stat = asked === "/" ? source.lstat(path) : undefined;
			return stat && { ...stat, executable: false };
		},
		readFile: (asked) => source.readFile(only(asked)),
		readDirectory: () => {
			throw wrongKind(showPath(source, path), "directory");
		},
		readLink: () => {
			throw wrongKind(showPath(source, path), "symlink");
		},
		showPath: (asked) => showPath(source, only(asked)),
		...(source.readFileChunks && { readFileChunks: (asked: string) => source.readFileChunks?.(only(asked)) ?? [] }),
	};
};
