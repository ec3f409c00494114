import type { FetchedTree, FetchRequest, LogEntry } from "@tsnix/eval";
import {
	type Attr,
	FetchError,
	type FetchResult,
	type FetchSettings,
	type Input,
	inputFromAttrs,
	inputFromURL,
	inputNarHash,
	inputToURL,
	isDirect,
	isFinal,
	isLocked,
	treeAttrs,
} from "@tsnix/fetchers";
import { lookupInRegistries } from "../registry/lookup";
import type { Registries } from "../registry/registry";

/** What `fetchTree` and `fetchGit` need of the world that they fetch in. */
export interface FetchTreeWorld {
	readonly settings: FetchSettings;
	readonly storeDir: string;
	/** Only asked for inputs that are not direct, outside of pure evaluation. */
	readonly registries: () => Registries;
	readonly fetch: (input: Input) => FetchResult;
	readonly log?: ((entry: LogEntry) => void) | undefined;
}

/**
 * `builtins.fetchTree`, `fetchGit`, `fetchMercurial` and `fetchFinalTree`, once their arguments are known. Throws
 * FetchError for inputs that are none, or that pure evaluation does not fetch.
 */
export const fetchTree = (request: FetchRequest, world: FetchTreeWorld): FetchedTree => {
	const input = checkedInput(requestedInput(request, world.settings), request, world);
	const result = world.fetch(input);
	const emptyRevFallback = request.builtin !== "fetchTree";
	const { outPath: _, ...attrs } = treeAttrs(result, { storeDir: world.storeDir, emptyRevFallback });
	return { storePath: result.storePath, attrs, accessor: result.accessor };
};

const requestedInput = ({ attrs, url }: FetchRequest, settings: FetchSettings): Input => {
	if (attrs === undefined) return inputFromURL(url ?? "", { settings });
	const plain = Object.entries(attrs).map(([name, value]) => [
		name,
		(typeof value === "bigint" ? Number(value) : value) as Attr,
	]);
	return inputFromAttrs(Object.fromEntries(plain), { settings });
};

/** The input as it is to be fetched: looked up where it is not direct, and allowed. */
const checkedInput = (requested: Input, request: FetchRequest, world: FetchTreeWorld): Input => {
	const { builtin, pure } = request;
	if (builtin === "fetchMercurial") return requested;
	const { settings } = world;
	const input =
		pure || isDirect(requested) || !settings.experimentalFeatures.has("flakes")
			? requested
			: lookupInRegistries(requested, world.registries(), "limited").input;
	if (pure && !isLocked(input, settings)) {
		const shown = inputToURL(input);
		if (inputNarHash(input) === undefined) {
			const fetcher = builtin === "fetchGit" ? "fetchGit" : "fetchTree";
			throw new FetchError("IMPURE", `in pure evaluation mode, '${fetcher}' doesn't fetch unlocked input '${shown}'`);
		}
		const text =
			`Input '${shown}' is unlocked (e.g. lacks a Git revision) but is checked by NAR hash. ` +
			"This is not reproducible and will break after garbage collection or when shared.";
		world.log?.({ kind: "warning", text });
	}
	request.checkUri(inputToURL(input));
	if (builtin === "fetchFinalTree") return { ...input, attrs: { ...input.attrs, __final: true } };
	if (isFinal(input))
		throw new FetchError("FINAL_INPUT", `input '${inputToURL(input)}' is not allowed to use the '__final' attribute`);
	return input;
};
