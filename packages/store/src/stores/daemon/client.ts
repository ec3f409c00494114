import type { ByteString } from "../../byte-string";
import { type FileIngestionMethod, renderMethodWithAlgorithm } from "../../formats/content-address";
import type { DerivedPath } from "../../formats/derived-path";
import type { HashAlgorithm } from "../../formats/hash";
import type { NarVisitor } from "../../formats/nar/parse";
import { parseOutputId, type Realisation } from "../../formats/realisation";
import type { StorePath } from "../../formats/store-path";
import { type BasicDerivation, writeBasicDerivation } from "../../protocol/basic-derivation";
import { type BuildResult, readBuildResult, workerBuildResult } from "../../protocol/build-result";
import {
	readOptionalStorePath,
	readRealisation,
	readStorePath,
	readStorePaths,
	writeOutputId,
	writeRealisation,
	writeSignatures,
	writeStorePath,
	writeStorePaths,
} from "../../protocol/common-messages";
import { type Outgoing, showVersion, version } from "../../protocol/context";
import { ProtocolError, RemoteError } from "../../protocol/errors";
import type { Talk } from "../../protocol/talk";
import { WireWriter } from "../../protocol/wire-writer";
import {
	type BuildMode,
	type CollectAction,
	type KeyedBuildResult,
	workerOperations as op,
	readKeyedBuildResult,
	readKeyedPathInfo,
	readPathInfo,
	writeBuildMode,
	writeCollectAction,
	writeDerivedPaths,
	writeKeyedPathInfo,
} from "../../protocol/worker-messages";
import type { PathInfo } from "../store";
import { DaemonConnection } from "./connection";

/** What is missing for some outputs to be there. */
export interface MissingPaths {
	readonly willBuild: readonly StorePath[];
	readonly willSubstitute: readonly StorePath[];
	readonly unknown: readonly StorePath[];
	/** In bytes. */
	readonly downloadSize: number;
	readonly narSize: number;
}

/** A store object that is being sent: what is known of it, and its NAR. */
export interface OutgoingObject {
	readonly info: PathInfo;
	readonly nar: Iterable<Uint8Array>;
}

/** What is sent with an addition. */
export interface ImportOptions {
	readonly repair?: boolean;
	/** Trusted clients may have signatures not looked at. */
	readonly checkSignatures?: boolean;
}

/** The operations of the daemon's protocol, from the client's side, each as a conversation. */
export class DaemonClient extends DaemonConnection {
	private *ask<T>(operation: number, write: () => void, read: () => Talk<T>): Talk<T> {
		this.to.drop();
		this.to.number(operation);
		write();
		yield* this.answer();
		return yield* read();
	}

	/** For what older daemons do not know. */
	private require(major: number, minor: number, what: string): void {
		if (this.version < version(major, minor))
			throw new ProtocolError(`${what} is not supported by Nix daemon protocol ${showVersion(this.version)}`);
	}

	private onPath(path: StorePath): () => void {
		return () => writeStorePath(this.outgoing, path);
	}

	private paths = (): Talk<StorePath[]> => readStorePaths(this.incoming);

	isValidPath(path: StorePath): Talk<boolean> {
		return this.ask(op.IsValidPath, this.onPath(path), () => this.from.boolean());
	}

	*queryPathInfo(path: StorePath): Talk<PathInfo | undefined> {
		try {
			return yield* this.ask(op.QueryPathInfo, this.onPath(path), () => this.maybeInfo(path));
		} catch (error) {
			if (error instanceof RemoteError && error.message.includes("is not valid")) return undefined;
			throw error;
		}
	}

	private *maybeInfo(path: StorePath): Talk<PathInfo | undefined> {
		if (!(yield* this.from.boolean())) return undefined;
		return { path, ...(yield* readPathInfo(this.incoming)) };
	}

	queryAllValidPaths(): Talk<StorePath[]> {
		return this.ask(op.QueryAllValidPaths, () => {}, this.paths);
	}

	/** Those of the paths that are valid, made so by substituting where that is wanted and can be. */
	queryValidPaths(paths: readonly StorePath[], substitute = false): Talk<StorePath[]> {
		const write = (): void => {
			writeStorePaths(this.outgoing, paths);
			if (this.version >= version(1, 27)) this.to.boolean(substitute);
		};
		return this.ask(op.QueryValidPaths, write, this.paths);
	}

	querySubstitutablePaths(paths: readonly StorePath[]): Talk<StorePath[]> {
		return this.ask(op.QuerySubstitutablePaths, () => writeStorePaths(this.outgoing, paths), this.paths);
	}

	queryReferrers(path: StorePath): Talk<StorePath[]> {
		return this.ask(op.QueryReferrers, this.onPath(path), this.paths);
	}

