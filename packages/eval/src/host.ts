import type { Derivation, SourceAccessor, StorePath, SyncStore } from "@tsnix/store";
import type { Debugger, Halt } from "./debug/debugger";
import type { Evaluator } from "./runtime/evaluator";
import type { Lazy } from "./runtime/values";

/**
 * Everything an evaluation may ask of the outside world. All of it is synchronous; a host that has to wait throws a
 * `Suspension`, and the evaluation starts again when its promise is settled.
 */
export interface Host {
	/** The files that absolute paths mean. Store objects are found under the store's folder. */
	readonly root: SourceAccessor;
	/** Where derivations and sources go. See `dryStore` for one that only computes paths. */
	readonly store: HostStore;
	/** An environment variable (`builtins.getEnv`); undefined where there is none. */
	readonly getEnv?: (name: string) => string | undefined;
	/** Seconds since 1970 (`builtins.currentTime`). */
	readonly currentTime?: () => number;
	/** Nanoseconds since 1970, for traces and profiles of calls. */
	readonly nanoseconds?: () => bigint;
	/** Takes lines of a profile (`eval-profiler`). */
	readonly profile?: (lines: string) => void;
	/** What `~` stands for. */
	readonly homeDir?: string;
	/** Where relative paths of the search path start from; `/` unless told. */
	readonly workingDirectory?: string;
	/** Told what `builtins.trace`, `builtins.warn` and the evaluator's own warnings say: whole lines, byte strings. */
	readonly log?: (entry: LogEntry) => void;
	/** Fetches an input (`builtins.fetchTree` and its kin). */
	readonly fetchTree?: (request: FetchRequest) => FetchedTree;
	/** Downloads one file into the store (`builtins.fetchurl`), or unpacks an archive (`builtins.fetchTarball`). */
	readonly fetchFile?: (request: FetchFileRequest) => StorePath;
	/** Copies a closure from a binary cache (`builtins.fetchClosure`). Gives the path that the result names. */
	readonly fetchClosure?: (request: FetchClosureRequest) => StorePath;
	/** Makes outputs of derivations exist, by building them if need be: import from derivation. */
	readonly realise?: (outputs: readonly RealiseRequest[]) => readonly StorePath[];
	/** Looks into an evaluation that has halted (`--debugger`), and tells whether it goes on. */
	readonly debug?: (halt: Halt, debug: Debugger) => "continue" | "quit";
	/** The value of a flake, for an evaluation (`builtins.getFlake`): `core` knows how to lock and call it. */
	readonly getFlake?: (ref: string, st: Evaluator) => Lazy;
	/** Text of a search path entry that is a URL or a channel: the folder it stands for, or undefined. */
	readonly resolveLookupPath?: (value: string) => string | undefined;
}

/** What of a store evaluation uses. */
export type HostStore = Pick<
	SyncStore,
	| "storeDir"
	| "uri"
	| "isValidPath"
	| "queryPathInfo"
	| "queryPathFromHashPart"
	| "accessor"
	| "addToStore"
	| "addTextToStore"
	| "addDerivation"
	| "readDerivation"
	| "queryRealisation"
> & {
	/** Makes a path exist, by substitution if need be (`builtins.storePath`). Throws if it cannot. */
	ensurePath?(path: StorePath): void;
};

export interface LogEntry {
	/** An `evaluation-warning` is what `builtins.warn` says; a `warning` comes from TSNix; `output` is what was asked for. */
	readonly kind: "trace" | "evaluation-warning" | "warning" | "notice" | "info" | "debug" | "output" | "trace-function";
	/** A byte string, without its line end and without a `warning: ` or `trace: ` before it. */
	readonly text: string;
}

/** Attributes of an input, as `builtins.fetchTree` takes them. */
export type InputAttrs = Readonly<Record<string, string | number | bigint | boolean>>;

export interface FetchRequest {
	readonly attrs?: InputAttrs;
	readonly url?: string;
	/** Who asks: the checks and results of each differ. */
	readonly builtin: "fetchTree" | "fetchGit" | "fetchMercurial" | "fetchFinalTree";
	readonly pure: boolean;
	/** To be told the input's URL before it is fetched: throws where restricted evaluation forbids that. */
	readonly checkUri: (uri: string) => void;
}

export interface FetchClosureRequest {
	/** The URL of the binary cache. */
	readonly fromStore: string;
	readonly fromPath: StorePath;
	/**
	 * What `fromPath` has to become when it is rewritten to be content-addressed; `"unknown"` to be told in an error what
	 * that is. Undefined: no rewriting.
	 */
	readonly toPath?: StorePath | "unknown";
	/** Whether `fromPath` has to be input-addressed; else it has to be content-addressed. */
	readonly inputAddressed: boolean;
}

export interface FetchedTree {
	readonly storePath: StorePath;
	/** The attributes of the result (`narHash`, `rev`, …) in the reference's form, without `outPath`. */
	readonly attrs: Readonly<Record<string, string | number | boolean>>;
	/** The files, readable without having been copied to the store. */
	readonly accessor?: SourceAccessor;
}

export interface FetchFileRequest {
	readonly url: string;
	readonly name: string;
	readonly unpack: boolean;
	/** SRI or prefixed. */
	readonly sha256?: string;
}

export interface RealiseRequest {
	readonly drvPath: StorePath;
	readonly output: string;
}

export type { Derivation };
