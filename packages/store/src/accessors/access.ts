import { StoreError } from "../errors";
import type { FileKind, SourceAccessor, SourceStat } from "../source-accessor";

/** A file that is not there, or not of the kind that was asked for. */
export class FileAccessError extends StoreError {
	/** As it is shown: the accessor's own name for it. */
	readonly path: string;

	constructor(code: string, message: string, path: string, options?: { cause?: unknown }) {
		super(code, message, options);
		this.path = path;
	}
}

/** A path of an accessor as messages show it. */
export const showPath = (accessor: SourceAccessor, path: string): string => accessor.showPath?.(path) ?? path;

/** For accessors: nothing exists there. */
export const fileNotFound = (shown: string, cause?: unknown): FileAccessError =>
	new FileAccessError("FILE_NOT_FOUND", `path '${shown}' does not exist`, shown, { cause });

const kindNames: Readonly<Record<FileKind, string>> = {
	regular: "a regular file",
	directory: "a directory",
	symlink: "a symlink",
	unknown: "a special file",
};

/** For accessors: what is there is not what was asked for. */
export const wrongKind = (shown: string, expected: FileKind): FileAccessError =>
	new FileAccessError("WRONG_FILE_KIND", `path '${shown}' is not ${kindNames[expected]}`, shown);

/** What is there. Throws {@link FileAccessError} where nothing is. */
export const requireStat = (accessor: SourceAccessor, path: string): SourceStat => {
	const stat = accessor.lstat(path);
	if (stat === undefined) throw fileNotFound(showPath(accessor, path));
	return stat;
};

/** A child's path. */
export const childPath = (path: string, name: string): string => (path === "/" ? `/${name}` : `${path}/${name}`);
