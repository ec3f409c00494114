import { fsAccessor } from "../../accessors/fs";
import { type ByteString, stringToBytes } from "../../byte-string";
import { narChunks } from "../../formats/nar/chunks";
import type { MemoryTreeBuilder } from "../../formats/nar/memory";
import { parseOutputId } from "../../formats/realisation";
import type { StorePath } from "../../formats/store-path";
import { RemoteError } from "../../protocol/errors";
import { type BlockingDuplex, converseBlocking, type Talk } from "../../protocol/talk";
import type { SourceAccessor } from "../../source-accessor";
import type { StoreFs } from "../local/write-tree";
import { RemoteStoreBase, type SendOptions } from "../remote-store-base";
import type { PathInfo } from "../store";
import { InvalidPathError } from "../store-errors";
import { DaemonClient } from "./client";
import type { ConnectionOptions } from "./connection";

/** How a daemon's store is reached. */
export interface DaemonStoreOptions extends ConnectionOptions {
	/** Connects; called when the daemon is first needed, and again after a connection broke. */
	readonly connect: () => BlockingDuplex;
	/** Where objects' files can be read without asking the daemon. */
	readonly files?: { readonly fs: StoreFs; readonly realStoreDir: ByteString };
}

/** A store that a daemon serves, by calls that block. */
export class DaemonStore extends RemoteStoreBase {
	private connection: { readonly client: DaemonClient; readonly duplex: BlockingDuplex } | undefined;

	constructor(private readonly options: DaemonStoreOptions) {
		super(options.storeDir, options.uri);
	}

	/** One operation. What breaks in the middle of one ends the connection; what the daemon refuses does not. */
	ask<T>(talk: (client: DaemonClient) => Talk<T>): T {
		const { client, duplex } = this.connected();
		try {
			return converseBlocking(talk(client), duplex);
		} catch (error) {
			if (!(error instanceof RemoteError)) this.close();
			throw error;
		}
	}

	private connected(): { readonly client: DaemonClient; readonly duplex: BlockingDuplex } {
		if (this.connection !== undefined) return this.connection;
		const duplex = this.options.connect();
		const client = new DaemonClient(this.options);
		try {
			converseBlocking(client.open(), duplex);
		} catch (error) {
			duplex.close();
			throw error;
		}
		this.connection = { client, duplex };
		return this.connection;
	}

	/** What the daemon told of itself. */
	get daemon(): { readonly version?: string; readonly trustsUs?: boolean } {
		const { info } = this.connected().client;
		return {
			...(info.daemonVersion === undefined ? {} : { version: info.daemonVersion }),
			...(info.trustsUs === undefined ? {} : { trustsUs: info.trustsUs }),
		};
	}

	/** Ends the connection. The next operation makes another. */
	close(): void {
		this.connection?.duplex.close();
		this.connection = undefined;
	}

	protected askIsValid(path: StorePath): boolean {
		return this.ask((client) => client.isValidPath(path));
	}

	protected askPathInfo(path: StorePath): PathInfo | undefined {
		return this.ask((client) => client.queryPathInfo(path));
	}

	queryAllValidPaths(): StorePath[] {
		return this.ask((client) => client.queryAllValidPaths());
	}

	queryReferrers(path: StorePath): StorePath[] {
		return this.ask((client) => client.queryReferrers(path));
	}

	queryValidDerivers(path: StorePath): StorePath[] {
		return this.ask((client) => client.queryValidDerivers(path));
	}

	/** Where a derivation's outputs are, as far as the daemon knows. */
	queryDerivationOutputMap(drvPath: StorePath): ReadonlyMap<string, StorePath | undefined> {
		return this.ask((client) => client.queryDerivationOutputMap(drvPath));
	}

	queryPathFromHashPart(hashPart: string): StorePath | undefined {
		return this.ask((client) => client.queryPathFromHashPart(hashPart));
	}

	override accessor(path: StorePath): SourceAccessor {
		const { files } = this.options;
		if (files === undefined) return super.accessor(path);
		if (!this.isValidPath(path)) throw new InvalidPathError(path, this.storeDir);
		return fsAccessor(files.fs, `${files.realStoreDir}/${path.baseName}`, path.toString(this.storeDir));
	}

	protected fetchTree(path: StorePath, builder: MemoryTreeBuilder): number {
		return this.ask((client) => client.narFromPath(path, builder));
	}

	protected send(name: string, source: SourceAccessor, options: SendOptions): PathInfo {
		const { method, algorithm, references, repair } = options;
		const flat = method === "flat" || method === "text";
		const dump = flat ? (source.readFileChunks?.("/") ?? [source.readFile("/")]) : narChunks(source);
		return this.ask((client) => client.addToStore(name, method, algorithm, references, dump, repair));
	}

	protected sendText(name: string, contents: ByteString, references: readonly StorePath[]): PathInfo {
		const dump = [stringToBytes(contents)];
		return this.ask((client) => client.addToStore(name, "text", "sha256", references, dump));
	}

	protected sendObject(info: PathInfo, source: SourceAccessor): void {
		const nar = narChunks(source);
		this.ask((client) => client.addObject({ info, nar }, { checkSignatures: false }));
	}

	addTempRoot(path: StorePath): void {
		this.ask((client) => client.addTempRoot(path));
	}

	addIndirectRoot(link: ByteString): void {
		this.ask((client) => client.addIndirectRoot(link));
	}

	addSignatures(path: StorePath, signatures: readonly string[]): void {
		this.ask((client) => client.addSignatures(path, signatures));
		this.forget(path);
	}

	queryRealisation(outputId: string): StorePath | undefined {
		return this.ask((client) => client.queryRealisation(outputId))?.outPath;
	}

	registerRealisation(outputId: string, outPath: StorePath): void {
		this.ask((client) => client.registerRealisation({ id: parseOutputId(outputId), outPath, signatures: [] }));
	}
}

/** A store that a daemon serves, for those who cannot wait: evaluation and commands. */
export const daemonStore = (options: DaemonStoreOptions): DaemonStore => new DaemonStore(options);
