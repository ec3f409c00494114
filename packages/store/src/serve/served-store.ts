import { filteredAccessor, subAccessor } from "../accessors/derived";
import { MemoryFile, memoryAccessor } from "../accessors/memory";
import { type ByteString, stringToBytes } from "../byte-string";
import { StoreError } from "../errors";
import { makeFixedOutputPath } from "../formats/content-address";
import type { Derivation } from "../formats/derivation/derivation";
import { hashString } from "../formats/hash";
import { hashPath } from "../formats/hash-path";
import { narHash } from "../formats/nar/hash";
import { parseOutputId } from "../formats/realisation";
import { StorePath } from "../formats/store-path";
import type { SourceAccessor } from "../source-accessor";
import { plainFile } from "../stores/plain-file";
import type { AddObjectOptions, AddOptions, PathInfo, Store } from "../stores/store";
import { NoStoreObjectError } from "../stores/store-errors";

export type Maybe<T> = T | Promise<T>;

/** A store as it is served: one that answers at once (every `SyncStore` is one), or one that has to wait. */
export interface ServedStore {
	readonly storeDir: string;
	readonly uri: string;
	isValidPath(path: StorePath): Maybe<boolean>;
	queryPathInfo(path: StorePath): Maybe<PathInfo | undefined>;
	queryAllValidPaths(): Maybe<StorePath[]>;
	queryReferrers(path: StorePath): Maybe<StorePath[]>;
	queryPathFromHashPart(hashPart: string): Maybe<StorePath | undefined>;
	accessor(path: StorePath): Maybe<SourceAccessor>;
	addToStore(name: string, source: SourceAccessor, sourcePath: string, options?: AddOptions): Maybe<StorePath>;
	addTextToStore(name: string, contents: ByteString, references: readonly StorePath[]): Maybe<StorePath>;
	addDerivation(drv: Derivation): Maybe<StorePath>;
	readDerivation(path: StorePath): Maybe<Derivation>;
	addObject(info: PathInfo, source: SourceAccessor, sourcePath?: string, options?: AddObjectOptions): Maybe<void>;
	queryRealisation(outputId: string): Maybe<StorePath | undefined>;
	registerRealisation(outputId: string, path: StorePath, signatures?: readonly string[]): Maybe<void>;
}

/** Those of the paths that are valid, in their order. */
export const validOf = async (
	store: Pick<ServedStore, "isValidPath">,
	paths: readonly StorePath[],
): Promise<StorePath[]> => {
	const valid: StorePath[] = [];
	for (const path of paths) if (await store.isValidPath(path)) valid.push(path);
	return valid;
};

/** A store that has to wait (a binary cache), to be served. */
export const servedStore = (store: Store): ServedStore => new WaitingStore(store);

class WaitingStore implements ServedStore {
	readonly storeDir: string;
	readonly uri: string;

	constructor(private readonly store: Store) {
		this.storeDir = store.storeDir;
		this.uri = store.uri;
	}

	private unsupported(operation: string): StoreError {
		return new StoreError("UNSUPPORTED", `operation '${operation}' is not supported by store '${this.uri}'`);
	}

	isValidPath(path: StorePath): Promise<boolean> {
		return this.store.isValidPath(path);
	}

	queryPathInfo(path: StorePath): Promise<PathInfo | undefined> {
		return this.store.queryPathInfo(path);
	}

	async queryAllValidPaths(): Promise<StorePath[]> {
		if (this.store.queryAllValidPaths === undefined) throw this.unsupported("queryAllValidPaths");
		return this.store.queryAllValidPaths();
	}

	async queryReferrers(path: StorePath): Promise<StorePath[]> {
		if (this.store.queryReferrers === undefined) throw this.unsupported("queryReferrers");
		return this.store.queryReferrers(path);
	}

	async queryPathFromHashPart(hashPart: string): Promise<StorePath | undefined> {
		return this.store.queryPathFromHashPart?.(hashPart);
	}

	accessor(path: StorePath): Promise<SourceAccessor> {
		return this.store.accessor(path);
	}

	async addToStore(
		name: string,
		source: SourceAccessor,
		sourcePath: string,
		options: AddOptions = {},
	): Promise<StorePath> {
		const { method = "nar", algorithm = "sha256", filter, repair = false } = options;
		const below = subAccessor(source, sourcePath);
		const prefix = sourcePath === "/" ? "" : sourcePath;
		const filtered = filter === undefined ? below : filteredAccessor(below, (path) => filter(prefix + path));
		const tree = method === "flat" || method === "text" ? plainFile(below, "/") : filtered;
		const hash = hashPath(tree, "/", { method, algorithm });
		return this.addAddressed(name, tree, { method, hash }, options.references ?? [], repair);
	}

	addTextToStore(name: string, contents: ByteString, references: readonly StorePath[]): Promise<StorePath> {
		const source = memoryAccessor(new MemoryFile(stringToBytes(contents)));
		return this.addAddressed(name, source, { method: "text", hash: hashString("sha256", contents) }, references, false);
	}

	private async addAddressed(
		name: string,
		source: SourceAccessor,
		contentAddress: NonNullable<PathInfo["contentAddress"]>,
		references: readonly StorePath[],
		repair: boolean,
	): Promise<StorePath> {
		const sorted = [...references].sort(StorePath.compare);
		const path = makeFixedOutputPath(name, { ...contentAddress, references: sorted }, this.storeDir);
		if (!repair && (await this.isValidPath(path))) return path;
		const { hash, size } = narHash(source);
		const about = { signatures: [], contentAddress, registrationTime: 0, ultimate: false };
		await this.addObject({ path, narHash: hash, narSize: size, references: sorted, ...about }, source, "/", { repair });
		return path;
	}

	addDerivation(drv: Derivation): Promise<StorePath> {
		return this.store.addDerivation(drv);
	}

	readDerivation(path: StorePath): Promise<Derivation> {
		return this.store.readDerivation(path);
	}

	addObject(info: PathInfo, source: SourceAccessor, sourcePath?: string, options?: AddObjectOptions): Promise<void> {
		return this.store.addObject(info, source, sourcePath, options);
	}

	async queryRealisation(outputId: string): Promise<StorePath | undefined> {
		return this.store.queryRealisation?.(outputId);
	}

	async registerRealisation(outputId: string, outPath: StorePath, signatures: readonly string[] = []): Promise<void> {
		if (this.store.registerRealisation === undefined) throw this.unsupported("registerDrvOutput");
		await this.store.registerRealisation({ id: parseOutputId(outputId), outPath, signatures });
	}
}

/** The files of a store object. Throws where it is not valid. */
export const objectAccessor = async (store: ServedStore, path: StorePath): Promise<SourceAccessor> => {
	if (!(await store.isValidPath(path))) throw new NoStoreObjectError(path, store.storeDir);
	return store.accessor(path);
};
