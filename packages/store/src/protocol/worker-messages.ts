import { baseStorePath, type DerivedPath, parseDerivedPath, renderDerivedPath } from "../formats/derived-path";
import { parseHash } from "../formats/hash";
import { isDerivationPath, parseStorePath } from "../formats/store-path";
import type { PathInfo } from "../stores/store";
import { type BuildResult, readBuildResult, workerBuildResult, writeBuildResult } from "./build-result";
import {
	readOptionalContentAddress,
	readOptionalStorePath,
	readSignatures,
	readStorePath,
	readStorePaths,
	writeOptionalContentAddress,
	writeOptionalStorePath,
	writeSignatures,
	writeStorePath,
	writeStorePaths,
} from "./common-messages";
import { type Incoming, type Outgoing, showVersion, version } from "./context";
import { ProtocolError } from "./errors";
import type { Talk } from "./talk";

/* The messages of the daemon's protocol, by the version that both sides agreed on. */

/** The greetings of a client and of a daemon. */
export const workerMagic = { client: 0x6e697863, daemon: 0x6478696f } as const;

/** What is spoken here, and the oldest that is understood. */
export const workerVersion = version(1, 38);
export const oldestWorkerVersion = version(1, 18);

/** What a daemon says before an answer. */
export const tunnel = {
	next: 0x6f6c6d67,
	read: 0x64617461,
	write: 0x64617416,
	last: 0x616c7473,
	error: 0x63787470,
	startActivity: 0x53545254,
	stopActivity: 0x53544f50,
	result: 0x52534c54,
} as const;

/** The operations, by the reference's names. */
export const workerOperations = {
	IsValidPath: 1,
	QueryReferrers: 6,
	AddToStore: 7,
	AddTextToStore: 8,
	BuildPaths: 9,
	EnsurePath: 10,
	AddTempRoot: 11,
	AddIndirectRoot: 12,
	SyncWithGC: 13,
	FindRoots: 14,
	QueryDeriver: 18,
	SetOptions: 19,
	CollectGarbage: 20,
	QuerySubstitutablePathInfo: 21,
	QueryDerivationOutputs: 22,
	QueryAllValidPaths: 23,
	QueryPathInfo: 26,
	QueryDerivationOutputNames: 28,
	QueryPathFromHashPart: 29,
	QuerySubstitutablePathInfos: 30,
	QueryValidPaths: 31,
	QuerySubstitutablePaths: 32,
	QueryValidDerivers: 33,
	OptimiseStore: 34,
	VerifyStore: 35,
	BuildDerivation: 36,
	AddSignatures: 37,
	NarFromPath: 38,
	AddToStoreNar: 39,
	QueryMissing: 40,
	QueryDerivationOutputMap: 41,
	RegisterDrvOutput: 42,
	QueryRealisation: 43,
	AddMultipleToStore: 44,
	AddBuildLog: 45,
	BuildPathsWithResults: 46,
	AddPermRoot: 47,
} as const;

/** How a derivation is built. */
export type BuildMode = "normal" | "repair" | "check";
const buildModes: readonly BuildMode[] = ["normal", "repair", "check"];

export function* readBuildMode({ from }: Incoming): Talk<BuildMode> {
	const mode = buildModes[yield* from.byte()];
	if (mode === undefined) throw new ProtocolError("Invalid build mode", from.position);
	return mode;
}

export const writeBuildMode = ({ to }: Outgoing, mode: BuildMode): void => {
	to.number(buildModes.indexOf(mode));
};

/** What a collection of garbage does. */
export type CollectAction = "return-live" | "return-dead" | "delete-dead" | "delete-specific";
const collectActions: readonly CollectAction[] = ["return-live", "return-dead", "delete-dead", "delete-specific"];

export function* readCollectAction({ from }: Incoming): Talk<CollectAction> {
	const action = collectActions[yield* from.integer()];
	if (action === undefined) throw new ProtocolError("Invalid GC action", from.position);
	return action;
}

export const writeCollectAction = ({ to }: Outgoing, action: CollectAction): void => {
	to.number(collectActions.indexOf(action));
};

/** Whether the daemon trusts its client; undefined where that is not known. */
export function* readTrust({ from }: Incoming): Talk<boolean | undefined> {
	const number = yield* from.byte();
	if (number > 2) throw new ProtocolError("Invalid trusted status from remote", from.position);
	return number === 0 ? undefined : number === 1;
}

export const writeTrust = ({ to }: Outgoing, trusted: boolean | undefined): void => {
	to.number(trusted === undefined ? 0 : trusted ? 1 : 2);
};

/** What a daemon tells of itself when a connection begins. */
export interface ClientHandshakeInfo {
	readonly daemonVersion?: string;
	readonly trustsUs?: boolean;
}

export function* readHandshakeInfo(incoming: Incoming): Talk<ClientHandshakeInfo> {
	const daemonVersion = incoming.version >= version(1, 33) ? yield* incoming.from.string() : undefined;
	const trustsUs = incoming.version >= version(1, 35) ? yield* readTrust(incoming) : undefined;
	return {
		...(daemonVersion === undefined ? {} : { daemonVersion }),
		...(trustsUs === undefined ? {} : { trustsUs }),
	};
}

export const writeHandshakeInfo = (outgoing: Outgoing, info: ClientHandshakeInfo): void => {
	if (outgoing.version >= version(1, 33)) outgoing.to.string(info.daemonVersion ?? "");
	if (outgoing.version >= version(1, 35)) writeTrust(outgoing, info.trustsUs);
};