	queryValidDerivers(path: StorePath): Talk<StorePath[]> {
		return this.ask(op.QueryValidDerivers, this.onPath(path), this.paths);
	}

	/** Where a derivation's outputs are, as far as the daemon knows. */
	queryDerivationOutputMap(path: StorePath): Talk<Map<string, StorePath | undefined>> {
		this.require(1, 22, "asking for a derivation's outputs");
		const { incoming } = this;
		const entry = function* (): Talk<readonly [string, StorePath | undefined]> {
			return [yield* incoming.from.string(), yield* readOptionalStorePath(incoming)];
		};
		const read = function* (): Talk<Map<string, StorePath | undefined>> {
			return new Map(yield* incoming.from.list(entry));
		};
		return this.ask(op.QueryDerivationOutputMap, this.onPath(path), read);
	}

	queryPathFromHashPart(hashPart: string): Talk<StorePath | undefined> {
		const write = (): void => void this.to.string(hashPart);
		return this.ask(op.QueryPathFromHashPart, write, () => readOptionalStorePath(this.incoming));
	}

	/** Adds files: a NAR, or a single file's bytes, as the method has it. */
	*addToStore(
		name: string,
		method: FileIngestionMethod,
		algorithm: HashAlgorithm,
		references: readonly StorePath[],
		dump: Iterable<Uint8Array>,
		repair = false,
	): Talk<PathInfo> {
		this.require(1, 25, "adding files");
		this.to.drop();
		this.to.number(op.AddToStore).string(name).string(renderMethodWithAlgorithm(method, algorithm));
		writeStorePaths(this.outgoing, references);
		this.to.boolean(repair);
		yield* this.framed(dump);
		return yield* readKeyedPathInfo(this.incoming);
	}

	/** Adds an object whose path is known. */
	*addObject({ info, nar }: OutgoingObject, options: ImportOptions = {}): Talk<void> {
		this.require(1, 23, "adding a NAR");
		const { to, outgoing } = this;
		to.drop();
		to.number(op.AddToStoreNar);
		writeKeyedPathInfo(outgoing, info);
		to.boolean(options.repair === true).boolean(options.checkSignatures === false);
		yield* this.framed(nar);
	}

	/** Adds several objects, each after those that it refers to. */
	*addMultipleToStore(objects: readonly OutgoingObject[], options: ImportOptions = {}): Talk<void> {
		if (this.version < version(1, 32)) {
			for (const object of objects) yield* this.addObject(object, options);
			return;
		}
		this.to.drop();
		this.to.number(op.AddMultipleToStore);
		this.to.boolean(options.repair === true).boolean(options.checkSignatures === false);
		yield* this.framed(this.manyObjects(objects));
	}

	private *manyObjects(objects: readonly OutgoingObject[]): Generator<Uint8Array> {
		const to = new WireWriter();
		const outgoing: Outgoing = { to, version: version(1, 16), storeDir: this.outgoing.storeDir };
		to.number(objects.length);
		for (const { info, nar } of objects) {
			writeKeyedPathInfo(outgoing, info);
			yield to.take();
			yield* nar;
		}
		if (objects.length === 0) yield to.take();
	}

	/** Reads an object's NAR. Gives its size. */
	narFromPath(path: StorePath, visitor: NarVisitor): Talk<number> {
		return this.ask(op.NarFromPath, this.onPath(path), () => this.from.nar(visitor));
	}

	/** Builds. Throws the error of what failed. */
	*buildPaths(paths: readonly DerivedPath[], mode: BuildMode): Talk<void> {
		const write = (): void => {
			writeDerivedPaths(this.outgoing, paths);
			writeBuildMode(this.outgoing, mode);
		};
		yield* this.ask(op.BuildPaths, write, () => this.from.integer());
	}

	/** Builds, and tells what came of each. */
	buildPathsWithResults(paths: readonly DerivedPath[], mode: BuildMode): Talk<KeyedBuildResult[]> {
		this.require(1, 34, "building with results");
		const write = (): void => {
			writeDerivedPaths(this.outgoing, paths);
			writeBuildMode(this.outgoing, mode);
		};
		return this.ask(op.BuildPathsWithResults, write, () => this.from.list(() => readKeyedBuildResult(this.incoming)));
	}

	/** Builds a derivation that the daemon need not have. */
	buildDerivation(drvPath: StorePath, drv: BasicDerivation, mode: BuildMode): Talk<BuildResult> {
		const write = (): void => {
			writeStorePath(this.outgoing, drvPath);
			writeBasicDerivation(this.outgoing, drv);
			writeBuildMode(this.outgoing, mode);
		};
		return this.ask(op.BuildDerivation, write, () => readBuildResult(this.incoming, workerBuildResult(this.version)));
	}

