import type { ByteString } from "../../byte-string";
import type { DerivedPath } from "../../formats/derived-path";
import { narChunks } from "../../formats/nar/chunks";
import type { NarVisitor } from "../../formats/nar/parse";
import type { Realisation } from "../../formats/realisation";
import type { StorePath } from "../../formats/store-path";
import type { Talk } from "../../protocol/talk";
import type { BuildMode, KeyedBuildResult } from "../../protocol/worker-messages";
import type { SourceAccessor } from "../../source-accessor";
import type { AddObjectOptions, PathInfo } from "../store";
import { WaitingStore, type WaitingStoreOptions } from "../waiting-store";
import { DaemonClient, type MissingPaths } from "./client";
import type { ConnectionOptions } from "./connection";

/** How a daemon is reached by those who can wait. */
export type WaitingDaemonOptions = WaitingStoreOptions & ConnectionOptions;

/**
 * A store that a daemon serves, by promises. Whatever {@link DaemonClient} has can be asked by `ask`. What the daemon
 * refuses is a {@link RemoteError} with its words; what breaks the connection, a `NixError`.
 *
 * @example (await store.build([{ kind: "built", drvPath, outputs: "all" }]))[0].result.status // "Built"
 */
export class WaitingDaemonStore extends WaitingStore<DaemonClient> {
	constructor(private readonly options: WaitingDaemonOptions) {
		super(options);
	}

	protected newClient(): DaemonClient {
		return new DaemonClient(this.options);
	}

	protected narFromPath(client: DaemonClient, path: StorePath, visitor: NarVisitor): Talk<number> {
		return client.narFromPath(path, visitor);
	}

	isValidPath(path: StorePath): Promise<boolean> {
		return this.ask((client) => client.isValidPath(path));
	}

	queryPathInfo(path: StorePath): Promise<PathInfo | undefined> {
		return this.ask((client) => client.queryPathInfo(path));
	}

	queryValidPaths(paths: readonly StorePath[], substitute: boolean): Promise<StorePath[]> {
		return this.ask((client) => client.queryValidPaths(paths, substitute));
	}

	queryAllValidPaths(): Promise<StorePath[]> {
		return this.ask((client) => client.queryAllValidPaths());
	}

	queryReferrers(path: StorePath): Promise<StorePath[]> {
		return this.ask((client) => client.queryReferrers(path));
	}

	queryPathFromHashPart(hashPart: string): Promise<StorePath | undefined> {
		return this.ask((client) => client.queryPathFromHashPart(hashPart));
	}

	async queryRealisation(outputId: string): Promise<StorePath | undefined> {
		return (await this.queryRealisationInfo(outputId))?.outPath;
	}

	queryRealisationInfo(outputId: string): Promise<Realisation | undefined> {
		return this.ask((client) => client.queryRealisation(outputId));
	}

	registerRealisation(realisation: Realisation): Promise<void> {
		return this.ask((client) => client.registerRealisation(realisation));
	}

	addSignatures(path: StorePath, signatures: readonly string[]): Promise<void> {
		return this.ask((client) => client.addSignatures(path, signatures));
	}

	addObject(info: PathInfo, source: SourceAccessor, sourcePath = "/", options: AddObjectOptions = {}): Promise<void> {
		return this.send(info, narChunks(this.below(source, sourcePath)), options);
	}

	addNar(info: PathInfo, nar: Uint8Array, options: AddObjectOptions = {}): Promise<void> {
		return this.send(info, [nar], options);
	}

	private send(info: PathInfo, nar: Iterable<Uint8Array>, options: AddObjectOptions): Promise<void> {
		const { repair = false, checkSignatures = false } = options;
		return this.ask((client) => client.addObject({ info, nar }, { repair, checkSignatures }));
	}

	addBuildLog(drvPath: StorePath, log: Uint8Array): Promise<void> {
		return this.ask((client) => client.addBuildLog(drvPath, [log]));
	}

	/** Has the daemon make paths and outputs valid, by substituting or building; one result for each. */
	build(targets: readonly DerivedPath[], mode: BuildMode = "normal"): Promise<KeyedBuildResult[]> {
		return this.ask((client) => client.buildPathsWithResults(targets, mode));
	}

	/** What {@link build} would do. */
	queryMissing(targets: readonly DerivedPath[]): Promise<MissingPaths> {
		return this.ask((client) => client.queryMissing(targets));
	}

	/** Keeps a path from being collected as long as the connection is there. */
	addTempRoot(path: StorePath): Promise<void> {
		return this.ask((client) => client.addTempRoot(path));
	}

	/** Has the daemon keep what a link on its host leads to. */
	addIndirectRoot(link: ByteString): Promise<void> {
		return this.ask((client) => client.addIndirectRoot(link));
	}

	/** Collects garbage, as the daemon's own `nix-store --gc` would. */
	collectGarbage(
		options: Parameters<DaemonClient["collectGarbage"]>[0],
	): Promise<{ readonly paths: readonly string[]; readonly bytesFreed: number }> {
		return this.ask((client) => client.collectGarbage(options));
	}
}
