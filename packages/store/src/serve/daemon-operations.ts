import { bytesToString, stringToBytes } from "../byte-string";
import { StoreError } from "../errors";
import { parseMethodWithAlgorithm } from "../formats/content-address";
import { derivationType, outputPaths } from "../formats/derivation/derivation";
import { parseHashAlgorithm } from "../formats/hash";
import { parseOutputId, renderOutputId } from "../formats/realisation";
import { derivationNameOf, isDerivationPath, parseBaseName, StorePath } from "../formats/store-path";
import { readBasicDerivation } from "../protocol/basic-derivation";
import { workerBuildResult, writeBuildResult } from "../protocol/build-result";
import {
	readOptionalContentAddress,
	readOutputId,
	readRealisation,
	readSignatures,
	readStorePath,
	readStorePaths,
	writeOptionalStorePath,
	writeRealisation,
	writeStorePath,
	writeStorePaths,
} from "../protocol/common-messages";
import { type Incoming, version } from "../protocol/context";
import { ProtocolError } from "../protocol/errors";
import type { Talk } from "../protocol/talk";
import { maxString } from "../protocol/wire-reader";
import {
	workerOperations as op,
	readBuildMode,
	readCollectAction,
	readDerivedPaths,
	readKeyedPathInfo,
	writeKeyedBuildResult,
	writeKeyedPathInfo,
	writePathInfo,
} from "../protocol/worker-messages";
import type { DaemonOptions } from "../stores/daemon/connection";
import type { PathInfo } from "../stores/store";
import { InvalidPathError } from "../stores/store-errors";
import type { DaemonSession } from "./daemon-session";
import { unsupported } from "./host";

type Handler = (session: DaemonSession) => Promise<void>;

const refuse = (message: string): StoreError => new StoreError("NOT_ALLOWED", message);

/** The information on a path, or an error. */
const requireInfo = ({ host }: DaemonSession, path: StorePath): PathInfo => {
	const info = host.store.queryPathInfo(path);
	if (info === undefined) throw new InvalidPathError(path, host.store.storeDir);
	return info;
};

const isValidPath: Handler = async (s) => {
	const path = await s.read(readStorePath(s.incoming));
	const valid = await s.work(() => s.host.store.isValidPath(path));
	s.to.boolean(valid);
};

const queryValidPaths: Handler = async (s) => {
	const paths = await s.read(readStorePaths(s.incoming));
	const substitute = s.version >= version(1, 27) && (await s.read(s.from.integer())) !== 0;
	const valid = await s.work(async () => {
		const { store } = s.host;
		const missing = paths.filter((path) => !store.isValidPath(path));
		if (substitute && missing.length > 0) await s.host.substitute?.(missing, s.request());
		return paths.filter((path) => store.isValidPath(path));
	});
	writeStorePaths(s.outgoing, valid);
};

const querySubstitutablePaths: Handler = async (s) => {
	const paths = await s.read(readStorePaths(s.incoming));
	const found = await s.work(async () => (await s.host.querySubstitutable?.(paths)) ?? []);
	writeStorePaths(
		s.outgoing,
		found.map((info) => info.path),
	);
};

const onPaths =
	(query: (s: DaemonSession, path: StorePath) => readonly StorePath[]): Handler =>
	async (s) => {
		const path = await s.read(readStorePath(s.incoming));
		writeStorePaths(s.outgoing, await s.work(() => query(s, path)));
	};

const outputMap = ({ host }: DaemonSession, path: StorePath): ReadonlyMap<string, StorePath | undefined> =>
	host.queryDerivationOutputs?.(path) ?? outputPaths(host.store.readDerivation(path), host.store.storeDir);

const queryReferrers = onPaths(({ host }, path) => host.store.queryReferrers(path));
const queryValidDerivers = onPaths(({ host }, path) =>
	host.store.queryAllValidPaths().filter((drvPath) => {
		if (!isDerivationPath(drvPath)) return false;
		const outputs = outputPaths(host.store.readDerivation(drvPath), host.store.storeDir);
		return [...outputs.values()].some((output) => output?.equals(path) === true);
	}),
);
const queryDerivationOutputs = onPaths((s, path) => {
	const outputs = [...outputMap(s, path).values()];
	return outputs.filter((output): output is StorePath => output !== undefined);
});

const queryDerivationOutputNames: Handler = async (s) => {
	const path = await s.read(readStorePath(s.incoming));
	const names = await s.work(() => [...s.host.store.readDerivation(path).outputs.keys()].sort());
	s.to.strings(names);
};

