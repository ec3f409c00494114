import type { FileKind, SourceAccessor, SourceStat } from "@tsnix/store";
import type { GitError } from "../errors";
import { joinPath } from "../paths";

/** A tree of which only some paths are there. Reading another one throws what tells why it is not. */
export abstract class FilteringAccessor implements SourceAccessor {
	constructor(private readonly inner: SourceAccessor) {}

	/** Whether a path is there. */
	protected abstract isAllowed(path: string): boolean;
	/** The error that tells why a path is not there. */
	protected abstract notAllowed(path: string): GitError;

	lstat(path: string): SourceStat | undefined {
		return this.isAllowed(path) ? this.inner.lstat(path) : undefined;
	}

	readFile(path: string): Uint8Array {
		return this.inner.readFile(this.check(path));
	}

	*readDirectory(path: string): Iterable<readonly [string, FileKind | undefined]> {
		for (const entry of this.inner.readDirectory(this.check(path)))
			if (this.isAllowed(joinPath(path, entry[0]))) yield entry;
	}

	readLink(path: string): string {
		return this.inner.readLink(this.check(path));
	}

	physicalPath(path: string): string | undefined {
		return this.inner.physicalPath?.(this.check(path));
	}

	showPath(path: string): string {
		return this.inner.showPath?.(path) ?? path;
	}

	explainMissing(path: string): Error | undefined {
		return this.isAllowed(path) ? this.inner.explainMissing?.(path) : this.notAllowed(path);
	}

	private check(path: string): string {
		if (!this.isAllowed(path)) throw this.notAllowed(path);
		return path;
	}
}
