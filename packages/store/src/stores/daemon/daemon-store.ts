import { fsAccessor } from "../../accessors/fs";
import { type ByteString, stringToBytes } from "../../byte-string";
import { narChunks } from "../../formats/nar/chunks";
import type { MemoryTreeBuilder } from "../../formats/nar/memory";
import { parseOutputId, type Realisation } from "../../formats/realisation";
import type { StorePath } from "../../formats/store-path";
import type { SourceAccessor } from "../../source-accessor";
import type { StoreFs } from "../local/write-tree";
import { RemoteStoreBase, type RemoteStoreOptions, type SendOptions } from "../remote-store-base";
import type { AddObjectOptions, PathInfo } from "../store";
import { InvalidPathError } from "../store-errors";
import { DaemonClient } from "./client";
import type { ConnectionOptions } from "./connection";

/** How a daemon's store is reached. */
export interface DaemonStoreOptions extends ConnectionOptions, RemoteStoreOptions {
	/** Where objects' files can be read without asking the daemon. */
	readonly files?: { readonly fs: StoreFs; readonly realStoreDir: ByteString };
}

/** A store that a daemon serves, by calls that block. */
export class DaemonStore extends RemoteStoreBase<DaemonClient> {
	constructor(private readonly options: DaemonStoreOptions) {
		super(options);
	}

	protected newClient(): DaemonClient {
		return new DaemonClient(this.options);
	}

	/** What the daemon told of itself. */
	get daemon(): { readonly version?: string; readonly trustsUs?: boolean } {
		const { info } = this.connected().client;
		return {
			...(info.daemonVersion === undefined ? {} : { version: info.daemonVersion }),
			...(info.trustsUs === undefined ? {} : { trustsUs: info.trustsUs }),
		};
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

	protected sendObject(info: PathInfo, source: SourceAccessor, options: AddObjectOptions): void {
		const nar = narChunks(source);
		const { repair = false, checkSignatures = false } = options;
		this.ask((client) => client.addObject({ info, nar }, { repair, checkSignatures }));
	}

	addTempRoot(path: StorePath): void {
		this.ask((client) => client.addTempRoot(path));
	}

	/** Has the daemon make a link to a path, and keep it. Gives the link. */
	addPermanentRoot(path: StorePath, link: ByteString): ByteString {
		return this.ask((client) => client.addPermanentRoot(path, link));
	}

	addIndirectRoot(link: ByteString): void {
		this.ask((client) => client.addIndirectRoot(link));
	}

	addSignatures(path: StorePath, signatures: readonly string[]): void {
		this.ask((client) => client.addSignatures(path, signatures));
		this.forget(path);
	}

	/** What is kept from being collected, by base name. */
	findRoots(): Map<string, { readonly path: StorePath; readonly links: Set<string> }> {
		const roots = new Map<string, { readonly path: StorePath; readonly links: Set<string> }>();
		for (const [link, path] of this.ask((client) => client.findRoots())) {
			const known = roots.get(path.baseName);
			if (known === undefined) roots.set(path.baseName, { path, links: new Set([link]) });
			else known.links.add(link);
		}
		return roots;
	}

	/** Collects garbage. What was remembered of paths may not be so any more. */
	collectGarbage(options: Parameters<DaemonClient["collectGarbage"]>[0]): {
		readonly paths: readonly string[];
		readonly bytesFreed: number;
	} {
		try {
			return this.ask((client) => client.collectGarbage(options));
		} finally {
			this.forget();
		}
	}

	/** True if there are errors that were not repaired. */
	verifyStore(checkContents: boolean, repair: boolean): boolean {
		return this.ask((client) => client.verifyStore(checkContents, repair));
	}

	optimiseStore(): void {
		this.ask((client) => client.optimiseStore());
	}

	queryRealisation(outputId: string): StorePath | undefined {
		return this.ask((client) => client.queryRealisation(outputId))?.outPath;
	}

	queryRealisationInfo(outputId: string): Realisation | undefined {
		return this.ask((client) => client.queryRealisation(outputId));
	}

	queryValidPaths(paths: readonly StorePath[], substitute: boolean): StorePath[] {
		return this.ask((client) => client.queryValidPaths(paths, substitute));
	}

	registerRealisation(outputId: string, outPath: StorePath, signatures: readonly string[] = []): void {
		this.ask((client) => client.registerRealisation({ id: parseOutputId(outputId), outPath, signatures }));
	}
}

/** A store that a daemon serves, for those who cannot wait: evaluation and commands. */
export const daemonStore = (options: DaemonStoreOptions): DaemonStore => new DaemonStore(options);
