import type { ByteString } from "../byte-string";
import { StoreError } from "../errors";
import type { DerivedPath } from "../formats/derived-path";
import type { Realisation } from "../formats/realisation";
import type { StorePath } from "../formats/store-path";
import type { BasicDerivation } from "../protocol/basic-derivation";
import type { BuildResult } from "../protocol/build-result";
import type { LogMessage } from "../protocol/log-messages";
import type { BuildMode, CollectAction, KeyedBuildResult } from "../protocol/worker-messages";
import type { MissingPaths } from "../stores/daemon/client";
import type { DaemonOptions } from "../stores/daemon/connection";
import type { PathInfo } from "../stores/store";
import type { TreeReceiver } from "./receive-tree";
import type { Maybe, ServedStore } from "./served-store";

/** What building for a client heeds. */
export interface ServeRequest {
	/** Aborted when the client goes away. */
	readonly signal: AbortSignal;
	/** What the client told of its settings, as far as it may. */
	readonly settings: ClientSettings;
	readonly log: (message: LogMessage) => void;
}

/** A client's settings, and what of `overrides` it may not set is not there. */
export type ClientSettings = Partial<DaemonOptions> & { readonly timeout?: number; readonly maxLogSize?: number };

/** What a collection of garbage is to do. `maxFreed` in bytes; undefined for no limit. */
export interface CollectRequest {
	readonly action: CollectAction;
	readonly paths: readonly StorePath[];
	readonly maxFreed?: number;
}

/** Tells a client something: 0 for errors, 1 for warnings, 3 for information, more for less. */
export type Tell = (level: number, line: ByteString) => void;

/**
 * What is served to clients: a store, and what a store alone does not do. Operations that are not there are answered
 * with an error.
 */
export interface ServeHost {
	readonly store: ServedStore;
	/** What clients are told. */
	readonly version: string;
	/** Whether the client may do what could make the store lie to others. */
	readonly trusted: boolean;
	/** Shows what the protocol has no place for. */
	readonly print?: (line: ByteString) => void;
	/** Whether an object may be added that the client vouches for with signatures alone. */
	isTrustedInfo?(info: PathInfo): boolean;
	/** Decides what of a client's settings it may set. */
	settings?(options: DaemonOptions, warn: (message: ByteString) => void): ClientSettings;
	build(targets: readonly DerivedPath[], mode: BuildMode, request: ServeRequest): Promise<readonly KeyedBuildResult[]>;
	buildDerivation(
		drvPath: StorePath,
		drv: BasicDerivation,
		mode: BuildMode,
		request: ServeRequest,
	): Promise<BuildResult>;
	queryMissing(targets: readonly DerivedPath[], request: ServeRequest): Promise<MissingPaths>;
	/** Makes paths valid that substituters have. */
	substitute?(paths: readonly StorePath[], request: ServeRequest): Promise<void>;
	/** What substituters have of paths. */
	querySubstitutable?(paths: readonly StorePath[]): Promise<readonly (PathInfo & { readonly downloadSize?: number })[]>;
	queryDerivationOutputs?(drvPath: StorePath): ReadonlyMap<string, StorePath | undefined>;
	addTempRoot?(path: StorePath): Maybe<void>;
	addIndirectRoot?(link: ByteString): Maybe<void>;
	/** Makes a link to a path, which it keeps. Gives the link. */
	addPermanentRoot?(path: StorePath, link: ByteString): Maybe<ByteString>;
	findRoots?(censored: boolean): Maybe<readonly (readonly [link: ByteString, target: StorePath])[]>;
	collectGarbage?(
		request: CollectRequest,
		tell: Tell,
	): Maybe<{ readonly paths: readonly string[]; readonly bytesFreed: number }>;
	optimiseStore?(tell: Tell): Maybe<void>;
	/** True if there are errors left. */
	verifyStore?(checkContents: boolean, repair: boolean, tell: Tell): Maybe<boolean>;
	addSignatures?(path: StorePath, signatures: readonly string[]): Maybe<void>;
	registerRealisation?(realisation: Realisation, checkSignatures: boolean): Maybe<void>;
	queryRealisation?(outputId: string): Maybe<Realisation | undefined>;
	addBuildLog?(drvPath: StorePath, log: Uint8Array): Maybe<void>;
	/** Throws unless an experimental feature is enabled; without it all are. */
	requireFeature?(feature: string): void;
	/** Where arriving objects are kept until they are in the store; in memory unless told. */
	receiveTree?(): TreeReceiver;
}

/** An operation that a store does not have. */
export const unsupported = (what: string, store: ServedStore): StoreError =>
	new StoreError("UNSUPPORTED", `${what} not supported by store '${store.uri}'`);
