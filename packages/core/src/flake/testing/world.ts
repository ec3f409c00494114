import { spawnSync } from "node:child_process";
import { type EvalSettings, Evaluator, installBuiltins } from "@tsnix/eval";
import {
	createFetchWorld,
	defaultFetchSettings,
	type FetchResult,
	type FetchSettings,
	fetchInput,
	fetchInputSync,
	type Input,
} from "@tsnix/fetchers";
import { nodeCodecs, nodeGit } from "@tsnix/fetchers/node";
import { fsAccessor, memoryStore } from "@tsnix/store";
import { nodeFs } from "@tsnix/store/node";
import type { Registries } from "../../registry/registry";
import type { CallWorld } from "../call";
import type { FlakeWorld } from "../world";
import { writeLockOnHost } from "../write-lock";

/** A world on this machine's file system, with a store in memory. For tests. */
export interface TestWorld extends FlakeWorld, CallWorld {
	readonly evaluator: Evaluator;
	readonly warnings: string[];
}

export interface TestWorldOptions {
	readonly registries?: Registries;
	readonly settings?: Partial<FetchSettings>;
	readonly evaluation?: Partial<EvalSettings>;
	readonly env?: NodeJS.ProcessEnv;
	/** Fetch without promises. */
	readonly synchronous?: boolean;
	readonly cacheDir?: string;
}

const git =
	(env: NodeJS.ProcessEnv | undefined) =>
	(args: readonly string[], input?: Uint8Array): number =>
		spawnSync("git", [...args], { env, input, stdio: ["pipe", "ignore", "ignore"] }).status ?? 255;

export const testWorld = (options: TestWorldOptions = {}): TestWorld => {
	const store = memoryStore();
	const warnings: string[] = [];
	const settings = { ...defaultFetchSettings, ...options.settings };
	const warn = (message: string): void => {
		warnings.push(message);
	};
	const fetchWorld = createFetchWorld({
		fs: nodeFs,
		store,
		codecs: nodeCodecs,
		git: nodeGit({ env: options.env }),
		settings,
		clock: () => 0,
		warn,
		...(options.cacheDir === undefined ? {} : { clones: { fs: nodeFs, dir: options.cacheDir } }),
	});
	const evaluator = new Evaluator(
		{ root: fsAccessor(nodeFs, "/"), store },
		{ pureEval: true, experimentalFeatures: new Set(["nix-command", "flakes"]), ...options.evaluation },
	);
	installBuiltins(evaluator);
	const keep = (tree: FetchResult): FetchResult => {
		store.addToStore(tree.storePath.name, tree.accessor, "/");
		return tree;
	};
	const sync = (input: Input): FetchResult => keep(fetchInputSync(input, fetchWorld));
	return {
		evaluator,
		warnings,
		settings,
		warn,
		fetch: options.synchronous === false ? async (input) => keep(await fetchInput(input, fetchWorld)) : sync,
		fetchLocked: sync,
		registries: () => options.registries ?? [],
		exists: (path) => nodeFs.existsSync(path),
		writeLockFile: (request) => writeLockOnHost(request, { fs: nodeFs, git: git(options.env) }),
	};
};
