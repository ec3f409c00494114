import { fsAccessor, hostPath, type NamedFs } from "@tsnix/store";
import { GitError } from "../errors";
import { FilteringAccessor } from "./filtering-accessor";

/** The files of a worktree that Git tracks, as they are now. Asking for another one says what to do about it. */
export class WorktreeAccessor extends FilteringAccessor {
	private readonly folders = new Set<string>(["/"]);
	private readonly files = new Set<string>();

	constructor(
		private readonly fs: NamedFs,
		/** Absolute, a byte string. */
		private readonly root: string,
		/** Relative to the root; what lies below one of them is visible as well. */
		files: Iterable<string>,
	) {
		super(fsAccessor(fs, root));
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

	/** The error that tells why a path is not there: it is not tracked, or does not exist at all. */
	protected notAllowed(path: string): GitError {
		const relative = path.slice(1);
		const exists = this.fs.existsSync(hostPath(this.fs, `${this.root}/${relative}`));
		return exists
			? new GitError(
					"NOT_TRACKED",
					`Path '${relative}' in the repository "${this.root}" is not tracked by Git.\n\nTo make it visible to Nix, run:\n\ngit -C "${this.root}" add "${relative}"`,
				)
			: new GitError("FILE_NOT_FOUND", `Path '${relative}' does not exist in Git repository "${this.root}".`);
	}

	protected isAllowed(path: string): boolean {
		if (this.folders.has(path) || this.files.has(path)) return true;
		for (let slash = path.lastIndexOf("/"); slash > 0; slash = path.lastIndexOf("/", slash - 1))
			if (this.files.has(path.slice(0, slash))) return true;
		return false;
	}
}
