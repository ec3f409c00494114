import type { FetchFileRequest, HostStore } from "@tsnix/eval";
import {
	addTrace,
	downloadFile,
	type FetchWorld,
	fetchTarballTree,
	LockMismatchError,
	parseURL,
	runAsync,
	runSync,
	WouldBlock,
} from "@tsnix/fetchers";
import {
	type Hash,
	hashBytes,
	makeFixedOutputPath,
	memoryAccessor,
	narHash,
	parseHash,
	type SourceAccessor,
	type StorePath,
} from "@tsnix/store";

/**
 * What `builtins.fetchurl` and `builtins.fetchTarball` do: a file into the store, flat, or an archive unpacked. Where
 * the hash is promised and the store has the path already, nothing is fetched. An unpacked tree is only
 * copied to the store when it is needed there.
 */
export const fetchFile = (
	request: FetchFileRequest,
	world: FetchWorld,
	trees: Map<string, SourceAccessor>,
	store: HostStore,
): StorePath => {
	const method = request.unpack ? "nar" : "flat";
	const expected = request.sha256 === undefined ? undefined : parseHash(request.sha256, "sha256");
	const pathOf = (hash: Hash): StorePath => makeFixedOutputPath(request.name, { method, hash }, store.storeDir);
	if (expected !== undefined) {
		const path = pathOf(expected);
		if (store.isValidPath(path)) return path;
	}
	// What is no URL is no input either.
	if (request.unpack) parseURL(request.url, { warn: world.warn });
	const fetched = request.unpack ? traced(request, () => unpacked(request, world)) : downloaded(request, world);
	if (expected !== undefined && !expected.equals(fetched.hash))
		throw new LockMismatchError(
			`hash mismatch in file downloaded from '${request.url}':\n  specified: ${expected.format("nix32", true)}\n  got:       ${fetched.hash.format("nix32", true)}`,
			102,
		);
	const path = pathOf(fetched.hash);
	if (request.unpack) trees.set(path.baseName, fetched.tree);
	else if (!store.isValidPath(path)) store.addToStore(request.name, fetched.tree, "/", { method: "flat" });
	return path;
};

/** Archives are inputs of a kind: an error says which one was being fetched. */
const traced = <T>({ url }: FetchFileRequest, fetch: () => T): T => {
	try {
		return fetch();
	} catch (error) {
		if (!(error instanceof WouldBlock)) addTrace(error, `while fetching the input '${url}'`);
		throw error;
	}
};

interface Fetched {
	readonly tree: SourceAccessor;
	readonly hash: Hash;
}

const unpacked = (request: FetchFileRequest, world: FetchWorld): Fetched => {
	const fetching = (): ReturnType<typeof fetchTarballTree> =>
		fetchTarballTree(
			{ url: request.url, headers: {}, cacheKey: { domain: "tarball", attrs: { url: request.url } } },
			world,
		);
	const { accessor } = runSync(
		fetching(),
		world,
		(effect) => new WouldBlock(effect, async () => void (await runAsync(fetching(), world))),
	);
	return { tree: accessor, hash: narHash(accessor).hash };
};

const downloaded = (request: FetchFileRequest, world: FetchWorld): Fetched => {
	const fetching = (): ReturnType<typeof downloadFile> => downloadFile(request.url, {}, world);
	const { contents } = runSync(
		fetching(),
		world,
		(effect) => new WouldBlock(effect, async () => void (await runAsync(fetching(), world))),
	);
	return { tree: memoryAccessor(contents), hash: hashBytes("sha256", contents) };
};
