import { subAccessor } from "../accessors/derived";
import { MemoryFile, memoryAccessor } from "../accessors/memory";
import { bytesToString, stringToBytes } from "../byte-string";
import { makeFixedOutputPath } from "../formats/content-address";
import { type Derivation, derivationReferences } from "../formats/derivation/derivation";
import { derivationText } from "../formats/derivation/fill-outputs";
import { parseDerivation } from "../formats/derivation/parse";
import { hashBytes } from "../formats/hash";
import type { DerivedPath } from "../formats/derived-path";
import { narHash } from "../formats/nar/hash";
import type { NarVisitor } from "../formats/nar/parse";
import { type OpenSpill, SpillingTreeBuilder } from "../formats/nar/spill";
import { derivationNameOf, type StorePath } from "../formats/store-path";
import type { Duplex, Talk } from "../protocol/talk";
import type { BuildMode, KeyedBuildResult } from "../protocol/worker-messages";
import type { SourceAccessor } from "../source-accessor";
import { type ProtocolClient, RemoteConnection } from "./remote-connection";
import type { AddObjectOptions, PathInfo, Store } from "./store";
import { InvalidPathError } from "./store-errors";

/** A store that holds something open until it is closed: a connection, a database. */
export interface OpenedStore extends Store {
	/**
	 * Makes paths and outputs valid, by substituting or building, with one result for each: of daemons, which have builders
	 * of their own.
	 */
	build?(targets: readonly DerivedPath[], mode?: BuildMode): Promise<KeyedBuildResult[]>;
	/** Lets go of it, once what was asked is over. */
	close(): Promise<void>;
}

/** How a store elsewhere is reached by those who can wait. */
export interface WaitingStoreOptions {
	readonly storeDir: string;
	/** How it is called in messages. */
	readonly uri: string;
	/** Connects; called when the other side is first needed, and again after a connection broke. */
	readonly connect: () => Promise<Duplex>;
	/** Where large objects are kept while they are read; in memory without it. */
	readonly openSpill?: OpenSpill;
}

/** What stores elsewhere have in common that answer by promises, whatever protocol `Client` speaks. */
export abstract class WaitingStore<Client extends ProtocolClient> implements OpenedStore {
	readonly storeDir: string;
	readonly uri: string;
	private readonly connection: RemoteConnection<Client>;

	constructor(private readonly remote: WaitingStoreOptions) {
		this.storeDir = remote.storeDir;
		this.uri = remote.uri;
		this.connection = new RemoteConnection(remote.connect, () => this.newClient());
	}

	/** What speaks for one connection. */
	protected abstract newClient(): Client;
	abstract isValidPath(path: StorePath): Promise<boolean>;
	abstract queryPathInfo(path: StorePath): Promise<PathInfo | undefined>;
	/** Reads an object's NAR. */
	protected abstract narFromPath(client: Client, path: StorePath, visitor: NarVisitor): Talk<number>;
	abstract addObject(
		info: PathInfo,
		source: SourceAccessor,
		sourcePath?: string,
		options?: AddObjectOptions,
	): Promise<void>;
	abstract addNar(info: PathInfo, nar: Uint8Array, options?: AddObjectOptions): Promise<void>;

	/** One operation of the protocol. */
	ask<T>(talk: (client: Client) => Talk<T>): Promise<T> {
		return this.connection.ask(talk);
	}

	close(): Promise<void> {
		return this.connection.close();
	}

	async accessor(path: StorePath): Promise<SourceAccessor> {
		if (!(await this.isValidPath(path))) throw new InvalidPathError(path, this.storeDir);
		const builder = new SpillingTreeBuilder(this.remote.openSpill);
		try {
			await this.ask((client) => this.narFromPath(client, path, builder));
		} catch (error) {
			builder.dispose();
			throw error;
		}
		return memoryAccessor(builder.root, path.toString(this.storeDir));
	}

	async readDerivation(path: StorePath): Promise<Derivation> {
		const text = bytesToString((await this.accessor(path)).readFile("/"));
		return parseDerivation(text, derivationNameOf(path), this.storeDir);
	}

	async addDerivation(drv: Derivation): Promise<StorePath> {
		const { text, path } = derivationText(drv, this.storeDir);
		if (await this.isValidPath(path)) return path;
		const contents = stringToBytes(text);
		const source = memoryAccessor(new MemoryFile(contents));
		const nar = narHash(source);
		const references = derivationReferences(drv);
		const contentAddress = { method: "text", hash: hashBytes("sha256", contents) } as const;
		await this.addObject(
			{
				path: makeFixedOutputPath(path.name, { ...contentAddress, references }, this.storeDir),
				narHash: nar.hash,
				narSize: nar.size,
				references,
				signatures: [],
				contentAddress,
				registrationTime: 0,
				ultimate: false,
			},
			source,
		);
		return path;
	}

	protected below(source: SourceAccessor, path: string): SourceAccessor {
		return path === "/" ? source : subAccessor(source, path);
	}
}
