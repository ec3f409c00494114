import type { SourceAccessor, StorePath, SyncFs, WritableSyncFs } from "@tsnix/store";
import type { Spool } from "./archives/bytes";
import type { Codecs } from "./archives/codecs";
import { portableCodecs } from "./archives/codecs";
import type { FetchCache } from "./cache/cache";
import { memoryCache } from "./cache/memory";
import type { Transports } from "./effects";
import { createInputCache, type InputCache } from "./input-cache";
import { defaultFetchSettings, type FetchSettings } from "./settings";

/** What a fetch may ask of a store: whether a tree is there already. */
export interface StoreView {
	readonly storeDir: string;
	isValidPath(path: StorePath): boolean;
	accessor(path: StorePath): SourceAccessor;
	queryPathInfo(path: StorePath): { readonly narHash: { sri(): string } } | undefined;
}

/** What an archive may unpack to. */
export interface UnpackLimits {
	/** Bytes of all files together. */
	readonly totalSize: number;
	/** Files, folders and links. */
	readonly entries: number;
	/** Bytes of an archive that are held in memory: 128 MiB where there is a spool for the rest, else 1 GiB. */
	readonly held?: number;
}

/** What is happening, for progress displays. */
export type FetchEvent =
	| { readonly type: "fetching"; readonly input: string }
	| { readonly type: "downloading"; readonly url: string }
	| { readonly type: "unpacking"; readonly url: string }
	| { readonly type: "fetching-git"; readonly url: string }
	| { readonly type: "hashing"; readonly input: string }
	/** Something went wrong that is gone without: what was fetched before is used. */
	| { readonly type: "failed"; readonly message: string }
	/** A tree that was fetched goes to the store. */
	| { readonly type: "copying"; readonly path: string };

/** Everything that fetching may ask of the outside. Make one with {@link createFetchWorld}. */
export interface FetchWorld extends Transports {
	/** Where paths, local repositories and `file:` URLs are read. Without it there are none. */
	readonly fs?: SyncFs;
	/** The folder that relative Git URLs start from. */
	readonly currentDirectory?: string;
	/** A folder for clones of remote repositories, and the file system it is on. Laid out as the reference's. */
	readonly clones?: { readonly fs: WritableSyncFs; readonly dir: string };
	/** Whether Git repositories that `file:` URLs name are cloned like those elsewhere. */
	readonly clonesLocal?: boolean;
	readonly cache: FetchCache;
	/** What this world fetched before. It is not looked at again, though it may have changed: `clear` makes it so. */
	readonly inputs: InputCache;
	readonly store?: StoreView;
	readonly storeDir: string;
	readonly codecs: Codecs;
	readonly limits: UnpackLimits;
	/** Where contents of large archives are put aside. Without it all of them are held in memory. */
	readonly spool?: Spool;
	/** Reads JSON, a byte string, into data of byte strings. Without it the runtime's own reader words what is wrong. */
	readonly parseJson?: (text: string) => unknown;
	readonly settings: FetchSettings;
	/** Seconds since 1970. */
	readonly clock: () => number;
	readonly warn: (message: string) => void;
	readonly onEvent: (event: FetchEvent) => void;
}

/**
 * A world from its parts; what is left out is absent (file system, transports), in memory (cache), the reference's
 * default (settings) or silent (warnings, events).
 *
 *     const world = createFetchWorld({ fs: memfs, clock: () => Date.now() / 1000 })
 */
export const createFetchWorld = (
	parts: Omit<Partial<FetchWorld>, "settings"> & { settings?: Partial<FetchSettings> },
): FetchWorld => ({
	...parts,
	cache: parts.cache ?? memoryCache(),
	inputs: parts.inputs ?? createInputCache(),
	storeDir: parts.storeDir ?? parts.store?.storeDir ?? "/nix/store",
	codecs: parts.codecs ?? portableCodecs,
	limits: parts.limits ?? { totalSize: 16 * 2 ** 30, entries: 2_000_000 },
	settings: { ...defaultFetchSettings, ...parts.settings },
	clock: parts.clock ?? (() => 0),
	warn: parts.warn ?? (() => {}),
	onEvent: parts.onEvent ?? (() => {}),
});