/** What can be built. Before 1.30 only outputs of derivations that are there, and a .drv stands for all of them. */
export function* readDerivedPath({ from, version: number, storeDir }: Incoming): Talk<DerivedPath> {
	const text = yield* from.string();
	return number >= version(1, 30) ? parseDerivedPath(text, storeDir, "!") : parsePathWithOutputs(text, storeDir);
}

/** `/nix/store/….drv!out,dev`, where a .drv without outputs stands for all of them. */
export const parsePathWithOutputs = (text: string, storeDir: string): DerivedPath => {
	const at = text.indexOf("!");
	const path = parseStorePath(at < 0 ? text : text.slice(0, at), storeDir);
	const names =
		at < 0
			? []
			: text
					.slice(at + 1)
					.split(",")
					.filter((name) => name !== "");
	const drvPath = { kind: "opaque", path } as const;
	if (names.length > 0) return { kind: "built", drvPath, outputs: [...new Set(names)].sort() };
	return isDerivationPath(path) ? { kind: "built", drvPath, outputs: "all" } : drvPath;
};

/** What {@link parsePathWithOutputs} reads; undefined for outputs of what is itself an output, "drv" for a mere .drv. */
export const renderPathWithOutputs = (path: DerivedPath, storeDir: string): string | undefined | "drv" => {
	if (path.kind === "opaque") return isDerivationPath(path.path) ? "drv" : path.path.toString(storeDir);
	if (path.drvPath.kind !== "opaque") return undefined;
	const drvPath = path.drvPath.path.toString(storeDir);
	return path.outputs === "all" ? drvPath : `${drvPath}!${path.outputs.join(",")}`;
};

export const writeDerivedPath = ({ to, version: number, storeDir }: Outgoing, path: DerivedPath): void => {
	if (number >= version(1, 30)) return void to.string(renderDerivedPath(path, storeDir, "!"));
	const text = renderPathWithOutputs(path, storeDir);
	if (text === "drv")
		throw new ProtocolError(
			`trying to request '${baseStorePath(path).toString(storeDir)}', but daemon protocol ${showVersion(number)} is too old (< 1.29) to request a derivation file`,
		);
	if (text === undefined)
		throw new ProtocolError(
			"wanted to build a derivation that is itself a build product, but protocols do not support that. Try upgrading the Nix on the other end of this connection",
		);
	to.string(text);
};

export const readDerivedPaths = (incoming: Incoming): Talk<DerivedPath[]> =>
	incoming.from.list(() => readDerivedPath(incoming));

export const writeDerivedPaths = (outgoing: Outgoing, paths: readonly DerivedPath[]): void => {
	outgoing.to.number(paths.length);
	for (const path of paths) writeDerivedPath(outgoing, path);
};

/** What is known of a store path, without the path. */
export function* readPathInfo(incoming: Incoming): Talk<Omit<PathInfo, "path">> {
	const { from } = incoming;
	const deriver = yield* readOptionalStorePath(incoming);
	const narHash = parseHash(yield* from.string(), "sha256");
	const references = yield* readStorePaths(incoming);
	const registrationTime = yield* from.number();
	const narSize = yield* from.number();
	const newer = incoming.version >= version(1, 16);
	const ultimate = newer ? yield* from.boolean() : false;
	const signatures = newer ? yield* readSignatures(incoming) : [];
	const contentAddress = newer ? yield* readOptionalContentAddress(incoming) : undefined;
	return {
		narHash,
		narSize,
		references,
		...(deriver === undefined ? {} : { deriver }),
		signatures,
		...(contentAddress === undefined ? {} : { contentAddress }),
		registrationTime,
		ultimate,
	};
}

export const writePathInfo = (outgoing: Outgoing, info: Omit<PathInfo, "path">): void => {
	const { to } = outgoing;
	writeOptionalStorePath(outgoing, info.deriver);
	to.string(info.narHash.base16());
	writeStorePaths(outgoing, info.references);
	to.number(info.registrationTime).number(info.narSize);
	if (outgoing.version < version(1, 16)) return;
	to.boolean(info.ultimate);
	writeSignatures(outgoing, info.signatures);
	writeOptionalContentAddress(outgoing, info.contentAddress);
};

/** The path and what is known of it. */
export function* readKeyedPathInfo(incoming: Incoming): Talk<PathInfo> {
	const path = yield* readStorePath(incoming);
	return { path, ...(yield* readPathInfo(incoming)) };
}

export const writeKeyedPathInfo = (outgoing: Outgoing, info: PathInfo): void => {
	writeStorePath(outgoing, info.path);
	writePathInfo(outgoing, info);
};

/** What came of one of several things to be built. */
export interface KeyedBuildResult extends BuildResult {
	readonly path: DerivedPath;
}

export function* readKeyedBuildResult(incoming: Incoming): Talk<KeyedBuildResult> {
	const path = yield* readDerivedPath(incoming);
	return { path, ...(yield* readBuildResult(incoming, workerBuildResult(incoming.version))) };
}

export const writeKeyedBuildResult = (outgoing: Outgoing, result: KeyedBuildResult): void => {
	writeDerivedPath(outgoing, result.path);
	writeBuildResult(outgoing, result, workerBuildResult(outgoing.version));
};
