import type { DaemonOptions } from "@tsnix/store";
import { type Settings, settingText } from "../settings/settings";
import { settingTable } from "../settings/table";

/** What daemons are told otherwise, or need not know. */
const kept = new Set([
	"keep-failed",
	"keep-going",
	"fallback",
	"max-jobs",
	"max-silent-time",
	"cores",
	"substitute",
	"show-trace",
	"experimental-features",
	"plugin-files",
]);

/** What a daemon is told of a command's settings. */
export const daemonSettings = (
	settings: Settings,
	about: { readonly verbosity: number; readonly processors: number; readonly verboseBuild: boolean },
): DaemonOptions => {
	const jobs = settings.get("max-jobs");
	return {
		keepFailed: settings.boolean("keep-failed"),
		keepGoing: settings.boolean("keep-going"),
		tryFallback: settings.boolean("fallback"),
		verbosity: about.verbosity,
		maxBuildJobs: jobs === "auto" ? about.processors : Number(jobs),
		maxSilentTime: settings.number("max-silent-time"),
		verboseBuild: about.verboseBuild,
		buildCores: settings.number("cores"),
		useSubstitutes: settings.boolean("substitute"),
		overrides: new Map(
			Object.keys(settingTable)
				.filter((name) => settings.isOverridden(name) && !kept.has(name) && !clientOnly.has(name))
				.sort()
				.map((name) => [name, settingText(settings.get(name))]),
		),
	};
};

/** Settings of evaluation, fetching and of the command itself, which are no affair of the daemon's. */
const clientOnly = new Set<string>([
	"abort-on-warn",
	"accept-flake-config",
	"access-tokens",
	"allow-dirty",
	"allow-dirty-locks",
	"allow-import-from-derivation",
	"allow-unsafe-native-code-during-evaluation",
	"allowed-uris",
	"allowed-users",
	"bash-prompt",
	"bash-prompt-prefix",
	"bash-prompt-suffix",
	"commit-lock-file-summary",
	"commit-lockfile-summary",
	"debugger-on-trace",
	"debugger-on-warn",
	"eval-cache",
	"eval-cores",
	"eval-profile-file",
	"eval-profiler",
	"eval-profiler-frequency",
	"eval-system",
	"flake-registry",
	"ignore-try",
	"json-log-path",
	"lint-absolute-path-literals",
	"lint-short-path-literals",
	"lint-url-literals",
	"max-call-depth",
	"nix-path",
	"nix-shell-always-looks-for-shell-nix",
	"nix-shell-shebang-arguments-relative-to-script",
	"pure-eval",
	"restrict-eval",
	"tarball-ttl",
	"trace-function-calls",
	"trace-import-from-derivation",
	"trace-verbose",
	"trust-tarballs-from-git-forges",
	"trusted-users",
	"use-registries",
	"use-sqlite-wal",
	"use-xdg-base-directories",
	"warn-dirty",
	"warn-short-path-literals",
]);
