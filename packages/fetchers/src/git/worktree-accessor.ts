import { type FileKind, fsAccessor, hostPath, type NamedFs, type SourceAccessor, type SourceStat } from "@tsnix/store";
import { GitError } from "../errors";
import { joinPath } from "../paths";

/** The files of a worktree that Git tracks, as they are now. Asking for another one says what to do about it. */
export class WorktreeAccessor implements SourceAccessor {
	private readonly inner: SourceAccessor;
	private readonly folders = new Set<string>(["/"]);
	private readonly files = new Set<string>();

	constructor(
		private readonly fs: NamedFs,
		/** Absolute, a byte string. */
		private readonly root: string,
		/** Relative to the root; what lies below one of them is visible as well. */
		files: Iterable<string>,
	) {
		this.inner = fsAccessor(fs, root);
		for (const file of files) {
			const path = `/${file}`;
			this.files.add(path);
			for (let slash = path.lastIndexOf("/"); slash > 0; slash = path.lastIndexOf("/", slash - 1)) {
				const folder = path.slice(0, slash);
				if (this.folders.has(folder)) break;
				this.folders.add(folder);
			}
		}
	}

	lstat(path: string): SourceStat | undefined {
		return this.isVisible(path) ? this.inner.lstat(path) : undefined;
	}

	readFile(path: string): Uint8Array {
		return this.inner.readFile(this.check(path));
	}

	*readDirectory(path: string): Iterable<readonly [string, FileKind | undefined]> {
		for (const entry of this.inner.readDirectory(this.check(path)))
			if (this.isVisible(joinPath(path, entry[0]))) yield entry;
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

	/** The error that tells why a path is not there: it is not tracked, or does not exist at all. */
	notVisible(path: string): GitError {
		const relative = path.slice(1);
		const exists = this.fs.existsSync(hostPath(this.fs, `${this.root}/${relative}`));
		return exists
			? new GitError(
					"NOT_TRACKED",
					`Path '${relative}' in the repository "${this.root}" is not tracked by Git.\n\nTo make it visible to Nix, run:\n\ngit -C "${this.root}" add "${relative}"`,
				)
			: new GitError("FILE_NOT_FOUND", `Path '${relative}' does not exist in Git repository "${this.root}".`);
	}

	private check(path: string): string {
		if (!this.isVisible(path)) throw this.notVisible(path);
		return path;
	}

	private isVisible(path: string): boolean {
		if (this.folders.has(path) || this.files.has(path)) return true;
		for (let slash = path.lastIndexOf("/"); slash > 0; slash = path.lastIndexOf("/", slash - 1))
			if (this.files.has(path.slice(0, slash))) return true;
		return false;
	}
}
