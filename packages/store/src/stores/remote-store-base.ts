import { filteredAccessor, subAccessor } from "../accessors/derived";
import { memoryAccessor } from "../accessors/memory";
import { type ByteString, bytesToString } from "../byte-string";
import { type FileIngestionMethod, makeFixedOutputPath } from "../formats/content-address";
import type { Derivation } from "../formats/derivation/derivation";
import { derivationReferences } from "../formats/derivation/derivation";
import { derivationText } from "../formats/derivation/fill-outputs";
import { parseDerivation } from "../formats/derivation/parse";
import { type HashAlgorithm, hashString } from "../formats/hash";
import { hashPath } from "../formats/hash-path";
import type { MemoryTreeBuilder } from "../formats/nar/memory";
import { type OpenSpill, SpillingTreeBuilder } from "../formats/nar/spill";
import { derivationNameOf, StorePath } from "../formats/store-path";
import { RemoteError } from "../protocol/errors";
import { type BlockingDuplex, converseBlocking, type Talk } from "../protocol/talk";
import type { SourceAccessor } from "../source-accessor";
import { plainFile } from "./plain-file";
import type { AddObjectOptions, AddOptions, PathInfo, SyncStore } from "./store";
import { InvalidPathError } from "./store-errors";

/** Objects up to so many bytes together are remembered. */
const rememberedSize = 1 << 28;

/** How files are sent to a store elsewhere. */
export interface SendOptions {
	readonly method: FileIngestionMethod;
	readonly algorithm: HashAlgorithm;
	readonly references: readonly StorePath[];
	readonly repair: boolean;
}

/** How a store elsewhere is reached. */
export interface RemoteStoreOptions {
	readonly storeDir: string;
	readonly uri: string;
	/** Connects; called when the other side is first needed, and again after a connection broke. */
	readonly connect: () => BlockingDuplex;
	/** Where large objects are kept while they are read; in memory without it. */
	readonly openSpill?: OpenSpill;
}

/**
 * What stores elsewhere have in common that answer by calls that block: one connection, made when it is first needed;
 * what they said is remembered, and nothing is sent that is there already. `Client` speaks their protocol.
 */
export abstract class RemoteStoreBase<Client extends { open(): Talk<void> }> implements SyncStore {
	readonly storeDir: string;
	readonly uri: string;
	private connection: { readonly client: Client; readonly duplex: BlockingDuplex } | undefined;
	private readonly infos = new Map<string, PathInfo>();
	private readonly valid = new Set<string>();
	private readonly derivations = new Map<string, Derivation>();
	private readonly trees = new Map<string, { readonly builder: SpillingTreeBuilder; readonly size: number }>();
	private treesSize = 0;

	constructor(private readonly remote: RemoteStoreOptions) {
		this.storeDir = remote.storeDir;
		this.uri = remote.uri;
	}

	/** What speaks for one connection. */
	protected abstract newClient(): Client;

	/**
	 * One operation. What breaks in the middle of one ends the connection; what the other side refuses
	 * ({@link RemoteError}) does not.
	 */
	ask<T>(talk: (client: Client) => Talk<T>): T {
		const { client, duplex } = this.connected();
		try {
			return converseBlocking(talk(client), duplex);
		} catch (error) {
			if (!(error instanceof RemoteError)) this.close();
			throw error;
		}
	}

	/** Who speaks for the connection, greeted. */
	protected connected(): { readonly client: Client; readonly duplex: BlockingDuplex } {
		if (this.connection !== undefined) return this.connection;
		const duplex = this.remote.connect();
		const client = this.newClient();
		try {
			converseBlocking(client.open(), duplex);
		} catch (error) {
			duplex.close();
			throw error;
		}
		this.connection = { client, duplex };
		return this.connection;
	}

	/** Ends the connection. The next operation makes another. */
	close(): void {
		this.connection?.duplex.close();
		this.connection = undefined;
	}

	protected abstract askIsValid(path: StorePath): boolean;
	protected abstract askPathInfo(path: StorePath): PathInfo | undefined;
	/** Tells the builder of an object's files; gives the size of its NAR in bytes. */
	protected abstract fetchTree(path: StorePath, builder: MemoryTreeBuilder): number;
	protected abstract send(name: string, source: SourceAccessor, options: SendOptions): PathInfo;
	protected abstract sendText(name: string, contents: ByteString, references: readonly StorePath[]): PathInfo;
	protected abstract sendObject(info: PathInfo, source: SourceAccessor, options: AddObjectOptions): void;
	abstract queryAllValidPaths(): StorePath[];
	abstract queryReferrers(path: StorePath): StorePath[];
	abstract queryPathFromHashPart(hashPart: string): StorePath | undefined;
	abstract queryRealisation(outputId: string): StorePath | undefined;
	abstract registerRealisation(outputId: string, path: StorePath, signatures?: readonly string[]): void;

