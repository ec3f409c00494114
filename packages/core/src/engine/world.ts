import {
	type EvalSettings,
	type FetchedTree,
	type FetchRequest,
	type Host,
	type HostStore,
	type LogEntry,
	Suspension,
} from "@tsnix/eval";
import {
	type Attr,
	type Codecs,
	createFetchWorld,
	type FetchCache,
	FetchError,
	type FetchEvent,
	type FetchResult,
	type FetchSettings,
	type FetchWorld,
	fetchInputSync,
	type GitTransport,
	type HttpTransport,
	type Input,
	inputFromAttrs,
	inputFromURL,
	inputNarHash,
	inputRef,
	inputRev,
	inputRevCount,
	inputToURL,
	isDirect,
	isFinal,
	isLocked,
	type MercurialTransport,
	type Spool,
	treeAttrs,
	WouldBlock,
	withAttr,
} from "@tsnix/fetchers";
import { fsAccessor, type NamedFs, type SourceAccessor, type StorePath } from "@tsnix/store";
import { adoptError } from "../flake/errors";
import { shownTree } from "../flake/get-flake";
import { parseJsonTree } from "../flake/json-tree";
import type { FlakeWorld } from "../flake/world";
import { lookupInRegistries } from "../registry/lookup";
import { evaluationStore } from "./evaluation-store";
import { fetchFile } from "./fetch-file";
import { getFlakeBuiltin } from "./flakes";
import { HostFiles } from "./host-files";

/**
 * Everything that an engine's evaluations may ask of the outside, as the thread it runs in has it. What a flake's
 * `nixConfig` asks for is read, but not applied: whoever makes the world decides on settings.
 */
export interface World {
	/** Absent: there are no files but those of the store. */
	readonly fs?: NamedFs;
	readonly store: HostStore;
	readonly settings: Partial<EvalSettings>;
	readonly fetchSettings?: Partial<FetchSettings>;
	readonly env?: (name: string) => string | undefined;
	/** Seconds since 1970. */
	readonly clock?: () => number;
	/** Nanoseconds since 1970, for traces and profiles of calls. */
	readonly nanoseconds?: () => bigint;
	/** Takes lines of a profile of calls. */
	readonly profile?: (lines: string) => void;
	readonly home?: string;
	readonly http?: HttpTransport;
	readonly git?: GitTransport;
	readonly hg?: MercurialTransport;
	readonly codecs?: Codecs;
	readonly spool?: Spool;
	readonly cache?: FetchCache;
	readonly clones?: FetchWorld["clones"];
	/** The folder that relative Git URLs start from. */
	readonly workingDirectory?: string;
	/** As in the world of fetchers. */
	readonly clonesLocal?: boolean;
	readonly log?: (entry: LogEntry) => void;
	readonly onFetch?: (event: FetchEvent) => void;
	/** Where the store really keeps its objects, as messages show them; the store's folder unless told. */
	readonly shownStoreDir?: string;
	/** The flake registries, in the order they are looked through; none unless told. */
	readonly registries?: FlakeWorld["registries"];
	/** Without it, lock files cannot be written. */
	readonly writeLockFile?: FlakeWorld["writeLockFile"];
	/** Makes outputs exist, by blocking until they do. */
	readonly realise?: Host["realise"];
	/** Copies a closure out of another store, by blocking until it is there. */
	readonly fetchClosure?: Host["fetchClosure"];
}

/** A world made ready for evaluation: its files, the ways to fetch into it, and what evaluation asks. */
export interface OpenWorld {
	readonly world: World;
	readonly fetch: FetchWorld;
	readonly host: Host;
	/** The trees fetched so far, by the base names of their store paths. */
	readonly trees: Map<string, SourceAccessor>;
	/** Fetches an input; its tree is among the trees then. Throws a suspension where it has to wait. */
	readonly fetchTree: (input: Input) => FetchResult;
	/** Puts what was fetched otherwise among the trees. */
	readonly keepTree: (result: FetchResult) => FetchResult;
}

