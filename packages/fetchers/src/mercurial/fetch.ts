import {
	bytesToString,
	filteredAccessor,
	fsAccessor,
	hashString,
	hostPath,
	makeFixedOutputPath,
	narHash,
	parseSri,
	type SourceAccessor,
} from "@tsnix/store";
import { unpackArchive } from "../archives/unpack";
import { getStrAttr, maybeGetIntAttr, maybeGetStrAttr } from "../attrs";
import { isExpired } from "../cache/cache";
import { describedAccessor } from "../described-accessor";
import { askMercurial, type Fetching } from "../effects";
import { FetchError } from "../errors";
import type { FetchedTree } from "../fetched-tree";
import { type Input, inputName, inputRef, inputRev, inputToURL, withAttr } from "../input";
import { parseURL, urlPathToPath, urlToString } from "../url";
import type { FetchWorld } from "../world";
import { sourceName } from "../source-name";

/** Runs `hg`, which has to succeed; gives what it said. */
function* hg(args: readonly string[]): Fetching<Uint8Array> {
	const { status, stdout } = yield* askMercurial(args);
	if (status !== 0) throw new FetchError("MERCURIAL_FAILED", `hg failed with exit code ${status}`);
	return stdout;
}

function* hgText(args: readonly string[]): Fetching<string> {
	return bytesToString(yield* hg(args));
}

/** Where a repository is: a path on the file system, or a URL. */
const locationOf = (input: Input): { readonly url: string; readonly path?: string } => {
	const url = parseURL(getStrAttr(input.attrs, "url"));
	if (url.scheme !== "file") return { url: urlToString(url) };
	const path = urlPathToPath(url.path);
	return { url: path, path };
};

const exists = (world: FetchWorld, path: string): boolean => world.fs?.existsSync(hostPath(world.fs, path)) === true;

/** The files that Mercurial tracks, as they are now, where they differ from what was committed. */
function* dirtyTree(input: Input, path: string, world: FetchWorld): Fetching<FetchedTree | undefined> {
	const { fs, settings } = world;
	if (fs === undefined || inputRef(input) !== undefined || inputRev(input) !== undefined) return undefined;
	if (!exists(world, `${path}/.hg`)) return undefined;
	const changed = yield* hg(["status", "-R", path, "--modified", "--added", "--removed"]);
	if (changed.length === 0) return undefined;
	const unclean = `Mercurial tree '"${path}"' is unclean`;
	if (!settings.allowDirty) throw new FetchError("DIRTY_TREE", unclean);
	if (settings.warnDirty) world.warn(unclean);
	const branch = (yield* hgText(["branch", "-R", path])).replace(/[ \n\r\t]+$/, "");
	const tracked = yield* hgText([
		...["status", "-R", path, "--clean", "--modified", "--added", "--no-status", "--print0"],
	]);
	const kept = new Set<string>();
	for (const file of tracked.split("\0"))
		for (let end = file.length; end > 0; end = file.lastIndexOf("/", end - 1)) kept.add(`/${file.slice(0, end)}`);
	const changedInput = withAttr(input, "ref", branch);
	return {
		accessor: describedAccessor(
			filteredAccessor(fsAccessor(fs, path), (at) => kept.has(at)),
			{
				displayPrefix: sourceName(inputToURL(changedInput)),
			},
		),
		input: changedInput,
	};
}

/** What a revision's tree is remembered under. */
const revKey = (input: Input, rev: string, { storeDir }: FetchWorld) => ({
	name: inputName(input),
	rev,
	store: storeDir,
});

/** The tree of a revision that was fetched before and is in the store still. */
const knownTree = (input: Input, rev: string, world: FetchWorld): FetchedTree | undefined => {
	const { store } = world;
	const known = world.cache.lookup("hgRev", revKey(input, rev, world));
	const sri = known === undefined ? undefined : maybeGetStrAttr(known.value, "narHash");
	if (store === undefined || known === undefined || sri === undefined) return undefined;
	const hash = parseSri(sri);
	const path = makeFixedOutputPath(inputName(input), { method: "nar", hash }, store.storeDir);
	if (!store.isValidPath(path)) return undefined;
	return finished(
		withAttr(withAttr(input, "rev", rev), "revCount", maybeGetIntAttr(known.value, "revCount") ?? 0),
		store.accessor(path),
	);
};

