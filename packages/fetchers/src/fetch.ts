import { type Hash, narHash, parseSri, type SourceAccessor, type StorePath } from "@tsnix/store";
import { attrsToJSON, maybeGetStrAttr } from "./attrs";
import { describedAccessor } from "./described-accessor";
import { type Fetching, runAsync, runSync, WouldBlock } from "./effects";
import { addTrace, FetchError, LockMismatchError, tracesOf } from "./errors";
import type { FetchedTree } from "./fetched-tree";
import {
	checkLocks,
	type Input,
	inputLastModified,
	inputNarHash,
	inputStorePath,
	inputToURL,
	isFinal,
	withAttr,
} from "./input";
import type { FetchWorld } from "./world";
import { sourceName } from "./source-name";

/** A fetched input: its tree, and everything there is to know about it. */
export interface FetchResult {
	/** The tree; its root is what lands at `storePath`. */
	readonly accessor: SourceAccessor;
	/** The input with all that fetching found out, `narHash` and `__final` among it: what a lock file holds. */
	readonly locked: Input;
	/** Where the tree goes in a store. Nothing is put there. */
	readonly storePath: StorePath;
	readonly narHash: Hash;
	/** Seconds since 1970. */
	readonly lastModified?: number;
	/** For worktrees with changes: the revision they are changes of, with `-dirty`. */
	readonly dirtyRev?: string;
	readonly dirtyShortRev?: string;
	/** Nothing was fetched: the store has it. */
	readonly fromStore?: true;
}

const tracedName = (input: Input): string => {
	try {
		return inputToURL(input);
	} catch {
		return attrsToJSON(input.attrs);
	}
};

/** The tree of a final input that is in the store already. */
const fromStore = (input: Input, world: FetchWorld): FetchedTree | undefined => {
	if (world.store === undefined || !isFinal(input) || inputNarHash(input) === undefined) return undefined;
	const path = inputStorePath(input, world.storeDir);
	if (!world.store.isValidPath(path)) return undefined;
	const accessor = describedAccessor(world.store.accessor(path), {
		fingerprint: input.scheme?.fingerprint?.(input),
		displayPrefix: sourceName(inputToURL(input)),
	});
	return { accessor, input, fromStore: true };
};

/**
 * Fetch an input's tree without hashing it, and check it against what the input promises. Fetched once by a world:
 * the same input gives the same tree again.
 */
export function* getAccessor(input: Input, world: FetchWorld): Fetching<FetchedTree> {
	const key = attrsToJSON(input.attrs);
	const known = world.inputs.fetched.get(key);
	if (known !== undefined) return known;
	try {
		if (input.scheme === undefined)
			throw new FetchError("UNSUPPORTED_INPUT", `cannot fetch unsupported input '${attrsToJSON(input.attrs)}'`);
		world.onEvent({ type: "fetching", input: tracedName(input) });
		const fetched = fromStore(input, world) ?? (yield* input.scheme.fetch(input, world));
		const result = {
			...fetched,
			input: checkLocks(input, withAttr(fetched.input, "__final", true)),
		};
		world.inputs.fetched.set(key, result);
		return result;
	} catch (error) {
		// The reference smudges files when they are read: nobody is fetching the input any more then.
		if (tracesOf(error).some((text) => text.startsWith("while smudging "))) throw error;
		// An input that cannot even be written as a URL says so instead, as in the reference.
		const shown = input.scheme === undefined ? attrsToJSON(input.attrs) : inputToURL(input);
		addTrace(error, `while fetching the input '${shown}'`);
		throw error;
	}
}

/** The NAR hash of a tree, through the cache where the tree has a fingerprint. */
const hashTree = (accessor: SourceAccessor, input: Input, world: FetchWorld): Hash => {
	const { fingerprint } = accessor;
	const key = fingerprint === undefined ? undefined : { fingerprint, method: "nar", path: "/" };
	const known = key === undefined ? undefined : world.cache.lookup("sourcePathToHash", key);
	const text = known === undefined ? undefined : maybeGetStrAttr(known.value, "hash");
	if (text !== undefined) return parseSri(text);
	world.onEvent({ type: "hashing", input: tracedName(input) });
	const { hash } = narHash(accessor);
	if (key !== undefined) world.cache.upsert("sourcePathToHash", key, { hash: hash.sri() }, world.clock());
	return hash;
};

function* fetchAll(input: Input, world: FetchWorld): Fetching<FetchResult> {
	const fetched = yield* getAccessor(input, world);
	const hash = fetched.narHash ?? hashTree(fetched.accessor, input, world);
	const locked = withAttr(fetched.input, "narHash", hash.sri());
	const asked = inputNarHash(input);
	// The order of the two hashes is the reference's.
	if (asked !== undefined && !asked.equals(hash))
		throw new LockMismatchError(
			`NAR hash mismatch in input '${inputToURL(input)}', expected '${hash.sri()}' but got '${asked.sri()}'`,
			102,
		);
	const lastModified = inputLastModified(locked);
	const dirtyRev = maybeGetStrAttr(locked.attrs, "dirtyRev");
	const dirtyShortRev = maybeGetStrAttr(locked.attrs, "dirtyShortRev");
	return {
		accessor: fetched.accessor,
		locked,
		storePath: inputStorePath(locked, world.storeDir),
		narHash: hash,
		...(lastModified === undefined ? {} : { lastModified }),
		...(dirtyRev === undefined ? {} : { dirtyRev }),
		...(dirtyShortRev === undefined ? {} : { dirtyShortRev }),
		...(fetched.fromStore === true ? { fromStore: true as const } : {}),
	};
}

const fetchOnce = (input: Input, world: FetchWorld): Promise<FetchedTree> => {
	const key = attrsToJSON(input.attrs);
	let pending = world.inputs.pending.get(key);
	if (pending === undefined) {
		pending = runAsync(getAccessor(input, world), world).finally(() => world.inputs.pending.delete(key));
		world.inputs.pending.set(key, pending);
	}
	return pending;
};

/**
 * Fetch an input, hash its tree, and say what it is locked to. Fetches of the same input that run at once are one.
 *
 *     const { locked, storePath } = await fetchInput(inputFromURL("path:/project"), world)
 *
 * Throws FetchError and its kin; {@link tracesOf} tells what was being fetched.
 */
export const fetchInput = async (input: Input, world: FetchWorld): Promise<FetchResult> => {
	await fetchOnce(input, world);
	return runAsync(fetchAll(input, world), world);
};

/**
 * The same without waiting: for paths, local repositories, `file:` URLs, whatever is cached, and transports that answer at
 * once. Throws {@link WouldBlock} where something would have to be waited for; after its `resume` the same call
 * gives the result, or throws what went wrong.
 */
export const fetchInputSync = (input: Input, world: FetchWorld): FetchResult => {
	const key = attrsToJSON(input.attrs);
	if (world.inputs.failed.has(key)) {
		const error = world.inputs.failed.get(key);
		world.inputs.failed.delete(key);
		throw error;
	}
	return runSync(fetchAll(input, world), world, (effect) => {
		const resume = async () => {
			try {
				await fetchOnce(input, world);
			} catch (error) {
				world.inputs.failed.set(key, error);
			}
		};
		return new WouldBlock(effect, resume);
	});
};
