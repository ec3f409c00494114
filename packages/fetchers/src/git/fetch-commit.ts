import type { SourceAccessor } from "@tsnix/store";
import type { Attr } from "../attrs";
import { describedAccessor } from "../described-accessor";
import { askGit, type Fetching } from "../effects";
import { FetchError, GitError } from "../errors";
import { getAccessor } from "../fetch";
import type { FetchedTree } from "../fetched-tree";
import { type Input, inputFromAttrs, inputRef, inputRev, inputToURL, withAttr } from "../input";
import { MountedAccessor } from "../mounted-accessor";
import type { FetchWorld } from "../world";
import { GitAttributes } from "./attributes";
import { clonePath, ensureClone, isFresh, readRemoteHead, storeHead } from "./clone";
import { ExportIgnoreAccessor } from "./export-ignore";
import { lastModifiedOf, revCountOf } from "./facts";
import { gitFlag, verifyCommit } from "./fetch";
import { type GitLocation, showLocation } from "./location";
import { headTarget, remoteHead, resolveRef } from "./refs";
import { type GitRepository, isCheckedOutFolder, isShallow, openRepository, readOptional } from "./repository";
import { smudge } from "./lfs/smudge";
import { parseSubmodules, resolveSubmoduleURL } from "./submodules";
import { GitTreeAccessor } from "./tree-accessor";
import { sourceName } from "../source-name";

const openLocal = (path: string, world: FetchWorld): GitRepository => {
	if (world.fs === undefined)
		throw new FetchError("NO_FILES", `cannot open Git repository "${path}": no file system was given`);
	return openRepository(world.fs, path, world.codecs);
};

const bold = (text: string) => `\u001b[1m${text}\u001b[0m`;

const missingRev = (rev: string, ref: string, location: GitLocation): GitError =>
	new GitError(
		"NO_SUCH_REV",
		`Cannot find Git revision '${rev}' in ref '${ref}' of repository '${showLocation(location)}'! ` +
			`Please make sure that the ${bold("rev")} exists on the ${bold("ref")} you've specified or add ` +
			`${bold("allRefs = true;")} to ${bold("fetchGit")}.`,
	);

function* defaultRef(location: GitLocation, shallow: boolean, world: FetchWorld): Fetching<string> {
	const head =
		location.kind === "worktree"
			? headTarget(openLocal(location.path, world))
			: location.kind === "bare"
				? remoteHead(openLocal(location.path, world))
				: yield* readRemoteHead(world, location.url, shallow);
	if (head !== undefined) return head;
	world.warn(`could not read HEAD ref from repo at '${showLocation(location)}', using 'master'`);
	return "master";
}

const refspecOf = (input: Input, ref: string): string => {
	if (gitFlag(input, "allRefs")) return "refs/*:refs/*";
	const rev = inputRev(input);
	if (rev !== undefined) return rev.base16();
	if (ref.startsWith("refs/")) return `${ref}:${ref}`;
	return ref === "HEAD" ? "HEAD:HEAD" : `refs/heads/${ref}:refs/heads/${ref}`;
};

/** The clone of a remote repository, brought up to date where it has to be. */
function* openClone(
	input: Input,
	url: string,
	ref: string,
	refGiven: boolean,
	world: FetchWorld,
): Fetching<GitRepository> {
	const shallow = gitFlag(input, "shallow");
	const path = clonePath(world, url, shallow);
	ensureClone(world, url, path);
	const { fs } = world.clones as NonNullable<FetchWorld["clones"]>;
	const refFile = ref.startsWith("refs/") ? `${path}/${ref}` : `${path}/refs/heads/${ref}`;
	const rev = inputRev(input);
	let clone = openRepository(fs, path, world.codecs);
	const outdated =
		rev !== undefined ? !clone.objects.has(rev.base16()) : gitFlag(input, "allRefs") || !isFresh(world, url, refFile);
	if (!outdated) return clone;
	world.onEvent({ type: "fetching-git", url });
	try {
		const refspec = refspecOf(input, ref);
		yield* askGit(`fetching Git repository '${url}'`, (git) => git.fetch({ repository: path, url, refspec, shallow }));
	} catch (error) {
		if (!(error instanceof FetchError) || !fs.existsSync(refFile)) throw error;
		world.onEvent({ type: "failed", message: error.message });
		world.warn(`could not update local clone of Git repository '${url}'; continuing with the most recent version`);
	}
	if (rev === undefined && fs.existsSync(refFile)) fs.utimesSync(refFile, world.clock(), world.clock());
	if (!refGiven) storeHead(world, url, path, ref);
	clone = openRepository(fs, path, world.codecs);
	return clone;
}

