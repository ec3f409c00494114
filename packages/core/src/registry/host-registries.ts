import {
	createFetchWorld,
	type FetchFunction,
	type FetchSettings,
	type FetchWorld,
	fetchTransport,
	runAsync,
} from "@tsnix/fetchers";
import { type NamedFs, toBytes } from "@tsnix/store";
import { openingRegistries, registryPlaces } from "./open-registries";
import type { Registries } from "./registry";

/** What a host's registries are read with. */
export interface HostRegistriesOptions {
	readonly fs: NamedFs;
	/** `NIX_CONFIG_HOME`, `XDG_CONFIG_HOME`, `NIX_CONF_DIR` and `HOME` count. */
	readonly env?: Readonly<Record<string, string | undefined>>;
	/** The user's folder; `HOME` unless told. */
	readonly home?: string;
	/**
	 * The setting `flake-registry`: where the global registry is, a URL or an absolute path; empty for none. The
	 * reference's default unless told.
	 */
	readonly flakeRegistry?: string;
	/** Downloads the global registry. */
	readonly fetch?: FetchFunction;
	/** Where the global registry is kept; in memory unless told. */
	readonly cache?: FetchWorld["cache"];
	/** Seconds since 1970. */
	readonly clock?: () => number;
	readonly fetchSettings?: Partial<FetchSettings>;
	/** `--override-flake`: references, and what stands for them. */
	readonly overrides?: readonly (readonly [from: string, to: string])[];
	/** Where overrides that are relative paths start from. */
	readonly workingDirectory?: string;
	/** Told of files that cannot be understood; byte strings. */
	readonly warn?: (message: string) => void;
}

/**
 * The registries of a host, as the reference finds them: read when they are first asked for, and then remembered.
 * What failed is tried again.
 */
export const hostRegistries = (options: HostRegistriesOptions): (() => Promise<Registries>) => {
	let known: Promise<Registries> | undefined;
	const open = (): Promise<Registries> => {
		const { fs, fetch, cache, clock, fetchSettings, warn, workingDirectory = "/" } = options;
		const overrides = (options.overrides ?? []).map(([from, to]) => [toBytes(from), toBytes(to)] as const);
		const world = createFetchWorld({
			fs,
			...(fetch === undefined ? {} : { http: fetchTransport({ fetch }) }),
			...(cache === undefined ? {} : { cache }),
			...(clock === undefined ? {} : { clock }),
			...(fetchSettings === undefined ? {} : { settings: fetchSettings }),
			...(warn === undefined ? {} : { warn }),
		});
		const { user, system, global } = registryPlaces(options);
		const places = {
			overrides,
			workingDirectory: toBytes(workingDirectory),
			...(user === undefined ? {} : { user: toBytes(user) }),
			...(system === undefined ? {} : { system: toBytes(system) }),
			global: toBytes(global),
		};
		return runAsync(openingRegistries(places, world), world);
	};
	return () => {
		known ??= open().catch((error: unknown) => {
			known = undefined;
			throw error;
		});
		return known;
	};
};
