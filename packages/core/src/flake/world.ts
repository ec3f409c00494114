import type { FetchResult, FetchSettings, Input } from "@tsnix/fetchers";
import type { Registries } from "../registry/registry";
import type { Evaluator } from "./evaluation";
import type { FlakeRef } from "./ref";

/** A `flake.lock` to be written. */
export interface WriteLockRequest {
	/** The file: absolute, on the host's file system. */
	readonly path: string;
	/** A byte string. */
	readonly contents: string;
	/** The flake that it belongs to, whose tree `path` lies in. Absent for a file written somewhere else. */
	readonly flake?: FlakeRef;
	/** The file's path in the flake's tree: for Git, what has to be added. */
	readonly relativePath?: string;
	/** Given where the change is to be committed (Git). */
	readonly commitMessage?: string;
}

/**
 * What flakes are fetched and read with. Answers may be promises; a synchronous world answers at once, or throws a
 * suspension.
 */
export interface FlakeWorld {
	/** Reads `flake.nix` files. The trees fetched are put in their places in its file system. */
	readonly evaluator: Evaluator;
	/** Fetches a direct input. Asked for the same input again, it should give the same tree. */
	readonly fetch: (input: Input) => FetchResult | Promise<FetchResult>;
	/** The registries in the order they are looked through. Only called for inputs that are not direct. */
	readonly registries: () => Registries | Promise<Registries>;
	readonly settings?: FetchSettings;
	/** Where the store really keeps its objects: messages show trees of `path` inputs there. The store's folder unless told. */
	readonly shownStoreDir?: string;
	/** Whether a file is there on the host's file system. */
	readonly exists?: (path: string) => boolean;
	/** Without it, lock files cannot be written. */
	readonly writeLockFile?: (request: WriteLockRequest) => void | Promise<void>;
	/** What only those who look for faults want to know. */
	readonly debug?: (message: string) => void;
	/** Warnings, without `warning: `. Byte strings. */
	readonly warn?: (message: string) => void;
}
