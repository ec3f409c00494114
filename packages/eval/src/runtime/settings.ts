/** What decides how an evaluation goes. The names are those of nix.conf, in camel case. */
export interface EvalSettings {
	/** `builtins.currentSystem`; not there in pure evaluation. */
	readonly system: string;
	readonly pureEval: boolean;
	readonly restrictEval: boolean;
	readonly allowedUris: readonly string[];
	readonly allowImportFromDerivation: boolean;
	readonly traceImportFromDerivation: boolean;
	/** Calls within calls; 10,000. */
	readonly maxCallDepth: number;
	/** Entries of the search path: `nixpkgs=/path`, or `/path`. */
	readonly nixPath: readonly string[];
	readonly experimentalFeatures: ReadonlySet<string>;
	/** Whether errors gather a line for every function they pass (`--show-trace`). */
	readonly showTrace: boolean;
	readonly traceVerbose: boolean;
	readonly traceFunctionCalls: boolean;
	/** Whether stacks of calls are sampled, and written to the host's profile. */
	readonly evalProfiler: "disabled" | "flamegraph";
	/** Samples a second; 0 for one with every call. */
	readonly evalProfilerFrequency: number;
	readonly abortOnWarn: boolean;
	/** Nothing is written to the store. */
	readonly readOnly: boolean;
	readonly lintUrlLiterals: Lint;
	readonly lintShortPathLiterals: Lint;
	readonly lintAbsolutePathLiterals: Lint;
}
export type Lint = "ignore" | "warn" | "fatal";

export const defaultSettings: EvalSettings = {
	system: "x86_64-linux",
	pureEval: false,
	restrictEval: false,
	allowedUris: [],
	allowImportFromDerivation: true,
	traceImportFromDerivation: false,
	maxCallDepth: 10000,
	nixPath: [],
	experimentalFeatures: new Set(["nix-command", "flakes"]),
	showTrace: false,
	traceVerbose: false,
	traceFunctionCalls: false,
	evalProfiler: "disabled",
	evalProfilerFrequency: 99,
	abortOnWarn: false,
	readOnly: false,
	lintUrlLiterals: "ignore",
	lintShortPathLiterals: "ignore",
	lintAbsolutePathLiterals: "ignore",
};