const queryDerivationOutputMap: Handler = async (s) => {
	const path = await s.read(readStorePath(s.incoming));
	const outputs = await s.work(() => [...outputMap(s, path)].sort(([a], [b]) => (a < b ? -1 : 1)));
	s.to.number(outputs.length);
	for (const [name, output] of outputs) {
		s.to.string(name);
		writeOptionalStorePath(s.outgoing, output);
	}
};

const queryDeriver: Handler = async (s) => {
	const path = await s.read(readStorePath(s.incoming));
	const { deriver } = await s.work(() => requireInfo(s, path));
	writeOptionalStorePath(s.outgoing, deriver);
};

const queryPathFromHashPart: Handler = async (s) => {
	const hashPart = await s.read(s.from.string());
	const path = await s.work(() => s.host.store.queryPathFromHashPart(hashPart));
	writeOptionalStorePath(s.outgoing, path);
};

const queryAllValidPaths: Handler = async (s) => {
	writeStorePaths(s.outgoing, await s.work(() => s.host.store.queryAllValidPaths()));
};

const queryPathInfo: Handler = async (s) => {
	const path = await s.read(readStorePath(s.incoming));
	const info = await s.work(() => s.host.store.queryPathInfo(path));
	s.to.boolean(info !== undefined);
	if (info !== undefined) writePathInfo(s.outgoing, info);
};

const addToStore: Handler = async (s) => {
	if (s.version < version(1, 25)) return addToStoreBefore25(s);
	const name = await s.read(s.from.string());
	const address = await s.read(s.from.string());
	const references = await s.read(readStorePaths(s.incoming));
	const repair = await s.read(s.from.boolean());
	const info = await s.workFramed(async (input) => {
		const { method, algorithm } = parseMethodWithAlgorithm(address);
		const receiver = s.receiveTree();
		try {
			if (method === "flat" || method === "text") await s.receiveFlat(input, receiver);
			else await s.read(input.reader.nar(receiver.visitor));
			const options = { method, algorithm, references, repair };
			return requireInfo(s, s.host.store.addToStore(name, receiver.accessor(), "/", options));
		} finally {
			receiver.dispose();
		}
	});
	writeKeyedPathInfo(s.outgoing, info);
};

const addToStoreBefore25: Handler = async (s) => {
	const name = await s.read(s.from.string());
	const fixed = await s.read(s.from.boolean());
	const recursive = await s.read(s.from.byte());
	const algorithmName = await s.read(s.from.string());
	if (recursive > 1)
		throw new ProtocolError(
			`unsupported FileIngestionMethod with value of ${recursive}; you may need to upgrade nix-daemon`,
		);
	const method = !fixed || recursive === 1 ? "nar" : "flat";
	const algorithm = parseHashAlgorithm(fixed ? algorithmName : "sha256");
	const receiver = s.receiveTree();
	try {
		await s.read(s.from.nar(receiver.visitor));
		const path = await s.work(() => s.host.store.addToStore(name, receiver.accessor(), "/", { method, algorithm }));
		writeStorePath(s.outgoing, path);
	} finally {
		receiver.dispose();
	}
};

const addTextToStore: Handler = async (s) => {
	const name = await s.read(s.from.string());
	const text = await s.read(s.from.string());
	const references = await s.read(readStorePaths(s.incoming));
	writeStorePath(s.outgoing, await s.work(() => s.host.store.addTextToStore(name, text, references)));
};

/** Adds an object whose NAR comes next. */
const importObject = async (
	s: DaemonSession,
	info: PathInfo,
	reader: Incoming["from"],
	checkSignatures: boolean,
): Promise<void> => {
	const { host } = s;
	const receiver = s.receiveTree();
	try {
		// What lacks a signature is refused before it is taken in, as in the reference.
		if (checkSignatures && host.isTrustedInfo?.(info) === false)
			throw refuse(
				`cannot add path '${info.path.toString(host.store.storeDir)}' because it lacks a signature by a trusted key`,
			);
		await s.read(reader.nar(receiver.visitor));
		host.store.addObject(info, receiver.accessor());
	} finally {
		receiver.dispose();
	}
};

const addToStoreNar: Handler = async (s) => {
	const sent = await s.read(readKeyedPathInfo(s.incoming));
	const info: PathInfo = { ...sent, ultimate: sent.ultimate && s.host.trusted };
	await s.read(s.from.boolean()); // repair: what is there and valid is not replaced
	const unchecked = (await s.read(s.from.boolean())) && s.host.trusted;
	if (s.version >= version(1, 23)) {
		await s.workFramed((input) => importObject(s, info, input.reader, !unchecked));
		return;
	}
	s.log.start();
	await importObject(s, info, s.version >= version(1, 21) ? s.askedFor() : s.from, !unchecked);
	s.log.stop();
};