const finished = (input: Input, accessor: SourceAccessor): FetchedTree => {
	const fingerprint = inputRev(input)?.base16();
	return {
		accessor: describedAccessor(accessor, { fingerprint, displayPrefix: sourceName(inputToURL(input)) }),
		input,
	};
};

/** Brings the clone of a repository up to date, unless it has the revision that is wanted. Gives its path. */
function* updateClone(url: string, rev: string | undefined, world: FetchWorld): Fetching<string> {
	const { clones } = world;
	if (clones === undefined)
		throw new FetchError("NO_CLONES", `cannot fetch Mercurial repository '${url}': no folder for clones was given`);
	const path = `${clones.dir}/hg/${hashString("sha256", url).nix32()}`;
	const there = clones.fs.existsSync(path);
	if (rev !== undefined && there) {
		const { stdout } = yield* askMercurial(["log", "-R", path, "-r", rev, "--template", "1"]);
		if (bytesToString(stdout) === "1") return path;
	}
	if (!there) {
		clones.fs.mkdirSync(`${clones.dir}/hg`, { recursive: true });
		yield* hg(["clone", "--noupdate", "--", url, path]);
		return path;
	}
	const pull = ["pull", "-R", path, "--", url];
	const { status } = yield* askMercurial(pull);
	if (status === 0) return path;
	// A transaction that was broken off.
	if (!clones.fs.existsSync(`${path}/.hg/store/journal`))
		throw new FetchError("MERCURIAL_FAILED", `'hg pull' failed with exit code ${status}`);
	yield* hg(["recover", "-R", path]);
	yield* hg(pull);
	return path;
}

/**
 * Fetch a Mercurial input: the files of a local repository as they are where they were changed and nothing else is asked for,
 * else a commit: the revision that is given, or what the branch or tag `ref` is at.
 */
export function* fetchMercurial(given: Input, world: FetchWorld): Fetching<FetchedTree> {
	const { url, path } = locationOf(given);
	const dirty = path === undefined ? undefined : yield* dirtyTree(given, path, world);
	if (dirty !== undefined) return dirty;
	const ref = inputRef(given) ?? "default";
	const input = withAttr(given, "ref", ref);
	const asked = inputRev(given);
	if (asked !== undefined && asked.algorithm !== "sha1")
		throw new FetchError(
			"BAD_REV",
			`Hash '${asked.format("base16", true)}' is not supported by Mercurial. Only sha1 is supported.`,
		);
	const tip = world.cache.lookup("hgRefToRev", { url, ref });
	const fresh = tip !== undefined && !isExpired(tip, world.settings.tarballTtl, world.clock());
	const wanted = asked?.base16() ?? (fresh ? maybeGetStrAttr(tip.value, "rev") : undefined);
	const remembered = wanted === undefined ? undefined : knownTree(input, wanted, world);
	if (remembered !== undefined) return remembered;
	const clone = yield* updateClone(url, wanted, world);
	const said = yield* hgText([...["log", "-R", clone, "-r", wanted ?? ref, "--template", "{node} {rev} {branch}"]]);
	const [rev, count, branch] = said.split(/[ \n\r\t]+/).filter((word) => word !== "");
	if (rev === undefined || count === undefined || branch === undefined)
		throw new FetchError("MERCURIAL_FAILED", `hg does not tell which revision '${wanted ?? ref}' of '${url}' is`);
	const result = withAttr(withAttr(withAttr(input, "rev", rev), "ref", branch), "revCount", Number(count));
	if (asked === undefined) world.cache.upsert("hgRefToRev", { url, ref }, { rev }, world.clock());
	const known = knownTree(result, rev, world);
	if (known !== undefined) return known;
	const archive = yield* hg([
		...["archive", "-R", clone, "-r", rev, "-t", "tar", "-p", "tree", "--config", "ui.archivemeta=false", "-"],
	]);
	const { accessor } = unpackArchive(archive, world.codecs, world.limits);
	const { hash } = narHash(accessor);
	const about = { narHash: hash.sri(), revCount: Number(count) };
	world.cache.upsert("hgRev", revKey(input, rev, world), about, world.clock());
	return { ...finished(result, accessor), narHash: hash };
}
