import { existsSync } from "node:fs";
import type { EvalSettings, Lint } from "@tsnix/eval";
import type { FetchSettings } from "@tsnix/fetchers";
import type { Session } from "../session";
import type { Settings } from "./settings";

/** Folders that the search path has beside what the user says: channels. */
const defaultNixPath = (session: Session): string[] => {
	const { env } = session;
	const home = env("HOME") ?? "";
	const xdgState = env("NIX_STATE_HOME") ?? `${env("XDG_STATE_HOME") || `${home}/.local/state`}/nix`;
	const definitions = session.settings.boolean("use-xdg-base-directories")
		? `${xdgState}/defexpr`
		: `${home}/.nix-defexpr`;
	const rootChannels = `${env("NIX_STATE_DIR") || "/nix/var/nix"}/profiles/per-user/root/channels`;
	const out: string[] = [];
	if (existsSync(`${definitions}/channels`)) out.push(`${definitions}/channels`);
	if (existsSync(`${rootChannels}/nixpkgs`)) out.push(`nixpkgs=${rootChannels}/nixpkgs`);
	if (existsSync(rootChannels)) out.push(rootChannels);
	return out;
};

/** What the settings, and the command's options, mean for an evaluation. */
export const evaluationSettings = (settings: Settings, session: Session): Partial<EvalSettings> => {
	const restrictEval = settings.boolean("restrict-eval");
	const lint = (name: string): Lint => settings.get(name) as Lint;
	return {
		system: settings.text("eval-system") || session.system,
		pureEval: settings.boolean("pure-eval"),
		restrictEval,
		allowedUris: settings.strings("allowed-uris"),
		allowImportFromDerivation: settings.boolean("allow-import-from-derivation"),
		traceImportFromDerivation: settings.boolean("trace-import-from-derivation"),
		maxCallDepth: settings.number("max-call-depth"),
		nixPath: [
			...(session.evalOptions?.include ?? []),
			...settings.strings("nix-path"),
			...(restrictEval ? [] : defaultNixPath(session)),
		],
		experimentalFeatures: new Set(settings.strings("experimental-features")),
		showTrace: settings.boolean("show-trace"),
		traceVerbose: settings.boolean("trace-verbose"),
		traceFunctionCalls: settings.boolean("trace-function-calls"),
		evalProfiler: settings.text("eval-profiler") === "flamegraph" ? "flamegraph" : "disabled",
		evalProfilerFrequency: settings.number("eval-profiler-frequency"),
		debugger: session.evalOptions?.debugger === true,
		ignoreTry: settings.boolean("ignore-try"),
		debuggerOnTrace: settings.boolean("debugger-on-trace"),
		debuggerOnWarn: settings.boolean("debugger-on-warn"),
		abortOnWarn:
			settings.boolean("abort-on-warn") || ["1", "yes", "true"].includes(session.env("NIX_ABORT_ON_WARN") ?? ""),
		readOnly: session.readOnly,
		lintUrlLiterals: lint("lint-url-literals"),
		lintShortPathLiterals: lint("lint-short-path-literals"),
		lintAbsolutePathLiterals: lint("lint-absolute-path-literals"),
	};
};

/** What they mean for fetching. */
export const fetchSettings = (settings: Settings): Partial<FetchSettings> => ({
	accessTokens: settings.get("access-tokens") as Readonly<Record<string, string>>,
	allowDirty: settings.boolean("allow-dirty"),
	warnDirty: settings.boolean("warn-dirty"),
	allowDirtyLocks: settings.boolean("allow-dirty-locks"),
	trustTarballsFromGitForges: settings.boolean("trust-tarballs-from-git-forges"),
	tarballTtl: settings.number("tarball-ttl"),
	experimentalFeatures: new Set(settings.strings("experimental-features")),
});