const addMultipleToStore: Handler = async (s) => {
	await s.read(s.from.boolean());
	const unchecked = (await s.read(s.from.boolean())) && s.host.trusted;
	await s.workFramed(async ({ reader }) => {
		const incoming: Incoming = { from: reader, version: version(1, 16), storeDir: s.incoming.storeDir };
		const count = await s.read(reader.number());
		for (let i = 0; i < count; i++) {
			const info = await s.read(readKeyedPathInfo(incoming));
			await importObject(s, { ...info, ultimate: false }, reader, !unchecked);
		}
	});
};

/** Reads what is to be built, and how. */
const buildRequest = async (s: DaemonSession) => {
	const targets = await s.read(readDerivedPaths(s.incoming));
	const mode = await s.read(readBuildMode(s.incoming));
	if (mode === "repair" && !s.host.trusted)
		throw refuse("repairing is not allowed because you are not in 'trusted-users'");
	return { targets, mode };
};

const buildPaths: Handler = async (s) => {
	const { targets, mode } = await buildRequest(s);
	await s.work(() => s.buildAll(targets, mode));
	s.to.number(1);
};

const buildPathsWithResults: Handler = async (s) => {
	const { targets, mode } = await buildRequest(s);
	const results = await s.work(() => s.host.build(targets, mode, s.request()));
	s.to.number(results.length);
	for (const result of results) writeKeyedBuildResult(s.outgoing, result);
};

const buildDerivation: Handler = async (s) => {
	const drvPath = await s.read(readStorePath(s.incoming));
	const drv = await s.read(readBasicDerivation(s.incoming, derivationNameOf(drvPath)));
	const mode = await s.read(readBuildMode(s.incoming));
	const result = await s.work(async () => {
		const type = derivationType(drv);
		const contentAddressed = type === "fixed" || type === "floating" || type === "impure";
		if (!contentAddressed && !s.host.trusted)
			throw refuse("you are not privileged to build input-addressed derivations");
		const path = s.host.trusted ? drvPath : s.host.store.addDerivation({ ...drv, inputDrvs: new Map() });
		return s.host.buildDerivation(path, drv, mode, s.request());
	});
	writeBuildResult(s.outgoing, result, workerBuildResult(s.version));
};

const ensurePath: Handler = async (s) => {
	const path = await s.read(readStorePath(s.incoming));
	await s.work(async () => {
		if (!s.host.store.isValidPath(path)) await s.buildAll([{ kind: "opaque", path }], "normal");
	});
	s.to.number(1);
};

const addTempRoot: Handler = async (s) => {
	const path = await s.read(readStorePath(s.incoming));
	await s.work(() => s.host.addTempRoot?.(path));
	s.to.number(1);
};

const addIndirectRoot: Handler = async (s) => {
	const link = await s.read(s.from.string());
	await s.work(() => {
		if (s.host.addIndirectRoot === undefined) throw unsupported("Indirect GC roots registration", s.host.store);
		return s.host.addIndirectRoot(link);
	});
	s.to.number(1);
};

const addPermanentRoot: Handler = async (s) => {
	if (!s.host.trusted)
		throw refuse(
			"you are not privileged to create perm roots\n\nhint: you can just do this client-side without special privileges, and probably want to do that instead.",
		);
	const path = await s.read(readStorePath(s.incoming));
	const link = await s.read(s.from.string());
	const made = await s.work(() => {
		if (s.host.addPermanentRoot === undefined) throw unsupported("Local Filesystem Store", s.host.store);
		return s.host.addPermanentRoot(path, link);
	});
	s.to.string(made);
};

const syncWithGC: Handler = async (s) => {
	await s.work(() => undefined);
	s.to.number(1);
};

const findRoots: Handler = async (s) => {
	const roots = await s.work(() => {
		if (s.host.findRoots === undefined) throw unsupported("Garbage collection", s.host.store);
		return s.host.findRoots(!s.host.trusted);
	});
	s.to.number(roots.length);
	for (const [link, target] of roots) {
		s.to.string(link);
		writeStorePath(s.outgoing, target);
	}
};

