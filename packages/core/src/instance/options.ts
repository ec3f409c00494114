import type { EvalSettings, LogEntry } from "@tsnix/eval";
import type {
	Codecs,
	FetchEvent,
	FetchFunction,
	FetchSettings,
	GitTransport,
	MercurialTransport,
} from "@tsnix/fetchers";
import type { Builder, NamedFs, RealiseEvent, RealiseOptions, Substituter, SyncStore } from "@tsnix/store";
import type { Registries } from "../registry/registry";

/**
 * What an instance may use of the outside. Nothing is taken from the process: what is not here is not there. Nor does
 * anything come from a flake's `nixConfig`: it is read, but settings are the embedder's to give.
 */
export interface NixOptions {
	/** Files: memfs, Node's `fs` (`nodeFs` of `@tsnix/core/node`), or anything with the same synchronous calls. */
	readonly fs?: NamedFs;
	/** Where derivations, sources and outputs go; a new {@link memoryStore} unless told. */
	readonly store?: SyncStore;
	/** Downloads: the platform's `fetch`, or something like it. */
	readonly fetch?: FetchFunction;
	/** Remote Git repositories; local ones need only `fs`. */
	readonly git?: GitTransport;
	/** Mercurial repositories: the program `hg` (`nodeMercurial` of `@tsnix/core/node`). */
	readonly hg?: MercurialTransport;
	/**
	 * Runs git with arguments and standard input, for its exit status: to add and commit lock files in repositories.
	 */
	readonly runGit?: (args: readonly string[], input?: Uint8Array) => number;
	/** Archives beyond gzip and zstd: xz, bzip2. */
	readonly codecs?: Codecs;
	/**
	 * Flake registries, in the order they are looked through, or what gives them when they are first needed
	 * (`nodeRegistries` of `@tsnix/core/node`); none unless told.
	 */
	readonly registries?: Registries | (() => Registries | Promise<Registries>);
	/** Environment variables (`builtins.getEnv`). */
	readonly env?: Readonly<Record<string, string | undefined>>;
	/** Seconds since 1970. */
	readonly clock?: () => number;
	/** What `~` stands for. */
	readonly home?: string;
	/** `x86_64-linux`: `builtins.currentSystem`, and what builders run on. */
	readonly system?: string;
	/** Whether evaluation is pure: no clock, no environment, no files but locked ones. False unless told. */
	readonly pure?: boolean;
	/** nix.conf's settings for evaluation, in camel case. */
	readonly settings?: Partial<EvalSettings>;
	readonly fetchSettings?: Partial<FetchSettings>;
	readonly limits?: {
		/** Calls within calls; 10,000. */
		readonly maxCallDepth?: number;
		/**
		 * How many megabytes of data an evaluation in a thread of its own may hold; 16,384. What needs more is rejected
		 * with `NIX_OUT_OF_MEMORY`, and so is all that is asked of the instance after it.
		 */
		readonly heapMegabytes?: number;
	};
	/** What builds derivations: functions, processes. Without any, nothing can be built. */
	readonly builders?: readonly Builder[];
	/** Where outputs may be had without building: stores that `openStore` gives, or anything that answers like one. */
	readonly substituters?: readonly Substituter[];
	/**
	 * Keys (`cache.example.org-1:base64`) by which what substituters offer is believed; without any, only what is
	 * content-addressed is taken.
	 */
	readonly trustedPublicKeys?: readonly string[];
	/** How derivations are realised beyond that: `keepGoing`, `timeout`, `logs`, `contentAddressedDerivations`, … */
	readonly building?: BuildingOptions;
	/** How many builds run at once; 1. */
	readonly maxJobs?: number;
	/** `NIX_BUILD_CORES`. */
	readonly cores?: number;
	/**
	 * Cancels all that waits, fetches, builds or evaluates in a thread of its own: it is rejected with `INTERRUPTED`, and
	 * so is all that is asked of the instance after it.
	 */
	readonly signal?: AbortSignal;
	readonly onEvent?: (event: NixEvent) => void;
	/**
	 * Whether evaluation runs in a thread of its own, with a stack that holds all the calls that Nix allows. True
	 * unless told, where the platform has such threads.
	 */
	readonly worker?: boolean;
	/** A folder of Node's file system where what was fetched is kept; in memory unless told. */
	readonly cacheDir?: string;
}

/** What of {@link RealiseOptions} an instance does not say itself. */
export type BuildingOptions = Partial<
	Omit<
		RealiseOptions,
		"store" | "builders" | "system" | "substituters" | "maxJobs" | "cores" | "signal" | "now" | "onEvent"
	>
>;

/** What an instance tells of what it does. */
export type NixEvent =
	| { readonly type: "log"; readonly entry: LogEntry }
	| { readonly type: "fetch"; readonly event: FetchEvent }
	| { readonly type: "build"; readonly event: RealiseEvent };
