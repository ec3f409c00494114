import type { FileKind, SourceAccessor, SourceStat } from "@tsnix/store";
import { showPath } from "@tsnix/store";

/** Several trees as one: each shows at its path, in place of what the tree around it has there. */
export class MountedAccessor implements SourceAccessor {
	constructor(
		private readonly root: SourceAccessor,
		/** By absolute path, `/` excepted. */
		private readonly mounts: ReadonlyMap<string, SourceAccessor>,
	) {}

	lstat(path: string): SourceStat | undefined {
		return this.at(path, (accessor, inner) => accessor.lstat(inner));
	}

	readFile(path: string): Uint8Array {
		return this.at(path, (accessor, inner) => accessor.readFile(inner));
	}

	readDirectory(path: string): Iterable<readonly [string, FileKind | undefined]> {
		return this.at(path, (accessor, inner) => accessor.readDirectory(inner));
	}

	readLink(path: string): string {
		return this.at(path, (accessor, inner) => accessor.readLink(inner));
	}

	physicalPath(path: string): string | undefined {
		return this.at(path, (accessor, inner) => accessor.physicalPath?.(inner));
	}

	showPath(path: string): string {
		return this.at(path, showPath);
	}

	explainMissing(path: string): Error | undefined {
		return this.at(path, (accessor, inner) => accessor.explainMissing?.(inner));
	}

	private at<T>(path: string, use: (accessor: SourceAccessor, path: string) => T): T {
		for (let end = path.length; end > 0; end = path.lastIndexOf("/", end - 1)) {
			const mount = this.mounts.get(path.slice(0, end));
			if (mount !== undefined) return use(mount, end === path.length ? "/" : path.slice(end));
		}
		return use(this.root, path);
	}
}