const collectGarbage: Handler = async (s) => {
	const action = await s.read(readCollectAction(s.incoming));
	const paths = await s.read(readStorePaths(s.incoming));
	const ignoreLiveness = await s.read(s.from.boolean());
	const maxFreed = await s.read(s.from.big());
	for (let i = 0; i < 3; i++) await s.read(s.from.integer());
	const result = await s.work(() => {
		if (ignoreLiveness) throw refuse("you are not allowed to ignore liveness");
		if (s.host.collectGarbage === undefined) throw unsupported("Garbage collection", s.host.store);
		const limit = maxFreed > BigInt(Number.MAX_SAFE_INTEGER) ? {} : { maxFreed: Number(maxFreed) };
		return s.host.collectGarbage({ action, paths, ...limit }, s.tell);
	});
	s.to.strings(result.paths).number(result.bytesFreed).number(0);
};

const setOptions: Handler = async (s) => {
	const options = await s.read(readOptions(s.incoming));
	await s.work(() => s.apply(options));
};

function* readOptions({ from }: Incoming): Talk<DaemonOptions> {
	const keepFailed = (yield* from.integer()) !== 0;
	const keepGoing = (yield* from.integer()) !== 0;
	const tryFallback = (yield* from.integer()) !== 0;
	const verbosity = yield* from.integer();
	const maxBuildJobs = yield* from.integer();
	const maxSilentTime = yield* from.integer();
	yield* from.integer(); // build hook
	const verboseBuild = (yield* from.integer()) === 0;
	yield* from.integer(); // kind of log
	yield* from.integer(); // trace of builds
	const buildCores = yield* from.integer();
	const useSubstitutes = (yield* from.integer()) !== 0;
	const overrides = new Map<string, string>();
	for (let left = yield* from.integer(); left > 0; left--) overrides.set(yield* from.string(), yield* from.string());
	return {
		keepFailed,
		keepGoing,
		tryFallback,
		verbosity,
		maxBuildJobs,
		maxSilentTime,
		verboseBuild,
		buildCores,
		useSubstitutes,
		overrides,
	};
}

const writeSubstitutable = (s: DaemonSession, info: PathInfo & { readonly downloadSize?: number }): void => {
	writeOptionalStorePath(s.outgoing, info.deriver);
	writeStorePaths(s.outgoing, info.references);
	s.to.number(info.downloadSize ?? 0).number(info.narSize);
};

const querySubstitutablePathInfo: Handler = async (s) => {
	const path = await s.read(readStorePath(s.incoming));
	const found = await s.work(async () => ((await s.host.querySubstitutable?.([path])) ?? [])[0]);
	s.to.boolean(found !== undefined);
	if (found !== undefined) writeSubstitutable(s, found);
};

const querySubstitutablePathInfos: Handler = async (s) => {
	const paths =
		s.version < version(1, 22)
			? await s.read(readStorePaths(s.incoming))
			: await s.read(
					s.from.list(function* () {
						const path = yield* readStorePath(s.incoming);
						yield* readOptionalContentAddress(s.incoming);
						return path;
					}),
				);
	const found = await s.work(async () => (await s.host.querySubstitutable?.(paths)) ?? []);
	s.to.number(found.length);
	for (const info of [...found].sort((a, b) => StorePath.compare(a.path, b.path))) {
		writeStorePath(s.outgoing, info.path);
		writeSubstitutable(s, info);
	}
};

const optimiseStore: Handler = async (s) => {
	await s.work(() => s.host.optimiseStore?.(s.tell));
	s.to.number(1);
};

const verifyStore: Handler = async (s) => {
	const checkContents = await s.read(s.from.boolean());
	const repair = await s.read(s.from.boolean());
	const errors = await s.work(() => {
		if (repair && !s.host.trusted) throw refuse("you are not privileged to repair paths");
		return s.host.verifyStore?.(checkContents, repair, s.tell) ?? false;
	});
	s.to.boolean(errors);
};

const addSignatures: Handler = async (s) => {
	const path = await s.read(readStorePath(s.incoming));
	const signatures = await s.read(readSignatures(s.incoming));
	await s.work(() => {
		if (s.host.addSignatures === undefined) throw unsupported("operation 'addSignatures' is", s.host.store);
		return s.host.addSignatures(path, signatures);
	});
	s.to.number(1);
};

const narFromPath: Handler = async (s) => {
	const path = await s.read(readStorePath(s.incoming));
	s.log.start();
	s.log.stop();
	await s.sendNar(path);
};

const queryMissing: Handler = async (s) => {
	const targets = await s.read(readDerivedPaths(s.incoming));
	const missing = await s.work(() => s.host.queryMissing(targets, s.request()));
	writeStorePaths(s.outgoing, missing.willBuild);
	writeStorePaths(s.outgoing, missing.willSubstitute);
	writeStorePaths(s.outgoing, missing.unknown);
	s.to.number(missing.downloadSize).number(missing.narSize);
};

