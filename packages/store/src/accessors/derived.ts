import type { FileKind, SourceAccessor, SourceStat } from "../source-accessor";
import { childPath, fileNotFound, showPath } from "./access";

class SubAccessor implements SourceAccessor {
	readonly readFileChunks?: (path: string) => Iterable<Uint8Array>;
	readonly physicalPath?: (path: string) => string | undefined;

	constructor(
		private readonly inner: SourceAccessor,
		private readonly prefix: string,
	) {
		if (inner.readFileChunks)
			this.readFileChunks = (path) => (inner.readFileChunks as (p: string) => Iterable<Uint8Array>)(this.at(path));
		if (inner.physicalPath) this.physicalPath = (path) => inner.physicalPath?.(this.at(path));
	}

	private at(path: string): string {
		return path === "/" ? this.prefix : this.prefix + path;
	}

	lstat(path: string): SourceStat | undefined {
		return this.inner.lstat(this.at(path));
	}
	readFile(path: string): Uint8Array {
		return this.inner.readFile(this.at(path));
	}
	readDirectory(path: string): Iterable<readonly [string, FileKind | undefined]> {
		return this.inner.readDirectory(this.at(path));
	}
	readLink(path: string): string {
		return this.inner.readLink(this.at(path));
	}
	showPath(path: string): string {
		return showPath(this.inner, this.at(path));
	}
}

/** The tree below a path of another, as one whose root is that path. */
export const subAccessor = (accessor: SourceAccessor, path: string): SourceAccessor =>
	path === "/" ? accessor : new SubAccessor(accessor, path);

class FilteredAccessor implements SourceAccessor {
	readonly readFileChunks?: (path: string) => Iterable<Uint8Array>;
	readonly physicalPath?: (path: string) => string | undefined;

	constructor(
		private readonly inner: SourceAccessor,
		private readonly keep: (path: string) => boolean,
	) {
		if (inner.readFileChunks)
			this.readFileChunks = (path) => (inner.readFileChunks as (p: string) => Iterable<Uint8Array>)(this.check(path));
		if (inner.physicalPath) this.physicalPath = (path) => inner.physicalPath?.(path);
	}

	/** A file is there if it and every folder above it is kept. The root always is. */
	private visible(path: string): boolean {
		for (let end = path.indexOf("/", 1); path !== "/"; end = path.indexOf("/", end + 1)) {
			if (!this.keep(end < 0 ? path : path.slice(0, end))) return false;
			if (end < 0) break;
		}
		return true;
	}

	private check(path: string): string {
		if (!this.visible(path)) throw fileNotFound(this.showPath(path));
		return path;
	}

	lstat(path: string): SourceStat | undefined {
		return this.visible(path) ? this.inner.lstat(path) : undefined;
	}
	readFile(path: string): Uint8Array {
		return this.inner.readFile(this.check(path));
	}
	*readDirectory(path: string): Iterable<readonly [string, FileKind | undefined]> {
		for (const entry of this.inner.readDirectory(this.check(path))) {
			if (this.keep(childPath(path, entry[0]))) yield entry;
		}
	}
	readLink(path: string): string {
		return this.inner.readLink(this.check(path));
	}
	showPath(path: string): string {
		return showPath(this.inner, path);
	}
}

/** The files of another tree for which `keep` is true; what lies in a folder left out is left out with it. */
export const filteredAccessor = (accessor: SourceAccessor, keep: (path: string) => boolean): SourceAccessor =>
	new FilteredAccessor(accessor, keep);
