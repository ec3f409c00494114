import { Suspension } from "@tsnix/eval";
import { NixError } from "@tsnix/store";
import type { OpenWorld } from "../engine/world";
import { parseFlakeRef } from "../flake/ref";
import { lookupInRegistries } from "../registry/lookup";

/**
 * The folder in the store that `flake:REF` stands for in a search path or as a file on a command line: the tree, fetched
 * as the registries say, whether or not there is a `flake.nix` in it. `ref` is what follows `flake:`.
 */
export const fetchFlakeTree = (ref: string, open: OpenWorld): string => {
	const { fetch, host, world } = open;
	if (!fetch.settings.experimentalFeatures.has("flakes"))
		throw new NixError(
			"EXPERIMENTAL_FEATURE_DISABLED",
			"experimental Nix feature 'flakes' is disabled; add '--extra-experimental-features flakes' to enable it",
		);
	const { input } = parseFlakeRef(ref, {
		settings: fetch.settings,
		warn: (text) => world.log?.({ kind: "warning", text }),
	});
	const registries = world.registries?.() ?? [];
	if (registries instanceof Promise) throw new Suspension(registries);
	const resolved = lookupInRegistries(input, registries, "all").input;
	const { storePath, accessor } = open.fetchTree(resolved);
	if (!world.store.isValidPath(storePath)) world.store.addToStore(storePath.name, accessor, "/");
	return storePath.toString(host.store.storeDir);
};