const registerDrvOutput: Handler = async (s) => {
	s.log.start();
	let realisation: Parameters<NonNullable<DaemonSession["host"]["registerRealisation"]>>[0];
	if (s.version < version(1, 31)) {
		const id = await s.read(readOutputId(s.incoming));
		realisation = { id, outPath: parseBaseName(await s.read(s.from.string())), signatures: [] };
	} else realisation = await s.read(readRealisation(s.incoming));
	if (s.host.registerRealisation === undefined)
		s.host.store.registerRealisation(renderOutputId(realisation.id), realisation.outPath);
	else await s.host.registerRealisation(realisation, !s.host.trusted);
	s.log.stop();
};

const queryRealisation: Handler = async (s) => {
	s.log.start();
	const id = renderOutputId(await s.read(readOutputId(s.incoming)));
	let found = await s.host.queryRealisation?.(id);
	if (s.host.queryRealisation === undefined) {
		const outPath = s.host.store.queryRealisation(id);
		if (outPath !== undefined) found = { id: parseOutputId(id), outPath, signatures: [] };
	}
	s.log.stop();
	if (s.version < version(1, 31)) return writeStorePaths(s.outgoing, found === undefined ? [] : [found.outPath]);
	s.to.number(found === undefined ? 0 : 1);
	if (found !== undefined) writeRealisation(s.outgoing, found);
};

const addBuildLog: Handler = async (s) => {
	const path = parseBaseName(await s.read(s.from.string()));
	if (!s.host.trusted) {
		s.log.start();
		throw refuse("you are not privileged to add logs");
	}
	await s.workFramed(async ({ reader }) => {
		const pieces: string[] = [];
		let size = 0;
		for (;;) {
			const piece = await s.read(reader.some(maxString));
			if (piece === undefined) break;
			pieces.push(bytesToString(piece));
			size += piece.length;
			if (size > maxString) throw new ProtocolError("log is too long", reader.position);
		}
		if (s.host.addBuildLog === undefined) throw unsupported("Build log storage and retrieval", s.host.store);
		await s.host.addBuildLog(path, stringToBytes(pieces.join("")));
	});
	s.to.number(1);
};

/** How each operation is answered, by its number. */
export const daemonOperations: ReadonlyMap<number, Handler> = new Map<number, Handler>([
	[op.IsValidPath, isValidPath],
	[op.QueryReferrers, queryReferrers],
	[op.AddToStore, addToStore],
	[op.AddTextToStore, addTextToStore],
	[op.BuildPaths, buildPaths],
	[op.EnsurePath, ensurePath],
	[op.AddTempRoot, addTempRoot],
	[op.AddIndirectRoot, addIndirectRoot],
	[op.SyncWithGC, syncWithGC],
	[op.FindRoots, findRoots],
	[op.QueryDeriver, queryDeriver],
	[op.SetOptions, setOptions],
	[op.CollectGarbage, collectGarbage],
	[op.QuerySubstitutablePathInfo, querySubstitutablePathInfo],
	[op.QueryDerivationOutputs, queryDerivationOutputs],
	[op.QueryAllValidPaths, queryAllValidPaths],
	[op.QueryPathInfo, queryPathInfo],
	[op.QueryDerivationOutputNames, queryDerivationOutputNames],
	[op.QueryPathFromHashPart, queryPathFromHashPart],
	[op.QuerySubstitutablePathInfos, querySubstitutablePathInfos],
	[op.QueryValidPaths, queryValidPaths],
	[op.QuerySubstitutablePaths, querySubstitutablePaths],
	[op.QueryValidDerivers, queryValidDerivers],
	[op.OptimiseStore, optimiseStore],
	[op.VerifyStore, verifyStore],
	[op.BuildDerivation, buildDerivation],
	[op.AddSignatures, addSignatures],
	[op.NarFromPath, narFromPath],
	[op.AddToStoreNar, addToStoreNar],
	[op.QueryMissing, queryMissing],
	[op.QueryDerivationOutputMap, queryDerivationOutputMap],
	[op.RegisterDrvOutput, registerDrvOutput],
	[op.QueryRealisation, queryRealisation],
	[op.AddMultipleToStore, addMultipleToStore],
	[op.AddBuildLog, addBuildLog],
	[op.BuildPathsWithResults, buildPathsWithResults],
	[op.AddPermRoot, addPermanentRoot],
]);
