import { type Attrs, attrsToQuery, type Input, inputsEqual, inputToURL } from "@tsnix/fetchers";

/** Where a registry comes from. They are looked through in this order. */
export type RegistryType = "flag" | "user" | "system" | "global" | "custom";

/** One entry: what is asked for, and what is meant. */
export interface RegistryEntry {
	readonly from: Input;
	readonly to: Input;
	/** `dir`, where the flake is not at the root of `to`. */
	readonly extra: Attrs;
	/** Whether only `from` itself is meant, not other branches and revisions of it. */
	readonly exact: boolean;
}

/** A flake registry, as `nix registry` keeps them. Immutable. */
export interface Registry {
	readonly type: RegistryType;
	readonly entries: readonly RegistryEntry[];
}

/** Registries in the order in which they are looked through. */
export type Registries = readonly Registry[];

export const emptyRegistry = (type: RegistryType): Registry => ({ type, entries: [] });

/** The same registry with an entry more. */
export const addEntry = (registry: Registry, from: Input, to: Input, extra: Attrs = {}): Registry => ({
	...registry,
	entries: [...registry.entries, { from, to, extra, exact: false }],
});

/** The same registry without the entries for an input. */
export const removeEntries = (registry: Registry, from: Input): Registry => ({
	...registry,
	entries: registry.entries.filter((entry) => !inputsEqual(entry.from, from)),
});

/** The same registry with one entry for an input (`nix registry add` and `pin`). */
export const replaceEntry = (registry: Registry, from: Input, to: Input, extra: Attrs = {}): Registry =>
	addEntry(removeEntries(registry, from), from, to, extra);

const columns: Readonly<Record<RegistryType, string>> = {
	flag: "flags ",
	user: "user  ",
	system: "system",
	global: "global",
	custom: "global",
};

/** What `nix registry list` prints: a line an entry, each ended. */
export const listRegistries = (registries: Registries): string =>
	registries
		.flatMap(({ type, entries }) =>
			entries.map(
				({ from, to, extra }) => `${columns[type]} ${inputToURL(from)} ${inputToURL(to, attrsToQuery(extra))}\n`,
			),
		)
		.join("");
