import { type Hash, parseHash } from "@tsnix/store";
import { type Attr, type Attrs, attrsToJSON, getStrAttr, maybeGetStrAttr, withoutAttrs } from "../attrs";
import { describedAccessor } from "../described-accessor";
import { fetchTarballTree } from "../download";
import type { Fetching } from "../effects";
import { BadURL, TransferError } from "../errors";
import type { FetchedTree } from "../fetched-tree";
import { type Input, inputNarHash, inputRef, inputRev, inputToURL, withAttr } from "../input";
import { isLegalRefName, revPattern } from "../ref-name";
import type { FetchSettings } from "../settings";
import { type ParsedURL, urlToString } from "../url";
import type { FetchWorld } from "../world";
import type { InputScheme } from "./scheme";
import { sourceName } from "../source-name";

/** How one forge differs from the others. */
export interface Forge {
	readonly name: string;
	readonly defaultHost: string;
	/** The header that carries an access token. */
	accessHeader(token: string, warn: (message: string) => void): readonly [name: string, value: string];
	/** Ask the forge which revision a branch or tag is at. */
	revOfRef(repository: ForgeRepository, ref: string, world: FetchWorld): Fetching<Hash>;
	/** Where the archive of a revision lies. */
	archiveURL(repository: ForgeRepository, rev: string): string;
}

/** A repository at a forge, and the headers to ask for it with. */
export interface ForgeRepository {
	readonly input: Input;
	readonly host: string;
	readonly owner: string;
	readonly repo: string;
	readonly headers: Readonly<Record<string, string>>;
}

const hostPattern = /^[a-zA-Z0-9.-]*$/;

const fromAttrs = (attrs: Attrs): Attrs => {
	getStrAttr(attrs, "owner");
	getStrAttr(attrs, "repo");
	const ref = maybeGetStrAttr(attrs, "ref");
	const rev = maybeGetStrAttr(attrs, "rev");
	const shown = () => attrsToJSON(attrs);
	if (ref !== undefined && rev !== undefined)
		throw new BadURL(`input ${shown()} contains both a commit hash ('${rev}') and a branch/tag name ('${ref}')`);
	if (rev !== undefined) parseHash(rev, "sha1");
	if (ref !== undefined && !isLegalRefName(ref))
		throw new BadURL(`input ${shown()} contains an invalid branch/tag name`);
	const host = maybeGetStrAttr(attrs, "host");
	if (host !== undefined && !hostPattern.test(host))
		throw new BadURL(`input ${shown()} contains an invalid instance host`);
	return attrs;
};

const fromURL = (name: string, url: ParsedURL): Attrs | undefined => {
	if (url.scheme !== name) return undefined;
	const path = url.path.filter((segment) => segment !== "");
	const [owner, repo, third] = path;
	const shown = () => urlToString(url);
	let rev: string | undefined;
	let ref: string | undefined;
	let host: string | undefined;
	if (path.length === 3) {
		if (revPattern.test(third as string)) rev = third;
		else ref = third;
	} else if (path.length > 3) ref = path.slice(2).join("/");
	if (owner === undefined || repo === undefined) throw new BadURL(`URL '${shown()}' is invalid`);
	for (const [parameter, value] of url.query)
		if (parameter === "rev") {
			if (rev !== undefined) throw new BadURL(`URL '${shown()}' contains multiple commit hashes`);
			rev = value;
		} else if (parameter === "ref") {
			if (ref !== undefined) throw new BadURL(`URL '${shown()}' contains multiple branch/tag names`);
			ref = value;
		} else if (parameter === "host") host = value;
	const attrs: Record<string, Attr> = { type: name, owner, repo };
	if (rev !== undefined) attrs.rev = rev;
	if (ref !== undefined) attrs.ref = ref;
	if (host !== undefined) attrs.host = host;
	const narHash = url.query.get("narHash");
	if (narHash !== undefined) attrs.narHash = narHash;
	return fromAttrs(attrs);
};

/**
 * The access token for a repository: the longest entry that is a prefix of `host/owner/repo` at a path boundary,
 * else the one of the host.
 */
