import type { ContentAddress, FileIngestionMethod } from "../formats/content-address";
import type { Derivation } from "../formats/derivation/derivation";
import type { Hash } from "../formats/hash";
import type { Realisation } from "../formats/realisation";
import type { StorePath } from "../formats/store-path";
import type { ObjectSource } from "../jobs/job";
import type { SourceAccessor } from "../source-accessor";

/** What a store knows of a valid path. Implements the "store object information" of the manual. */
export interface PathInfo {
	readonly path: StorePath;
	/** SHA-256 of the NAR. */
	readonly narHash: Hash;
	/** Bytes of the NAR. */
	readonly narSize: number;
	/** Sorted by base name; may contain the path itself. */
	readonly references: readonly StorePath[];
	readonly deriver?: StorePath;
	/** `name:base64`, as in narinfo files. */
	readonly signatures: readonly string[];
	readonly contentAddress?: ContentAddress;
	/** Seconds since 1970. */
	readonly registrationTime: number;
	/** Built here, so trusted without a signature. */
	readonly ultimate: boolean;
}

export interface AddOptions {
	/** `nar` (recursive) unless told. */
	readonly method?: FileIngestionMethod;
	readonly algorithm?: "md5" | "sha1" | "sha256" | "sha512" | "blake3";
	readonly references?: readonly StorePath[];
	/** False for a file or folder that is to be left out. Byte-string paths within the accessor. */
	readonly filter?: (path: string) => boolean;
	readonly repair?: boolean;
}

export interface AddObjectOptions {
	/** Put the files in the place of those of a valid path. */
	readonly repair?: boolean;
	/** Have a store elsewhere that trusts us look at signatures nonetheless. Stores here leave that to their callers. */
	readonly checkSignatures?: boolean;
}

/**
 * A store that answers at once: in memory, or on a file system. Evaluation uses these directly; everything that
 * waits (caches, daemons) is a {@link Store}.
 */
export interface SyncStore {
	/** `/nix/store`: the prefix of every store path, whatever the place the files lie in. */
	readonly storeDir: string;
	/** A store reference that names this store, for messages: `local`, `memory:`. */
	readonly uri: string;
	isValidPath(path: StorePath): boolean;
	queryPathInfo(path: StorePath): PathInfo | undefined;
	/** What is known of several paths, in their order, where that is to be had for less than one by one. */
	queryPathInfos?(paths: readonly StorePath[]): (PathInfo | undefined)[];
	/** Those of the paths that are valid; with `substitute` a store elsewhere first gets what its substituters have. */
	queryValidPaths?(paths: readonly StorePath[], substitute: boolean): StorePath[];
	queryAllValidPaths(): StorePath[];
	queryReferrers(path: StorePath): StorePath[];
	/** The valid path whose base name begins with this hash part. */
	queryPathFromHashPart(hashPart: string): StorePath | undefined;
	/** The files of a valid path; its root is the store object. */
	accessor(path: StorePath): SourceAccessor;
	/** Copy a tree in, content-addressed (`nix-store --add`, `builtins.path`); gives its path. */
	addToStore(name: string, source: SourceAccessor, sourcePath: string, options?: AddOptions): StorePath;
	/** Add a text file with references (`builtins.toFile`). */
	addTextToStore(name: string, contents: string, references: readonly StorePath[]): StorePath;
	/** Write a derivation's .drv file. */
	addDerivation(drv: Derivation): StorePath;
	readDerivation(path: StorePath): Derivation;
	/** As `addObject`, of a whole NAR. */
	addNar?(info: PathInfo, nar: Uint8Array, options?: AddObjectOptions): void;
	/** Add a store object whose information is known and checked against its contents. */
	addObject(info: PathInfo, source: SourceAccessor, sourcePath?: string, options?: AddObjectOptions): void;
	/** Keep a path from being collected as long as this process runs; stores without a collector have none. */
	addTempRoot?(path: StorePath): void;
	/**
	 * Keep other processes from making paths that are about to be built; gives what releases them (`true`: they are there).
	 * `onWait` is told of what another process is at.
	 */
	lockPaths?(
		paths: readonly StorePath[],
		wait: (milliseconds: number) => Promise<void>,
		onWait?: (path: StorePath) => void,
	): Promise<(remove: boolean) => void>;
	/** Add signatures to a valid path's. */
	addSignatures?(path: StorePath, signatures: readonly string[]): void;
	/** The valid derivations that have a path among their outputs. */
	queryValidDerivers?(path: StorePath): StorePath[];
	/** The path that an output of a content-addressed derivation was realised to (`sha256:…!out`). */
	queryRealisation(outputId: string): StorePath | undefined;
	/** The same, with its signatures. */
	queryRealisationInfo?(outputId: string): Realisation | undefined;
	registerRealisation(outputId: string, path: StorePath, signatures?: readonly string[]): void;
}

/** Any store, as promises. `asyncStore` lifts a {@link SyncStore}. */
export interface Store {
	readonly storeDir: string;
	readonly uri: string;
	isValidPath(path: StorePath): Promise<boolean>;
	queryPathInfo(path: StorePath): Promise<PathInfo | undefined>;
	/** What is known of several paths, in their order, where that is to be had for less than one by one. */
	queryPathInfos?(paths: readonly StorePath[]): Promise<(PathInfo | undefined)[]>;
	addDerivation(drv: Derivation): Promise<StorePath>;
	readDerivation(path: StorePath): Promise<Derivation>;
	accessor(path: StorePath): Promise<SourceAccessor>;
	addObject(info: PathInfo, source: SourceAccessor, sourcePath?: string, options?: AddObjectOptions): Promise<void>;
	/** The whole NAR of a valid path, of a store that keeps NARs. */
	narOf?(path: StorePath): Promise<Uint8Array>;
	/** As `addObject`, of a whole NAR. */
	addNar?(info: PathInfo, nar: Uint8Array, options?: AddObjectOptions): Promise<void>;
	/** Where a valid path's files, or its NAR, are to be had by any thread of this process. */
	objectSource?(path: StorePath): Promise<ObjectSource | undefined>;
	/** As `addObject`, with the files written by some thread; `otherwise` adds it where that cannot be. */
	addFrom?(info: PathInfo, source: ObjectSource, otherwise: () => Promise<void>): Promise<void>;
	/** So many calls do good at once; a few, unless told. */
	readonly parallel?: number;
	/** Whether several calls may be under way at once. */
	readonly concurrent?: boolean;
	/** What follows is not for all stores to have. */
	queryValidPaths?(paths: readonly StorePath[], substitute: boolean): Promise<StorePath[]>;
	queryAllValidPaths?(): Promise<StorePath[]>;
	queryReferrers?(path: StorePath): Promise<StorePath[]>;
	queryPathFromHashPart?(hashPart: string): Promise<StorePath | undefined>;
	addSignatures?(path: StorePath, signatures: readonly string[]): Promise<void>;
	queryRealisation?(outputId: string): Promise<StorePath | undefined>;
	queryRealisationInfo?(outputId: string): Promise<Realisation | undefined>;
	registerRealisation?(realisation: Realisation): Promise<void>;
	buildLog?(drvPath: StorePath): Promise<Uint8Array | undefined>;
	addBuildLog?(drvPath: StorePath, log: Uint8Array): Promise<void>;
}
