import type { LogEntry } from "@tsnix/eval";
import type { FetchSettings } from "@tsnix/fetchers";
import type { Flake } from "../flake/flake";

/** A flake's `nixConfig` as settings have it: texts by name. Byte strings. */
export type FlakeConfig = readonly (readonly [name: string, value: string])[];

/** What became of a flake's configuration in the thread that has the settings. */
export interface AppliedConfig {
	/** What there is to say of it. */
	readonly messages: readonly LogEntry[];
	/** The settings of fetching as they are now. */
	readonly fetchSettings: Partial<FetchSettings>;
	readonly flakeRegistry: string;
	readonly commitSummary: string;
}

/** A flake's `nixConfig` as texts, in the order of its names. */
export const flakeConfig = (flake: Flake): FlakeConfig =>
	[...flake.config].map(([name, value]) => [
		name,
		Array.isArray(value) ? value.join(" ").replace(/^ +/, "") : String(value as string | number | bigint | boolean),
	]);
