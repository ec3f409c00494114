import { inputStorePath, isRelative } from "@tsnix/fetchers";
import { fromBytes, type JsonValue, type StorePath } from "@tsnix/store";
import type { OpenWorld } from "../engine/world";
import type { LockedFlake } from "../flake/lock";
import { nodeOf } from "../flake/lock-graph";
import { type FlakeRef, flakeRefToString } from "../flake/ref";

/** The trees of a flake and of all its inputs. */
export interface FlakeArchive {
	/** Store paths, each once. */
	readonly paths: readonly string[];
	/** What `nix flake archive --json` prints. */
	readonly json: JsonValue;
}

/** Puts an input's tree into the store; gives its path. */
export const storeInput = (open: OpenWorld, { input }: FlakeRef): StorePath => {
	const { store } = open.world;
	const { storePath, accessor } = open.fetchTree(input);
	return store.isValidPath(storePath) ? storePath : store.addToStore(storePath.name, accessor, "/");
};

/** The trees of a locked flake and its inputs: put into the store, or where they would be there (`dryRun`). */
export const flakeArchive = (open: OpenWorld, { flake, lock }: LockedFlake, dryRun: boolean): FlakeArchive => {
	const { storeDir } = open.host.store;
	const end = flake.path.indexOf("/", storeDir.length + 1);
	const own = end < 0 ? flake.path : flake.path.slice(0, end);
	const paths = new Set([own]);
	const inputsOf = (key: string): JsonValue => {
		const found: [string, JsonValue][] = [];
		for (const [name, edge] of nodeOf(lock, key).inputs) {
			if (edge.kind !== "node") continue;
			const locked = nodeOf(lock, edge.key).input?.locked;
			const about: Record<string, JsonValue> = {};
			if (locked !== undefined && !isRelative(locked.input)) {
				const path = dryRun ? inputStorePath(locked.input, storeDir) : storeInput(open, locked);
				about.path = path.toString(storeDir);
				paths.add(about.path);
			}
			about.inputs = inputsOf(edge.key);
			found.push([fromBytes(name), about]);
		}
		return Object.fromEntries(found);
	};
	return { json: { path: own, inputs: inputsOf(lock.root) }, paths: [...paths] };
};

/** The inputs of a locked flake, those of the flake itself first, each once: references as text. */
export const flakeInputRefs = ({ lock }: LockedFlake): readonly { readonly key: string; readonly url: string }[] => {
	const found: { key: string; url: string }[] = [];
	const seen = new Set([lock.root]);
	for (const key of seen) {
		const { input, inputs } = nodeOf(lock, key);
		if (input !== undefined) found.push({ key, url: flakeRefToString(input.locked) });
		for (const edge of inputs.values()) if (edge.kind === "node") seen.add(edge.key);
	}
	return found;
};
