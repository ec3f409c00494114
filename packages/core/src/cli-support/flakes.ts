import type { Lazy } from "@tsnix/eval";
import {
	type FetchResult,
	fetchInput,
	type HttpTransport,
	type Input,
	inputSourcePath,
	withoutAttrs,
} from "@tsnix/fetchers";
import { bytesToString, hostPath, type JsonValue, type NamedFs, NixError } from "@tsnix/store";
import { engineFlakeRef, engineFlakeWorld, flakeOutputs, lockInEngine } from "../engine/flakes";
import type { OpenWorld } from "../engine/world";
import type { AttrDb } from "../eval-cache/attr-db";
import type { CachedCursor } from "../eval-cache/cached-cursor";
import { EvalCache } from "../eval-cache/eval-cache";
import { flakeFingerprint } from "../flake/fingerprint";
import { callFlake } from "../flake/call";
import type { Flake } from "../flake/flake";
import { parseInputPath } from "../flake/input-path";
import { getFlakeSync, type LockedFlake, type LockOptions, lockFlake } from "../flake/lock";
import { flakeRefToJson } from "../flake/lock-file";
import { findInput, nodeOf } from "../flake/lock-graph";
import { flakeMetadata, metadataJson, metadataText } from "../flake/metadata";
import { type FlakeRef, flakeRefToString, indirectRef, parseFlakeRefWithFragment } from "../flake/ref";
import { showJson, showText } from "../flake/show";
import type { Registries } from "../registry/registry";
import type { Evaluator } from "./evaluation";
import { checkFlakeValue, type PlainCheckOptions, type PlainFlakeCheck } from "./flake-check";
import { type AppliedConfig, type FlakeConfig, flakeConfig } from "./flake-config";
import { type FlakeArchive, flakeArchive, flakeInputRefs, storeInput } from "./flake-tree-inputs";
import { fleetingTrees } from "./fleeting-trees";
import { type CommandRegistries, fetchedInput } from "./registries";

/** What options of a command say of locking a flake. */
export interface PlainLockOptions {
	readonly recreate?: boolean;
	readonly update?: boolean;
	readonly write?: boolean;
	readonly useRegistries?: boolean;
	readonly commit?: boolean;
	readonly commitSummary?: string;
	/** The path of a lock file to start from. */
	readonly reference?: string;
	/** The path of a lock file to write. */
	readonly output?: string;
	readonly overrides?: readonly (readonly [input: string, ref: string])[];
	readonly updates?: readonly string[];
	readonly allowUnlocked?: boolean;
	readonly failOnUnlocked?: boolean;
	/** Whether the flake's `nixConfig` counts. */
	readonly applyConfig?: boolean;
}

/** What options say of showing a flake's outputs. */
export interface PlainShowOptions {
	readonly system: string;
	readonly legacy: boolean;
	readonly allSystems: boolean;
	readonly asJson: boolean;
	readonly color: boolean;
}

/** What `nix flake prefetch` tells. */
export interface PrefetchedFlake {
	readonly url: string;
	readonly storePath: string;
	readonly hash: string;
	readonly original: JsonValue;
	readonly locked: JsonValue;
}

/** What of a command's surroundings its flakes use. */
export interface FlakeSurroundings {
	/** Downloads that do not block. */
	readonly http: HttpTransport;
	/** The registries, which may have to be downloaded. */
	readonly registries: () => Promise<Registries>;
	/** Told the folders of trees that belong into the store, lest they are gone the next time. */
	readonly keepTrees: (folders: readonly string[]) => void;
	/** What is remembered of a locked flake's outputs, by its fingerprint; `source` is the folder it lies in, if any. */
	readonly attrDb: (fingerprint: string, source: string | undefined) => AttrDb | undefined;
}

const lockKey = (ref: string, options: PlainLockOptions): string => JSON.stringify([ref, options]);

/** A command's flakes: references as it was given them, and what they were locked to. */
export class CommandFlakes {
	private readonly refs = new Map<string, FlakeRef>();
	/** By reference and options: `--inputs-from` may lock the command's own flake without them. */
	private readonly locked = new Map<string, LockedFlake>();
	/** By fingerprint. */
	private readonly caches = new Map<string, EvalCache>();

	constructor(
		private readonly open: OpenWorld,
		private readonly st: Evaluator,
		private readonly workingDirectory: string,
		private readonly applyConfig?: (config: FlakeConfig) => AppliedConfig,
		private readonly surroundings?: FlakeSurroundings,
	) {}

	/** A reference on the command line, and what follows `#`. */
	parse(text: string, baseDirectory: string): { readonly ref: string; readonly fragment: string } {
		const { fs, log } = this.open.world;
		const { ref, fragment } = parseFlakeRefWithFragment(text, {
			...(fs === undefined ? {} : { fs }),
			baseDir: baseDirectory,
			settings: this.open.fetch.settings,
			warn: (message) => log?.({ kind: "warning", text: message }),
			notice: (message) => log?.({ kind: "info", text: message }),
		});
		const shown = flakeRefToString(ref);
		this.refs.set(shown, ref);
		return { ref: shown, fragment };
	}