	*ensurePath(path: StorePath): Talk<void> {
		yield* this.ask(op.EnsurePath, this.onPath(path), () => this.from.integer());
	}

	/** Keeps a path from being collected while this connection is open. */
	*addTempRoot(path: StorePath): Talk<void> {
		yield* this.ask(op.AddTempRoot, this.onPath(path), () => this.from.integer());
	}

	/** Has a link to a path made on the daemon's side, and kept. Gives the link. Trusted clients only. */
	addPermanentRoot(path: StorePath, link: ByteString): Talk<ByteString> {
		this.require(1, 36, "making a root");
		const write = (): void => {
			writeStorePath(this.outgoing, path);
			this.to.string(link);
		};
		return this.ask(op.AddPermRoot, write, () => this.from.string());
	}

	*addIndirectRoot(link: ByteString): Talk<void> {
		yield* this.ask(
			op.AddIndirectRoot,
			() => void this.to.string(link),
			() => this.from.integer(),
		);
	}

	/** The roots: links and what they keep. */
	findRoots(): Talk<(readonly [link: ByteString, target: StorePath])[]> {
		const { incoming } = this;
		return this.ask(
			op.FindRoots,
			() => {},
			() =>
				incoming.from.list(function* () {
					return [yield* incoming.from.string(), yield* readStorePath(incoming)] as const;
				}),
		);
	}

	/** Collects garbage. `maxFreed` in bytes; undefined for no limit. */
	collectGarbage(options: {
		readonly action: CollectAction;
		readonly paths?: readonly StorePath[];
		readonly ignoreLiveness?: boolean;
		readonly maxFreed?: number;
	}): Talk<{ readonly paths: readonly string[]; readonly bytesFreed: number }> {
		const { to, from } = this;
		const write = (): void => {
			writeCollectAction(this.outgoing, options.action);
			writeStorePaths(this.outgoing, options.paths ?? []);
			to.boolean(options.ignoreLiveness === true).number(options.maxFreed ?? 0xffffffffffffffffn);
			to.number(0).number(0).number(0);
		};
		return this.ask(op.CollectGarbage, write, function* () {
			const paths = yield* from.strings();
			const bytesFreed = yield* from.number();
			yield* from.number();
			return { paths, bytesFreed };
		});
	}

	*optimiseStore(): Talk<void> {
		yield* this.ask(
			op.OptimiseStore,
			() => {},
			() => this.from.integer(),
		);
	}

	/** True if there are errors that were not repaired. */
	verifyStore(checkContents: boolean, repair: boolean): Talk<boolean> {
		const write = (): void => void this.to.boolean(checkContents).boolean(repair);
		return this.ask(op.VerifyStore, write, () => this.from.boolean());
	}

	*addSignatures(path: StorePath, signatures: readonly string[]): Talk<void> {
		const write = (): void => {
			writeStorePath(this.outgoing, path);
			writeSignatures(this.outgoing, signatures);
		};
		yield* this.ask(op.AddSignatures, write, () => this.from.integer());
	}

	queryMissing(targets: readonly DerivedPath[]): Talk<MissingPaths> {
		this.require(1, 19, "asking for what is missing");
		const { incoming } = this;
		return this.ask(
			op.QueryMissing,
			() => writeDerivedPaths(this.outgoing, targets),
			function* () {
				const willBuild = yield* readStorePaths(incoming);
				const willSubstitute = yield* readStorePaths(incoming);
				const unknown = yield* readStorePaths(incoming);
				const downloadSize = yield* incoming.from.number();
				return { willBuild, willSubstitute, unknown, downloadSize, narSize: yield* incoming.from.number() };
			},
		);
	}

	*registerRealisation(realisation: Realisation): Talk<void> {
		this.require(1, 31, "registering a realisation");
		yield* this.ask(
			op.RegisterDrvOutput,
			() => writeRealisation(this.outgoing, realisation),
			function* () {},
		);
	}

	/** What an output (`sha256:…!out`) was realised to. */
	*queryRealisation(outputId: string): Talk<Realisation | undefined> {
		if (this.version < version(1, 31)) return undefined;
		const write = (): void => writeOutputId(this.outgoing, parseOutputId(outputId));
		const found = yield* this.ask(op.QueryRealisation, write, () =>
			this.from.list(() => readRealisation(this.incoming)),
		);
		return found[0];
	}

	*addBuildLog(drvPath: StorePath, log: Iterable<Uint8Array>): Talk<void> {
		this.require(1, 32, "adding a log");
		this.to.drop();
		this.to.number(op.AddBuildLog).string(drvPath.baseName);
		yield* this.framed(log);
		yield* this.from.integer();
	}
}
