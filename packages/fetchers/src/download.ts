import {
	bytesToString,
	createHasher,
	fromHostName,
	hostPath,
	type SourceAccessor,
	stringToBytes,
	type SyncFs,
} from "@tsnix/store";
import { type ByteSource, memoryBytes, piecesOf } from "./archives/bytes";
import { type UnpackedArchive, unpackArchive } from "./archives/unpack";
import type { Attr, Attrs } from "./attrs";
import { maybeGetStrAttr } from "./attrs";
import { type FetchCache, isExpired } from "./cache/cache";
import { type Fetching, request } from "./effects";
import { ArchiveError, BadURL, FetchError, type TransferCode, TransferError } from "./errors";
import { openRandomAccess } from "./git/random-access";
import { type HttpResponse, immutableLink } from "./http";
import { isSuccess, statusError } from "./http-status";
import { type ParsedURL, parseURL, urlPathToPath, urlToString } from "./url";
import type { FetchWorld } from "./world";

/** A downloaded file. */
export interface Download {
	readonly contents: Uint8Array;
	readonly etag: string;
	/** After redirects. */
	readonly effectiveUrl: string;
	/** Where the server says this version will always be. */
	readonly immutableUrl?: string;
}

/** What a download is remembered under. */
export interface DownloadKey {
	readonly domain: string;
	readonly attrs: Attrs;
	/** Never ask again for what is remembered: the URL names its contents. */
	readonly immutable?: boolean;
	/** Where the server cannot be reached, use what is remembered, however old, with a warning. */
	readonly allowOld?: boolean;
	/** Bytes that the download may have. */
	readonly maxSize?: number;
	/** The URL is sent as it was given, not as it reads after it was parsed. */
	readonly verbatim?: boolean;
	/** More than should be held in memory, perhaps. */
	readonly mayBeLarge?: boolean;
}

/** The same, wherever its contents are. */
interface DownloadSource extends Omit<Download, "contents"> {
	readonly source: ByteSource;
	/** Forgets it again, where it was downloaded just now: it turned out to be of no use. */
	readonly forget?: () => void;
}

interface Transfer {
	/** Undefined where the server said that what we have is still current. */
	readonly source: ByteSource | undefined;
	readonly etag: string;
	readonly urls: readonly string[];
	readonly immutableUrl?: string;
}

/** A folder is given as the names in it, hidden ones left out, a line each. */
const listing = (fs: SyncFs, at: string): ByteSource => {
	const names = fs.readdirSync(at).map((name) => fromHostName(fs, name));
	const lines = names.filter((name) => !name.startsWith(".")).map((name) => `${name}\n`);
	return memoryBytes(stringToBytes(lines.join("")));
};

const readLocal = (url: string, path: string, world: FetchWorld): Transfer => {
	const { fs } = world;
	if (fs === undefined) throw new FetchError("NO_FILES", `unable to download '${url}': no file system was given`);
	try {
		const at = hostPath(fs, path);
		const source = fs.statSync(at).isDirectory() ? listing(fs, at) : openRandomAccess(fs, path);
		return { source, etag: "", urls: [url] };
	} catch {
		throw new TransferError(
			"NOT_FOUND",
			`unable to download '${url}': Could not read a file:// file (37) Could not open file ${path}`,
		);
	}
};

const bodyOf = ({ body, aside }: HttpResponse, { spool }: FetchWorld): ByteSource =>
	aside === undefined || spool === undefined ? memoryBytes(body) : spool.adopt(aside);