export const accessToken = (settings: FetchSettings, host: string, hostAndPath: string): string | undefined => {
	let answer: string | undefined;
	let length = 0;
	for (const [place, token] of Object.entries(settings.accessTokens)) {
		const covers = hostAndPath === place || hostAndPath.startsWith(`${place}/`);
		if (covers && place.length > length) {
			answer = token;
			length = place.length;
		}
	}
	if (answer !== undefined && answer !== "") return answer;
	return Object.hasOwn(settings.accessTokens, host) ? settings.accessTokens[host] : undefined;
};

const repositoryOf = (forge: Forge, input: Input, world: FetchWorld): ForgeRepository => {
	const owner = getStrAttr(input.attrs, "owner");
	const repo = getStrAttr(input.attrs, "repo");
	const host = maybeGetStrAttr(input.attrs, "host") ?? forge.defaultHost;
	const token = accessToken(world.settings, host, `${host}/${owner}/${repo}`);
	const header = token === undefined ? undefined : forge.accessHeader(token, world.warn);
	// A header without a name is not sent.
	const headers = header === undefined || header[0] === "" ? {} : { [header[0]]: header[1] };
	return { input, host, owner, repo, headers };
};

/** A scheme that fetches a forge's archives of Git revisions (`github:`, `gitlab:`, `sourcehut:`). */
export const gitArchiveScheme = (forge: Forge): InputScheme => ({
	name: forge.name,
	allowedAttrs: new Set(["owner", "repo", "ref", "rev", "narHash", "lastModified", "host", "treeHash"]),
	experimentalFeature: "flakes",
	fromURL: (url) => fromURL(forge.name, url),
	fromAttrs,
	toURL(input) {
		const path = [getStrAttr(input.attrs, "owner"), getStrAttr(input.attrs, "repo")];
		const ref = inputRef(input);
		const rev = inputRev(input);
		if (ref !== undefined) path.push(ref);
		if (rev !== undefined) path.push(rev.base16());
		const query = new Map<string, string>();
		const narHash = inputNarHash(input);
		if (narHash !== undefined) query.set("narHash", narHash.sri());
		const host = maybeGetStrAttr(input.attrs, "host");
		if (host !== undefined) query.set("host", host);
		return { scheme: forge.name, path, query, fragment: "" };
	},
	applyOverrides(input, ref, rev) {
		if (rev !== undefined && ref !== undefined)
			throw new BadURL(
				`cannot apply both a commit hash (${rev.base16()}) and a branch/tag name ('${ref}') to input '${inputToURL(input)}'`,
			);
		if (rev !== undefined) return { ...withoutAttrs(input.attrs, "ref"), rev: rev.base16() };
		return ref === undefined ? input.attrs : { ...withoutAttrs(input.attrs, "rev"), ref };
	},
	isLocked: (input, settings) =>
		inputRev(input) !== undefined && (settings.trustTarballsFromGitForges || inputNarHash(input) !== undefined),
	fingerprint: (input) => inputRev(input)?.base16(),
	fetch: (input, world) => withTokenHint(fetchArchive(forge, input, world)),
});

function* fetchArchive(forge: Forge, input: Input, world: FetchWorld): Fetching<FetchedTree> {
	const rev =
		inputRev(input) ?? (yield* forge.revOfRef(repositoryOf(forge, input, world), inputRef(input) ?? "HEAD", world));
	const repository = repositoryOf(forge, input, world);
	const pinned: Input = {
		scheme: input.scheme,
		attrs: { ...withoutAttrs(input.attrs, "ref"), rev: rev.base16() },
	};
	const tree = yield* fetchTarballTree(
		{
			url: forge.archiveURL(repository, rev.base16()),
			shown: inputToURL(pinned),
			headers: repository.headers,
			cacheKey: { domain: "gitRevToTarball", attrs: { rev: rev.base16() }, immutable: true },
		},
		world,
	);
	const result = withAttr(pinned, "lastModified", tree.lastModified);
	return {
		accessor: describedAccessor(tree.accessor, {
			fingerprint: rev.base16(),
			displayPrefix: sourceName(inputToURL(result)),
			lastModified: tree.lastModified,
		}),
		input: result,
	};
}

/** A forge that allows no more requests is likely to allow more to those it knows. */
function* withTokenHint<T>(fetching: Fetching<T>): Fetching<T> {
	try {
		return yield* fetching;
	} catch (error) {
		if (error instanceof TransferError && error.rateLimited)
			error.hint ??= "The server allows no more requests for now. A token in the setting 'access-tokens' allows more.";
		throw error;
	}
}
