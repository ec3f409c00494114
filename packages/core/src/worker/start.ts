import type { MessagePort } from "node:worker_threads";
import type { EvalSettings, LogEntry } from "@tsnix/eval";
import type { FetchEvent, FetchSettings } from "@tsnix/fetchers";
import type { LocalStorePlace } from "@tsnix/store/node";

/** What a worker is started with. */
export interface WorkerStart {
	/** For the calls that the worker answers, and its notices. */
	readonly port: MessagePort;
	/** For the calls that it makes, blocking. */
	readonly blocking: MessagePort;
	/** One shared word: set when an answer lies in `blocking`. */
	readonly signal: SharedArrayBuffer;
	readonly fs: FsStart;
	readonly store: StoreStart;
	readonly settings: Partial<EvalSettings>;
	readonly fetchSettings: Partial<FetchSettings>;
	/** Undefined: `builtins.getEnv` is always empty. */
	readonly env: Readonly<Record<string, string>> | undefined;
	readonly home: string | undefined;
	readonly hasClock: boolean;
	readonly hasHttp: boolean;
	readonly hasGit: boolean;
	readonly hasMercurial?: boolean;
	readonly hasRealise: boolean;
	/** Whether the thread that made it has flake registries. */
	readonly hasRegistries?: boolean;
	/** A folder for what was fetched, on Node's file system. */
	readonly cacheDir: string | undefined;
}

/** Where a worker's files are: Node's, which it opens itself, or those of an object in the thread that made it. */
export type FsStart =
	| { readonly kind: "none" }
	| { readonly kind: "node" }
	| { readonly kind: "remote"; readonly byteNames: boolean };

/** Likewise its store. */
export type StoreStart =
	| ({ readonly kind: "local" } & LocalStorePlace)
	| { readonly kind: "remote"; readonly storeDir: string; readonly uri: string };

/** What a worker tells without being asked. */
export type Notice =
	| { readonly name: "log"; readonly value: LogEntry }
	| { readonly name: "fetch"; readonly value: FetchEvent };