function* transfer(
	url: ParsedURL,
	shown: string,
	headers: Readonly<Record<string, string>>,
	expectedEtag: string,
	world: FetchWorld,
	{ maxSize, mayBeLarge, verbatim }: DownloadKey,
): Fetching<Transfer> {
	world.onEvent({ type: "downloading", url: shown });
	if (url.scheme === "file") return readLocal(shown, urlPathToPath(url.path), world);
	const response = yield* request({
		url: verbatim === true ? shown.replace(/#.*/s, "") : urlToString({ ...parseURL(shown), fragment: "" }),
		headers: expectedEtag === "" ? headers : { ...headers, "If-None-Match": expectedEtag },
		...(maxSize === undefined ? {} : { maxSize }),
		...(mayBeLarge === true && world.spool !== undefined ? { spooled: true } : {}),
	});
	const { status } = response;
	if (!isSuccess(status)) throw statusError(shown, status, response.body, response.rateLimited);
	const etag = response.etag ?? "";
	const unchanged = status === 304 || (expectedEtag !== "" && status === 200 && etag === expectedEtag);
	const immutableUrl = immutableLink(response.links);
	return {
		source: unchanged ? undefined : bodyOf(response, world),
		etag: etag === "" && unchanged ? expectedEtag : etag,
		urls: [shown, ...response.urls.slice(1)],
		...(immutableUrl === undefined ? {} : { immutableUrl }),
	};
}

const hashOf = (source: ByteSource): string => {
	const hasher = createHasher("sha256");
	for (const piece of piecesOf(source)) hasher.update(piece);
	return hasher.digest().nix32();
};

const openBlob = (cache: FetchCache, name: string): ByteSource | undefined => {
	if (cache.openBlob !== undefined) return cache.openBlob(name);
	const blob = cache.readBlob(name);
	return blob && memoryBytes(blob);
};

/** A cache in memory keeps no file larger than this. */
const maxHeldBlob = 2 ** 28;

const keepBlob = (cache: FetchCache, name: string, source: ByteSource): void => {
	if (cache.writeBlobPieces !== undefined) cache.writeBlobPieces(name, piecesOf(source));
	else if (source.size <= maxHeldBlob) cache.writeBlob(name, source.read(0, source.size));
};

/**
 * Download a URL through the cache: what is younger than `tarball-ttl` is used as it is, what is older is asked for with its
 * ETag.
 */
function* downloadThrough(
	url: string,
	headers: Readonly<Record<string, string>>,
	key: DownloadKey,
	world: FetchWorld,
): Fetching<DownloadSource> {
	const entry = world.cache.lookup(key.domain, key.attrs);
	const blob = entry === undefined ? undefined : openBlob(world.cache, maybeGetStrAttr(entry.value, "blob") ?? "");
	const known =
		entry === undefined || blob === undefined
			? undefined
			: {
					source: blob,
					etag: maybeGetStrAttr(entry.value, "etag") ?? "",
					effectiveUrl: maybeGetStrAttr(entry.value, "url") ?? url,
					immutableUrl: maybeGetStrAttr(entry.value, "immutableUrl"),
				};
	const fresh = entry !== undefined && (key.immutable || !isExpired(entry, world.settings.tarballTtl, world.clock()));
	if (known !== undefined && fresh) return known;
	let result: Transfer;
	try {
		result = yield* transfer(parseURL(url), url, headers, known?.etag ?? "", world, key);
	} catch (error) {
		if (known === undefined || key.allowOld !== true || !(error instanceof TransferError)) throw error;
		world.warn(`${error.message}; using cached version`);
		return known;
	}
	let source = result.source ?? known?.source;
	if (source === undefined) throw new TransferError("TRANSFER", `unable to download '${url}': HTTP error 304`, 304);
	const effectiveUrl = result.urls.at(-1) ?? url;
	const blobName = hashOf(source);
	if (result.source !== undefined) {
		keepBlob(world.cache, blobName, source);
		// A file of somebody else's may change while we read it.
		if (url.startsWith("file:")) source = openBlob(world.cache, blobName) ?? source;
	}
	const immutableUrl = result.immutableUrl ?? (result.source === undefined ? known?.immutableUrl : undefined);
	const value: Record<string, Attr> = { etag: result.etag, url: effectiveUrl, blob: blobName };
	if (immutableUrl !== undefined) value.immutableUrl = immutableUrl;
	const keep = (what: Attrs): void => {
		for (const seen of key.immutable ? [url] : result.urls)
			world.cache.upsert(key.domain, "url" in key.attrs ? { ...key.attrs, url: seen } : key.attrs, what, world.clock());
	};
	keep(value);
	const forget = (): void => keep({});
	return { source, etag: result.etag, effectiveUrl, forget, ...(immutableUrl === undefined ? {} : { immutableUrl }) };
}

/**
 * Download one file, of at most `maxSize` bytes. `headers` go to the server and do not enter the cache's key. Where the
 * server cannot be reached an old copy is used with a warning.
 */
export function* downloadFile(
	url: string,
	headers: Readonly<Record<string, string>>,
	world: FetchWorld,
	maxSize?: number,
): Fetching<Download> {
	if (!url.includes(":")) throw new BadURL(`URL '${url}' doesn't have a scheme`);
	const {
		source,
		forget: _,
		...file
	} = yield* downloadThrough(
		url,
		headers,
		{ domain: "file", attrs: { url }, allowOld: true, verbatim: true, ...(maxSize === undefined ? {} : { maxSize }) },
		world,
	);
	return { ...file, contents: source.read(0, source.size) };
}

/** Download a text, as a byte string. */
export function* downloadText(
	url: string,
	headers: Readonly<Record<string, string>>,
	world: FetchWorld,
	maxSize?: number,
): Fetching<string> {
	return bytesToString((yield* downloadFile(url, headers, world, maxSize)).contents);
}

const checkLocalTarball = (url: ParsedURL, world: FetchWorld): void => {
	const path = urlPathToPath(url.path);
	const fail = (message: string) => {
		throw new FetchError("NOT_A_TARBALL", message);
	};
	if (!path.startsWith("/"))
		fail(`tarball '${urlToString(url)}' must use an absolute path. The 'file' scheme does not support relative paths.`);
	const { fs } = world;
	if (fs === undefined) return;
	const at = hostPath(fs, path);
	if (!fs.existsSync(at)) fail(`tarball "${path}" does not exist.`);
	if (!fs.statSync(at).isDirectory()) return;
	if (fs.existsSync(`${at}/.git`))
		fail(`tarball "${path}" is a git repository, not a tarball. Please use \`git+file\` as the scheme.`);
	fail(`tarball "${path}" is a directory, not a file.`);
};

/** A downloaded archive, unpacked. */
export interface TarballTree {
	readonly accessor: SourceAccessor;
	/** The newest time of a member, seconds since 1970. */
	readonly lastModified: number;
	readonly immutableUrl?: string;
}

const isZipURL = (url: ParsedURL): boolean => url.path.at(-1)?.toLowerCase().endsWith(".zip") === true;

/** An archive is unpacked while it is downloaded, zip files excepted: so the reference words what goes wrong. */
function* downloadArchive(
	url: ParsedURL,
	{ url: text, headers, cacheKey }: Tarball,
	world: FetchWorld,
): Fetching<DownloadSource> {
	try {
		const maxSize = world.limits.totalSize;
		return yield* downloadThrough(text, headers, { ...cacheKey, maxSize, mayBeLarge: true }, world);
	} catch (error) {
		if (!(error instanceof TransferError) || isZipURL(url)) throw error;
		const said = error.message.replace(/\n(?=[^\n])/g, "\n       ");
		const message = `Failed to open archive (Source threw exception: error: ${said})`;
		throw new TransferError(error.code as TransferCode, message, error.status, error.rateLimited);
	}
}

/** What to download, and what to remember it under. */
export interface Tarball {
	readonly url: string;
	/** What it is called when it is told of; the URL unless told. */
	readonly shown?: string;
	/** These do not enter the cache's key. */
	readonly headers: Readonly<Record<string, string>>;
	readonly cacheKey: DownloadKey;
}

/** The reference opens zip archives as files, and words that differently. */
const asFile = (error: unknown): unknown => {
	const said = error instanceof ArchiveError ? /^Failed to open archive \((.*)\)$/s.exec(error.message) : null;
	return said === null
		? error
		: new ArchiveError("BAD_ARCHIVE", `failed to open archive: ${said[1]}`, { cause: error });
};

/** Download an archive and unpack it. What cannot be unpacked is asked for anew the next time. */
export function* fetchTarballTree(tarball: Tarball, world: FetchWorld): Fetching<TarballTree> {
	const url = parseURL(tarball.url, { warn: world.warn });
	if (url.scheme === "file") checkLocalTarball(url, world);
	const onEvent: FetchWorld["onEvent"] = (event) => {
		if (event.type === "downloading") world.onEvent({ type: "unpacking", url: tarball.shown ?? tarball.url });
		world.onEvent(event);
	};
	const file = yield* downloadArchive(url, tarball, { ...world, onEvent });
	let unpacked: UnpackedArchive;
	try {
		unpacked = unpackArchive(file.source, world.codecs, world.limits, world.spool);
	} catch (error) {
		file.forget?.();
		throw isZipURL(url) ? asFile(error) : error;
	}
	return { ...unpacked, ...(file.immutableUrl === undefined ? {} : { immutableUrl: file.immutableUrl }) };
}
