import { narHash, type SourceAccessor } from "@tsnix/store";
import { describedAccessor } from "../described-accessor";
import type { Fetching } from "../effects";
import { FetchError } from "../errors";
import { getAccessor } from "../fetch";
import type { FetchedTree } from "../fetched-tree";
import { type Input, inputFromAttrs, inputRev, inputToURL, withAttr } from "../input";
import { MountedAccessor } from "../mounted-accessor";
import type { FetchWorld } from "../world";
import { GitAttributes } from "./attributes";
import { ExportIgnoreAccessor } from "./export-ignore";
import { lastModifiedOf, revCountOf } from "./facts";
import { gitFlag, verifyCommit } from "./fetch";
import type { GitLocation } from "./location";
import { headTarget } from "./refs";
import { isCheckedOutFolder, openRepository, readOptional } from "./repository";
import { noRev, worktreeInfo } from "./worktree";
import { WorktreeAccessor } from "./worktree-accessor";
import { dirtyFingerprint } from "./worktree-fingerprint";
import { sourceName } from "../source-name";

const warnDirty = (path: string, world: FetchWorld): void => {
	if (!world.settings.allowDirty) throw new FetchError("DIRTY_TREE", `Git tree '${path}' is dirty`);
	if (world.settings.warnDirty) world.warn(`Git tree '${path}' is dirty`);
};

/** Fetch what is checked out at a path: the files that Git tracks, as they are now. */
export function* fetchWorktree(
	input: Input,
	location: GitLocation & { kind: "worktree" },
	world: FetchWorld,
): Fetching<FetchedTree> {
	const { path } = location;
	if (world.fs === undefined)
		throw new FetchError("NO_FILES", `cannot open Git repository "${path}": no file system was given`);
	const { fs } = world;
	const repository = openRepository(fs, path, world.codecs);
	const info = worktreeInfo(repository, path);
	const submodules = gitFlag(input, "submodules") ? info.submodules : [];
	const exportIgnore = gitFlag(input, "exportIgnore");
	let isDirty = info.isDirty;
	const files = [...info.files, ...submodules.map((submodule) => submodule.path)];
	let accessor: SourceAccessor = new WorktreeAccessor(fs, path, files);
	if (exportIgnore)
		accessor = new ExportIgnoreAccessor(
			accessor,
			new GitAttributes(
				(file) => (info.files.has(file) ? readOptional(fs, `${path}/${file}`) : undefined),
				readOptional(fs, `${repository.commonDir}/info/attributes`),
				isCheckedOutFolder(repository),
			),
		);
	const mounts = new Map<string, SourceAccessor>();
	for (const submodule of submodules) {
		const place = `${path}/${submodule.path}`;
		const subInput = inputFromAttrs(
			{ type: "git", url: place, exportIgnore, submodules: true },
			{ settings: world.settings, warn: world.warn },
		);
		const fetched = yield* getAccessor(subInput, world);
		if (inputRev(fetched.input) === undefined) isDirty = true;
		mounts.set(
			`/${submodule.path}`,
			describedAccessor(fetched.accessor, { displayPrefix: sourceName(inputToURL(subInput)) }),
		);
	}
	if (mounts.size > 0) accessor = new MountedAccessor(accessor, mounts);

	let result = input;
	if (isDirty) {
		warnDirty(path, world);
		if (info.headRev !== undefined) {
			result = withAttr(result, "dirtyRev", `${info.headRev}-dirty`);
			result = withAttr(result, "dirtyShortRev", `${info.headRev.slice(0, 7)}-dirty`);
		}
		yield* verifyCommit(result, undefined);
	} else {
		const ref = headTarget(repository);
		if (ref !== undefined) result = withAttr(result, "ref", ref);
		result = withAttr(result, "rev", info.headRev ?? noRev);
		if (!gitFlag(result, "shallow")) {
			const count = info.headRev === undefined ? 0 : yield* revCountOf(repository, info.headRev, world);
			result = withAttr(result, "revCount", count);
		}
		yield* verifyCommit(result, repository);
	}
	const lastModified = info.headRev === undefined ? 0 : lastModifiedOf(repository, info.headRev, world);
	result = withAttr(result, "lastModified", lastModified);
	const fingerprint = isDirty ? dirtyFingerprint(fs, path, info, result) : result.scheme?.fingerprint?.(result);
	const described = describedAccessor(accessor, { fingerprint, lastModified });
	// A commit shows a submodule that is left out as an empty folder, a worktree shows nothing. The reference gives both
	// the same fingerprint; what is remembered of one tree's hash must not be taken for the other's.
	const differs = !isDirty && info.submodules.length > 0;
	return { accessor: described, input: result, ...(differs ? { narHash: narHash(accessor).hash } : {}) };
}