	/** Locks a flake, once a command. */
	lock(ref: string, options: PlainLockOptions): LockedFlake {
		const known = this.locked.get(lockKey(ref, options));
		if (known !== undefined) return known;
		const locked = lockInEngine(this.open, this.st, this.refs.get(ref) ?? this.ref(ref), this.options(options));
		return this.keep(ref, options, locked);
	}

	private keep(ref: string, options: PlainLockOptions, locked: LockedFlake): LockedFlake {
		this.locked.set(lockKey(ref, options), locked);
		this.surroundings?.keepTrees(fleetingTrees(locked));
		return locked;
	}

	/** The names of a flake's inputs. */
	inputNames(ref: string): string[] {
		const flake = getFlakeSync(engineFlakeWorld(this.open, this.st), this.refs.get(ref) ?? this.ref(ref));
		return [...flake.inputs.keys()];
	}

	/** Flakes may have changed: they are locked anew. */
	forget(): void {
		this.locked.clear();
	}

	/** Locks a flake as {@link lock} does; inputs that do not depend on each other are downloaded at once. */
	async ready(ref: string, options: PlainLockOptions): Promise<void> {
		const { surroundings } = this;
		if (surroundings === undefined || this.locked.has(lockKey(ref, options))) return;
		const { fetch, keepTree } = this.open;
		const world = { ...fetch, http: surroundings.http };
		const fetchTree = async (input: Input): Promise<FetchResult> => keepTree(await fetchInput(input, world));
		const { registries } = surroundings;
		const flakeWorld = { ...engineFlakeWorld(this.open, this.st), fetch: fetchTree, registries };
		const given = { write: false, ...this.options(options) };
		this.keep(ref, options, await lockFlake(flakeWorld, this.refs.get(ref) ?? this.ref(ref), given));
	}

	/** A locked flake's outputs: what is remembered of them, and what is evaluated when it is asked for. */
	outputs(ref: string, options: PlainLockOptions): CachedCursor {
		return this.cacheOf(this.lock(ref, options)).cursor();
	}

	private cacheOf(locked: LockedFlake): EvalCache {
		const { st, open, surroundings } = this;
		const fingerprint =
			surroundings !== undefined && st.settings.pureEval ? flakeFingerprint(locked, open.fetch.settings) : undefined;
		const known = fingerprint === undefined ? undefined : this.caches.get(fingerprint);
		if (known !== undefined) return known;
		const load = (): Lazy => {
			if (st.host.getEnv?.("NIX_ALLOW_EVAL") === "0")
				throw new NixError("NOT_CACHED", "not everything is cached, but evaluation is not allowed");
			return flakeOutputs(open, st, locked);
		};
		if (fingerprint === undefined) return new EvalCache(st, undefined, load);
		const source = inputSourcePath(locked.flake.lockedRef.input);
		const cache = new EvalCache(st, surroundings?.attrDb(fingerprint, source), load);
		this.caches.set(fingerprint, cache);
		return cache;
	}

	/** What was found out of outputs is remembered for other commands. */
	remember(): void {
		for (const { db } of this.caches.values()) db?.commit();
	}

	/** What a flake is locked to. */
	lockedRef(ref: string, options: PlainLockOptions): string {
		return flakeRefToString(this.lock(ref, options).flake.lockedRef);
	}

	/** A locked flake's input `nixpkgs`; the registries' where it has none. */
	nixpkgsOf(ref: string, options: PlainLockOptions): string {
		const { lock } = this.lock(ref, options);
		const key = findInput(lock, ["nixpkgs"]);
		const input = key === undefined ? undefined : nodeOf(lock, key).input;
		const known = input?.isFlake === true ? input.locked : this.ref("flake:nixpkgs");
		const shown = flakeRefToString(known);
		this.refs.set(shown, known);
		return shown;
	}

	/** The folder that a flake lies in, as its reference tells. */
	folder(ref: string): string | undefined {
		return inputSourcePath((this.refs.get(ref) ?? this.ref(ref)).input);
	}

	/** The folder that a locked flake lies in. */
	resolvedFolder(ref: string, options: PlainLockOptions): string | undefined {
		return inputSourcePath(this.lock(ref, options).flake.resolvedRef.input);
	}

	/** What `nix flake metadata` tells of a flake. */
	metadata(
		ref: string,
		options: PlainLockOptions,
		color: boolean,
	): { readonly text: string; readonly json: JsonValue } {
		const metadata = flakeMetadata(this.lock(ref, options), this.st.host.store.storeDir, this.open.fetch.settings);
		const zoneOffset = (seconds: number): number => -60 * new Date(seconds * 1000).getTimezoneOffset();
		return { text: metadataText(metadata, { color, zoneOffset }), json: metadataJson(metadata) };
	}

