import { Evaluator, installBuiltins } from "@tsnix/eval";
import {
	createFetchWorld,
	type FetchResult,
	fetchInput,
	fetchInputSync,
	type Input,
	inputToURL,
} from "@tsnix/fetchers";
import { fsAccessor, memoryStore, type SyncFs } from "@tsnix/store";
import { Volume } from "memfs";
import type { Registries } from "../../registry/registry";
import type { CallWorld } from "../call";
import type { FlakeWorld, WriteLockRequest } from "../world";

/** A world in memory. For tests. */
export interface MemoryWorld extends FlakeWorld, CallWorld {
	readonly files: SyncFs;
	readonly warnings: string[];
	/** URLs, in the order they were asked for. */
	readonly fetched: string[];
	/** The most fetches that were under way at once. */
	readonly mostAtOnce: () => number;
	readonly written: WriteLockRequest[];
}

export interface MemoryWorldOptions {
	readonly registries?: Registries;
	/** Wait a turn for each fetch. */
	readonly promises?: boolean;
	/** Called before each fetch of a synchronous world. */
	readonly onFetch?: (input: Input) => void;
}

/** Files by absolute path, last modified one second into 1970. */
export const memoryFiles = (files: Readonly<Record<string, string>>): SyncFs => {
	const volume = Volume.fromJSON(files);
	for (const path of Object.keys(volume.toJSON()))
		for (let at = path; at !== ""; at = at.slice(0, at.lastIndexOf("/"))) volume.utimesSync(at, 1, 1);
	return volume as unknown as SyncFs;
};

export const memoryWorld = (
	contents: Readonly<Record<string, string>>,
	options: MemoryWorldOptions = {},
): MemoryWorld => {
	const files = memoryFiles(contents);
	const store = memoryStore();
	const warnings: string[] = [];
	const fetched: string[] = [];
	const written: WriteLockRequest[] = [];
	let running = 0;
	let most = 0;
	const warn = (message: string): void => {
		warnings.push(message);
	};
	const fetchWorld = createFetchWorld({ fs: files, store, warn });
	const evaluator = new Evaluator(
		{ root: fsAccessor(files, "/"), store },
		{ pureEval: true, experimentalFeatures: new Set(["flakes"]) },
	);
	installBuiltins(evaluator);
	const keep = (tree: FetchResult): FetchResult => {
		store.addToStore(tree.storePath.name, tree.accessor, "/");
		return tree;
	};
	const fetchSync = (input: Input) => {
		options.onFetch?.(input);
		fetched.push(inputToURL(input));
		return keep(fetchInputSync(input, fetchWorld));
	};
	const fetchLater = async (input: Input) => {
		fetched.push(inputToURL(input));
		most = Math.max(most, ++running);
		await new Promise((resolve) => setImmediate(resolve));
		running--;
		return keep(await fetchInput(input, fetchWorld));
	};
	return {
		evaluator,
		files,
		warnings,
		fetched,
		written,
		mostAtOnce: () => most,
		fetch: options.promises === true ? fetchLater : fetchSync,
		fetchLocked: fetchSync,
		registries: () => options.registries ?? [],
		warn,
		writeLockFile: (request) => {
			written.push(request);
		},
	};
};