const exported = (repository: GitRepository, tree: GitTreeAccessor): SourceAccessor =>
	new ExportIgnoreAccessor(
		tree,
		new GitAttributes(
			(path) => {
				const kind = tree.lstat(`/${path}`)?.kind;
				return kind === "regular" ? tree.readFile(`/${path}`) : undefined;
			},
			readOptional(repository.fs, `${repository.commonDir}/info/attributes`),
			isCheckedOutFolder(repository),
		),
	);

/** The trees of a commit's submodules, by their absolute paths. */
function* fetchSubmodules(
	repository: GitRepository,
	tree: GitTreeAccessor,
	ref: string,
	flags: { readonly exportIgnore: boolean; readonly lfs: boolean },
	world: FetchWorld,
): Fetching<Map<string, SourceAccessor>> {
	const mounts = new Map<string, SourceAccessor>();
	if (tree.lstat("/.gitmodules") === undefined) return mounts;
	for (const submodule of parseSubmodules(tree.readFile("/.gitmodules"))) {
		const rev = tree.submoduleRev(`/${submodule.path}`);
		if (rev === undefined) continue;
		const attrs: Record<string, Attr> = {
			type: "git",
			url: resolveSubmoduleURL(repository, submodule.url),
			rev,
			...flags,
			submodules: true,
			allRefs: true,
		};
		if (submodule.branch !== "") attrs.ref = submodule.branch === "." ? ref : submodule.branch;
		const input = inputFromAttrs(attrs, { settings: world.settings, warn: world.warn });
		const fetched = yield* getAccessor(input, world);
		mounts.set(
			`/${submodule.path}`,
			describedAccessor(fetched.accessor, { displayPrefix: sourceName(inputToURL(input)) }),
		);
	}
	return mounts;
}

/** Fetch the tree of a commit: of the revision that is given, or of the tip of the branch. */
export function* fetchCommit(input: Input, location: GitLocation, world: FetchWorld): Fetching<FetchedTree> {
	const givenRef = inputRef(input);
	const shallow = gitFlag(input, "shallow");
	const ref = givenRef ?? (yield* defaultRef(location, shallow, world));
	let result = withAttr(input, "ref", ref);
	const repository =
		location.kind === "remote"
			? yield* openClone(result, location.url, ref, givenRef !== undefined, world)
			: openLocal(location.path, world);
	const givenRev = inputRev(input);
	if (givenRev === undefined) result = withAttr(result, "rev", resolveRef(repository, ref));
	else if (location.kind !== "worktree" && !repository.objects.has(givenRev.base16()))
		throw missingRev(givenRev.base16(), ref, location);
	if (isShallow(repository) && !shallow)
		throw new GitError(
			"SHALLOW_REPOSITORY",
			`'${showLocation(location)}' is a shallow Git repository, but shallow repositories are only allowed when \`shallow = true;\` is specified`,
		);
	const rev = (inputRev(result) as NonNullable<ReturnType<typeof inputRev>>).base16();
	const lastModified = lastModifiedOf(repository, rev, world);
	result = withAttr(result, "lastModified", lastModified);
	if (!shallow) result = withAttr(result, "revCount", yield* revCountOf(repository, rev, world));
	yield* verifyCommit(result, repository);
	const exportIgnore = gitFlag(result, "exportIgnore");
	const tree = new GitTreeAccessor(repository.objects, rev, sourceName(inputToURL(result)));
	const lfs = gitFlag(result, "lfs");
	let accessor: SourceAccessor = exportIgnore ? exported(repository, tree) : tree;
	if (lfs) accessor = yield* smudge(accessor, repository, world);
	if (gitFlag(result, "submodules")) {
		const mounts = yield* fetchSubmodules(repository, tree, ref, { exportIgnore, lfs }, world);
		if (mounts.size > 0) accessor = new MountedAccessor(accessor, mounts);
	}
	const fingerprint = result.scheme?.fingerprint?.(result);
	return { accessor: describedAccessor(accessor, { fingerprint, lastModified }), input: result };
}