	isValidPath(path: StorePath): boolean {
		if (this.valid.has(path.baseName)) return true;
		const valid = this.askIsValid(path);
		if (valid) this.valid.add(path.baseName);
		return valid;
	}

	queryPathInfo(path: StorePath): PathInfo | undefined {
		const known = this.infos.get(path.baseName);
		if (known !== undefined) return known;
		const info = this.askPathInfo(path);
		if (info !== undefined) this.remember(info);
		return info;
	}

	private remember(info: PathInfo): void {
		this.infos.set(info.path.baseName, info);
		this.valid.add(info.path.baseName);
	}

	/** What was said of a path, or of all, may not be so any more. */
	forget(path?: StorePath): void {
		if (path === undefined) {
			this.infos.clear();
			this.valid.clear();
			return;
		}
		this.infos.delete(path.baseName);
		this.valid.delete(path.baseName);
	}

	accessor(path: StorePath): SourceAccessor {
		let tree = this.trees.get(path.baseName);
		if (tree === undefined) {
			if (!this.isValidPath(path)) throw new InvalidPathError(path, this.storeDir);
			const builder = new SpillingTreeBuilder(this.remote.openSpill);
			let size: number;
			try {
				size = this.fetchTree(path, builder);
			} catch (error) {
				builder.dispose();
				throw error;
			}
			tree = { builder, size };
			// Somebody may still be reading what is forgotten here: what holds it goes when nobody does.
			for (const [oldest, { size: freed }] of this.trees) {
				if (this.treesSize + size <= rememberedSize) break;
				this.trees.delete(oldest);
				this.treesSize -= freed;
			}
			this.trees.set(path.baseName, tree);
			this.treesSize += size;
		}
		return memoryAccessor(tree.builder.root, path.toString(this.storeDir));
	}

	addToStore(name: string, source: SourceAccessor, sourcePath: string, options: AddOptions = {}): StorePath {
		const { method = "nar", algorithm = "sha256", filter, repair = false } = options;
		const references = [...(options.references ?? [])].sort(StorePath.compare);
		const prefix = sourcePath === "/" ? "" : sourcePath;
		const below = subAccessor(source, sourcePath);
		const filtered = filter === undefined ? below : filteredAccessor(below, (path) => filter(prefix + path));
		const tree = method === "flat" || method === "text" ? plainFile(below, "/") : filtered;
		if (!repair) {
			const hash = hashPath(tree, "/", { method, algorithm });
			const path = makeFixedOutputPath(name, { method, hash, references }, this.storeDir);
			if (this.isValidPath(path)) return path;
		}
		const info = this.send(name, tree, { method, algorithm, references, repair });
		this.remember(info);
		return info.path;
	}

	addTextToStore(name: string, contents: ByteString, references: readonly StorePath[]): StorePath {
		const hash = hashString("sha256", contents);
		const path = makeFixedOutputPath(name, { method: "text", hash, references }, this.storeDir);
		if (!this.isValidPath(path)) this.remember(this.sendText(name, contents, references));
		return path;
	}

	addDerivation(drv: Derivation): StorePath {
		const { text, path } = derivationText(drv, this.storeDir);
		this.derivations.set(path.baseName, drv);
		if (!this.isValidPath(path)) this.remember(this.sendText(path.name, text, derivationReferences(drv)));
		return path;
	}

	readDerivation(path: StorePath): Derivation {
		let drv = this.derivations.get(path.baseName);
		if (drv === undefined) {
			const name = derivationNameOf(path);
			drv = parseDerivation(bytesToString(this.accessor(path).readFile("/")), name, this.storeDir);
			this.derivations.set(path.baseName, drv);
		}
		return drv;
	}

	addObject(info: PathInfo, source: SourceAccessor, sourcePath = "/", options: AddObjectOptions = {}): void {
		if (options.repair !== true && this.isValidPath(info.path)) return;
		this.sendObject(info, subAccessor(source, sourcePath), options);
		this.forget(info.path);
	}
}
