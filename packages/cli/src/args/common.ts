import { isAppendable, type Settings } from "../settings/settings";
import { settingTable } from "../settings/table";
import { UsageError } from "../usage-error";
import type { Flag } from "./flags";
import { parseCount } from "./values";

/** What options that every command has may set beside settings. */
export interface CommonOptions {
	/** 0 only errors, 1 warnings, 2 notices, 3 information, 4 and more: ever more. */
	verbosity: number;
}

/** What options do to the log. */
export interface LogControl {
	warn(message: string): void;
	setFormat(format: string): void;
}

/** An option that sets a setting, or each of its forms. */
const settingFlags = (settings: Settings): Flag[] =>
	Object.entries(settingTable).flatMap(([name, info]): Flag[] => {
		const { aliases = [], feature, flagNeedsFeature = true } = info;
		const common = feature === undefined || !flagNeedsFeature ? { aliases } : { aliases, feature };
		if (info.type === "boolean")
			return [
				{ ...common, long: name, handle: () => settings.override(name, true) },
				{ ...common, long: `no-${name}`, handle: () => settings.override(name, false) },
			];
		if (info.type === "sandbox")
			return [
				{ ...common, long: name, handle: () => settings.override(name, true) },
				{ ...common, long: `no-${name}`, handle: () => settings.override(name, false) },
				{ ...common, long: `relaxed-${name}`, handle: () => settings.override(name, "relaxed") },
			];
		const set: Flag = { ...common, long: name, arity: 1, handle: (text) => settings.assign(name, text) };
		if (!isAppendable(info)) return [set];
		return [set, { ...common, long: `extra-${name}`, arity: 1, handle: (text) => settings.assign(name, text, true) }];
	});

/** The options that every command has. */
export const commonFlags = (settings: Settings, options: CommonOptions, log: LogControl): Flag[] => [
	// The first of a name wins where options share one, so settings come last.
	...settingFlags(settings).map((flag) => ({ ...flag, hidden: true })),
	{ long: "verbose", short: "v", handle: () => void (options.verbosity = Math.min(options.verbosity + 1, 7)) },
	{ long: "quiet", handle: () => void (options.verbosity = Math.max(options.verbosity - 1, 0)) },
	{ long: "debug", handle: () => void (options.verbosity = 6) },
	{
		long: "option",
		arity: 2,
		complete: (completions, index, prefix) => {
			if (index === 0) for (const name of Object.keys(settingTable)) if (name.startsWith(prefix)) completions.add(name);
		},
		handle: (name, value) => {
			try {
				settings.set(name, value);
			} catch (error) {
				if (!(error instanceof UsageError)) throw error;
				log.warn(error.message);
			}
		},
	},
	{
		long: "log-format",
		arity: 1,
		handle: (format) => log.setFormat(format),
	},
	{ long: "max-jobs", short: "j", arity: 1, hidden: true, handle: (text) => settings.assign("max-jobs", text) },
];

/** What the older commands' own options set. */
export interface LegacyOptions extends CommonOptions {
	gcWarning: boolean;
	readOnly: boolean;
	repair: boolean;
}

/** The options that all the older commands (`nix-build`, `nix-store`, …) have beside. */
export const legacyFlags = (settings: Settings, options: LegacyOptions, log: LogControl): Flag[] => [
	{ long: "no-build-output", short: "Q", handle: () => log.setFormat("raw") },
	{ long: "keep-failed", short: "K", handle: () => settings.override("keep-failed", true) },
	{ long: "keep-going", short: "k", handle: () => settings.override("keep-going", true) },
	{ long: "fallback", handle: () => settings.override("fallback", true) },
	...["cores", "max-silent-time", "timeout"].map(
		(name): Flag => ({ long: name, arity: 1, handle: (text) => settings.override(name, parseCount(text)) }),
	),
	{ long: "readonly-mode", handle: () => void (options.readOnly = true) },
	{ long: "no-gc-warning", handle: () => void (options.gcWarning = false) },
	{ long: "store", arity: 1, handle: (text) => settings.assign("store", text) },
];