	/** What `nix flake show` tells of it. `json` is undefined where text is wanted. */
	show(
		ref: string,
		lockOptions: PlainLockOptions,
		{ asJson, color, ...options }: PlainShowOptions,
		print: (line: string) => void,
	): JsonValue | undefined {
		const locked = this.lock(ref, lockOptions);
		const { log } = this.open.world;
		const cursor = this.cacheOf(locked).cursor();
		const shown = {
			...options,
			warn: (message: string) => log?.({ kind: "warning", text: message }),
			onVisit: (path: string) => log?.({ kind: "info", text: `evaluating '${path}'...` }),
		};
		if (asJson) return showJson(cursor, shown);
		const title = flakeRefToString(locked.flake.lockedRef);
		showText(cursor, { ...shown, title, print, ...(color ? { color } : {}) });
		return undefined;
	}

	/** What `nix flake check` finds in its outputs. */
	check(ref: string, lockOptions: PlainLockOptions, options: PlainCheckOptions): PlainFlakeCheck {
		const locked = this.lock(ref, lockOptions);
		const flake = callFlake(this.st, locked, engineFlakeWorld(this.open, this.st));
		return checkFlakeValue(this.st, flake, options, (entry) => this.open.world.log?.(entry));
	}

	/** Puts the trees of a flake and its inputs into the store; with `dryRun` they are only told of. */
	archive(ref: string, options: PlainLockOptions, dryRun: boolean): FlakeArchive {
		return flakeArchive(this.open, this.lock(ref, options), dryRun);
	}

	/** The inputs of a locked flake. */
	inputs(ref: string, options: PlainLockOptions): ReturnType<typeof flakeInputRefs> {
		return flakeInputRefs(this.lock(ref, options));
	}

	/** Puts the tree of one of them into the store. */
	fetchInput(ref: string, options: PlainLockOptions, key: string): void {
		const locked = nodeOf(this.lock(ref, options).lock, key).input?.locked;
		if (locked !== undefined) storeInput(this.open, locked);
	}

	/** What the inputs of a flake are locked to, by their names: entries for a registry. */
	inputEntries(ref: string): readonly { readonly from: Input; readonly to: FlakeRef }[] {
		const { lock } = this.lock(ref, { write: false });
		const found: { from: Input; to: FlakeRef }[] = [];
		for (const name of nodeOf(lock, lock.root).inputs.keys()) {
			const key = findInput(lock, [name]);
			const locked = key === undefined ? undefined : nodeOf(lock, key).input?.locked;
			if (locked !== undefined) found.push({ from: indirectRef(name).input, to: locked });
		}
		return found;
	}

	/** A flake with what its registries make of its reference. */
	resolve(text: string, registries: CommandRegistries): FlakeRef {
		return registries.resolve(this.refs.get(text) ?? this.ref(text));
	}

	private applied(flake: Flake): Pick<LockOptions, "commitSummary"> | undefined {
		if (flake.config.size === 0) return undefined;
		const applied = this.applyConfig?.(flakeConfig(flake));
		return applied && { commitSummary: applied.commitSummary };
	}

	/** A lock file to start from; one that is not there is empty. */
	private referenceLock(fs: NamedFs, name: string): { readonly text?: string; readonly name: string } {
		const path = hostPath(fs, name);
		return fs.existsSync(path) ? { text: bytesToString(fs.readFileSync(path)), name } : { name };
	}

	/** Fetches a flake's tree into the store. */
	prefetch(text: string, registries: CommandRegistries): PrefetchedFlake {
		const resolved = this.resolve(text, registries);
		const { store } = this.open.world;
		const tree = this.open.fetchTree(resolved.input);
		const path = store.isValidPath(tree.storePath)
			? tree.storePath
			: store.addToStore(tree.storePath.name, tree.accessor, "/");
		const { scheme, attrs } = fetchedInput(resolved.input, this.open);
		const locked = { input: { scheme, attrs: withoutAttrs(attrs, "__final") }, subdir: resolved.subdir };
		return {
			url: flakeRefToString(locked),
			storePath: path.toString(store.storeDir),
			hash: tree.narHash.sri(),
			original: flakeRefToJson(resolved),
			locked: flakeRefToJson(locked),
		};
	}

	private ref(text: string, allowMissing = false): FlakeRef {
		return engineFlakeRef(this.open, text, this.workingDirectory, allowMissing);
	}

	private options({
		overrides,
		updates,
		reference,
		applyConfig,
		...plain
	}: PlainLockOptions): Parameters<typeof lockInEngine>[3] {
		const { fs } = this.open.world;
		return {
			write: true,
			...plain,
			...(overrides === undefined
				? {}
				: { overrides: overrides.map(([path, ref]) => ({ path: parseInputPath(path), ref: this.ref(ref, true) })) }),
			...(updates === undefined ? {} : { updates: updates.map(parseInputPath) }),
			...(reference === undefined || fs === undefined ? {} : { reference: this.referenceLock(fs, reference) }),
			...(applyConfig !== true || this.applyConfig === undefined
				? {}
				: { onFlake: (flake: Flake) => this.applied(flake) }),
		};
	}
}