export const openWorld = (world: World): OpenWorld => {
	const trees = new Map<string, SourceAccessor>();
	const store = evaluationStore(world.store, trees);
	// Trees that were fetched are among the files, too, though nobody has copied them to the store yet.
	const root = new HostFiles(world.fs === undefined ? undefined : fsAccessor(world.fs, "/"), store, world.store);
	const fetch = createFetchWorld({
		...(world.fs === undefined ? {} : { fs: world.fs }),
		...(world.http === undefined ? {} : { http: world.http }),
		...(world.git === undefined ? {} : { git: world.git }),
		...(world.hg === undefined ? {} : { hg: world.hg }),
		...(world.codecs === undefined ? {} : { codecs: world.codecs }),
		...(world.spool === undefined ? {} : { spool: world.spool }),
		...(world.cache === undefined ? {} : { cache: world.cache }),
		...(world.clones === undefined ? {} : { clones: world.clones }),
		...(world.workingDirectory === undefined ? {} : { currentDirectory: world.workingDirectory }),
		...(world.clonesLocal === true ? { clonesLocal: true } : {}),
		store: world.store,
		parseJson: parseJsonTree,
		clock: world.clock ?? (() => 0),
		settings: {
			...(world.settings.experimentalFeatures === undefined
				? {}
				: { experimentalFeatures: world.settings.experimentalFeatures }),
			...world.fetchSettings,
		},
		warn: (message) => world.log?.({ kind: "warning", text: message }),
		onEvent: (event) => world.onFetch?.(event),
	});
	const keepTree = (result: FetchResult): FetchResult => {
		trees.set(result.storePath.baseName, result.accessor);
		return result;
	};
	const fetchRemembered = (input: Input): FetchResult =>
		keepTree(adopting(() => suspending(() => fetchInputSync(input, fetch))));
	const host: Host = {
		getFlake: (ref, st) => getFlakeBuiltin(open, ref, st),
		root,
		store,
		...(world.env === undefined ? {} : { getEnv: world.env }),
		...(world.clock === undefined ? {} : { currentTime: world.clock }),
		...(world.nanoseconds === undefined ? {} : { nanoseconds: world.nanoseconds }),
		...(world.profile === undefined ? {} : { profile: world.profile }),
		...(world.home === undefined ? {} : { homeDir: world.home }),
		...(world.log === undefined ? {} : { log: world.log }),
		...(world.realise === undefined ? {} : { realise: world.realise }),
		...(world.fetchClosure === undefined ? {} : { fetchClosure: world.fetchClosure }),
		fetchTree: (request) => adopting(() => fetchTree(request, open)),
		fetchFile: (request): StorePath => adopting(() => suspending(() => fetchFile(request, fetch, trees, store))),
	};
	const open: OpenWorld = { world, fetch, host, trees, fetchTree: fetchRemembered, keepTree };
	return open;
};

/** Where something would have to be waited for, the evaluation is suspended until it is there. */
export const suspending = <T>(action: () => T): T => {
	try {
		return action();
	} catch (error) {
		if (error instanceof WouldBlock) throw new Suspension(error.resume());
		throw error;
	}
};

/** Errors of fetching with what was being fetched, as a part of their traces. */
const adopting = <T>(action: () => T): T => {
	try {
		return action();
	} catch (error) {
		throw adoptError(error);
	}
};

/** What `builtins.fetchTree` and its kin do: the checks that each makes, and the fetch. */
const fetchTree = (request: FetchRequest, open: OpenWorld): FetchedTree => {
	const { world, fetch } = open;
	const { settings } = fetch;
	const { builtin, pure } = request;
	const warn = (message: string): void => world.log?.({ kind: "warning", text: message });
	let input =
		request.attrs === undefined
			? inputFromURL(request.url ?? "", { settings, warn })
			: inputFromAttrs(
					Object.fromEntries(
						Object.entries(request.attrs).map(([name, value]) => [
							name,
							(typeof value === "bigint" ? Number(value) : value) as Attr,
						]),
					),
					{ settings, warn },
				);
	if (builtin !== "fetchMercurial") {
		if (!pure && !isDirect(input) && settings.experimentalFeatures.has("flakes")) {
			const registries = world.registries?.() ?? [];
			if (registries instanceof Promise) throw new Suspension(registries);
			input = lookupInRegistries(input, registries, "limited").input;
		}
		if (pure && !isLocked(input, settings)) {
			const shown = inputToURL(input);
			if (inputNarHash(input) === undefined)
				throw new FetchError(
					"UNLOCKED_INPUT",
					`in pure evaluation mode, '${builtin === "fetchGit" ? builtin : "fetchTree"}' doesn't fetch unlocked input '${shown}'`,
				);
			warn(
				`Input '${shown}' is unlocked (e.g. lacks a Git revision) but is checked by NAR hash. ` +
					"This is not reproducible and will break after garbage collection or when shared.",
			);
		}
		request.checkUri(inputToURL(input));
		if (builtin === "fetchFinalTree") input = withAttr(input, "__final", true);
		else if (isFinal(input))
			throw new FetchError("INPUT_ATTR", `input '${inputToURL(input)}' is not allowed to use the '__final' attribute`);
	}
	const result = open.fetchTree(input);
	const { storeDir } = open.host.store;
	const accessor = shownTree(result, world.shownStoreDir ?? storeDir);
	const { storePath } = result;
	if (builtin === "fetchMercurial") return { storePath, attrs: mercurialAttrs(result.locked), accessor };
	const { outPath: _, ...attrs } = treeAttrs(result, { storeDir, emptyRevFallback: builtin !== "fetchTree" });
	return { storePath, attrs, accessor };
};

/** What `builtins.fetchMercurial` tells of a tree. Where there are changes the revision is one of zeros. */
const mercurialAttrs = (input: Input): FetchedTree["attrs"] => {
	const branch = inputRef(input);
	const rev = inputRev(input)?.base16() ?? "0".repeat(40);
	const revCount = inputRevCount(input);
	return {
		...(branch === undefined ? {} : { branch }),
		rev,
		shortRev: rev.slice(0, 12),
		...(revCount === undefined ? {} : { revCount: Number(revCount) }),
	};
};
