import type { FileKind, SourceAccessor, SourceStat } from "@tsnix/store";
import { GitError } from "../errors";
import { joinPath } from "../paths";
import type { GitAttributes } from "./attributes";

/** A tree without what `.gitattributes` say is not to be exported (`export-ignore`). */
export class ExportIgnoreAccessor implements SourceAccessor {
	private readonly known = new Map<string, boolean>();

	constructor(
		private readonly inner: SourceAccessor,
		private readonly attributes: GitAttributes,
	) {}

	lstat(path: string): SourceStat | undefined {
		return this.isExported(path) ? this.inner.lstat(path) : undefined;
	}

	readFile(path: string): Uint8Array {
		return this.inner.readFile(this.check(path));
	}

	*readDirectory(path: string): Iterable<readonly [string, FileKind | undefined]> {
		for (const entry of this.inner.readDirectory(this.check(path)))
			if (this.isExported(joinPath(path, entry[0]))) yield entry;
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

	private check(path: string): string {
		if (!this.isExported(path))
			throw new GitError("FILE_NOT_FOUND", `'${path}' does not exist because it was fetched with exportIgnore enabled`);
		return path;
	}

	private isExported(path: string): boolean {
		if (path === "/") return true;
		let exported = this.known.get(path);
		if (exported === undefined) {
			exported = this.attributes.get(path.slice(1), "export-ignore") !== true;
			this.known.set(path, exported);
		}
		return exported;
	}
}
