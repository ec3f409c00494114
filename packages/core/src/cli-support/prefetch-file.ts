import {
	ArchiveError,
	BadURL,
	downloadFile,
	type FetchWorld,
	parseURL,
	runSync,
	unpackArchive,
	WouldBlock,
} from "@tsnix/fetchers";
import {
	checkStorePathName,
	executable as executableFile,
	type HashAlgorithm,
	hashPath,
	makeFixedOutputPath,
	memoryAccessor,
	NixError,
	parseHash,
	type SourceAccessor,
} from "@tsnix/store";
import type { OpenWorld } from "../engine/world";

/** A file that is to be put into the store. */
export interface PrefetchRequest {
	readonly url: string;
	/** The store object's name; the last part of the URL unless told. */
	readonly name?: string;
	readonly algorithm: HashAlgorithm;
	/** What its hash shall be. */
	readonly expected?: string;
	/** Unpack it: an archive. */
	readonly unpack: boolean;
	readonly executable: boolean;
}

/** What was put there. */
export interface Prefetched {
	readonly storePath: string;
	/** Its hash, in the form `sha256-…`. */
	readonly hash: string;
}

/**
 * Downloads a file into the store, as it is or unpacked (manual: "nix-prefetch-url", "nix store prefetch-file"). What
 * has the expected hash and is there already is not downloaded. `traced` adds to an error's trace.
 */
export const prefetchFile = (
	open: OpenWorld,
	request: PrefetchRequest,
	traced: (error: unknown, doing: string) => unknown,
): Prefetched => {
	const { store } = open.host;
	const { url, unpack, executable } = request;
	const name = request.name ?? nameIn(url);
	try {
		checkStorePathName(name);
	} catch (error) {
		throw request.name === undefined ? traced(error, `file name '${name}' was extracted from URL '${url}'`) : error;
	}
	const method = unpack || executable ? "nar" : "flat";
	const expected = request.expected === undefined ? undefined : parseHash(request.expected, request.algorithm);
	if (expected !== undefined) {
		const path = makeFixedOutputPath(name, { method, hash: expected }, store.storeDir);
		if (store.isValidPath(path)) return { storePath: path.toString(store.storeDir), hash: expected.sri() };
	}
	// What is asked for now is asked for at its server.
	const world = { ...open.fetch, settings: { ...open.fetch.settings, tarballTtl: 0 } };
	const { contents } = runSync(downloadFile(url, {}, world), world, (effect) => new WouldBlock(effect, async () => {}));
	let tree: SourceAccessor = memoryAccessor(contents);
	/** A single file or folder of an archive is all of it. */
	let place = "/";
	if (unpack) {
		tree = unpacked(contents, world);
		const entries = [...tree.readDirectory("/")];
		if (entries.length === 0) throw new NixError("EMPTY_ARCHIVE", `archive '${url}' is empty`);
		if (entries.length === 1) place = `/${entries[0][0]}`;
	} else if (executable) tree = memoryAccessor(executableFile(contents));
	const algorithm = expected?.algorithm ?? request.algorithm;
	const hash = hashPath(tree, place, { method, algorithm });
	if (expected !== undefined && !expected.equals(hash))
		throw new NixError("HASH_MISMATCH", `hash mismatch for '${url}'`, {
			hint: `specified: ${expected.sri()}\ngot:       ${hash.sri()}`,
		});
	const path = store.addToStore(name, tree, place, { method, algorithm });
	return { storePath: path.toString(store.storeDir), hash: hash.sri() };
};

const partsOf = (url: string): readonly string[] => {
	try {
		return parseURL(url).path;
	} catch (error) {
		if (error instanceof BadURL) return url.split("/");
		throw error;
	}
};

/** Unpacks an archive; what is none is told as for archives that lie in files. */
const unpacked = (contents: Uint8Array, { codecs, limits, spool }: FetchWorld): SourceAccessor => {
	try {
		return unpackArchive(contents, codecs, limits, spool).whole;
	} catch (error) {
		if (!(error instanceof ArchiveError)) throw error;
		const message = error.message.replace(/^Failed to open archive \((.*)\)$/s, "failed to open archive: $1");
		throw new NixError(error.code, message, { cause: error });
	}
};

/** The last part of a URL's path. */
const nameIn = (url: string): string => {
	const name = partsOf(url)
		.filter((part) => part !== "")
		.at(-1);
	if (name === undefined) throw new NixError("NO_FILE_NAME", `cannot figure out file name for '${url}'`);
	return name;
};
