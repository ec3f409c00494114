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
	/** Evaluation halts at errors, and where it is told to (`--debugger`). */
	readonly debugger: boolean;
	/** It does not halt at errors within `tryEval`. */
	readonly ignoreTry: boolean;
	/** It halts at `builtins.trace` and `builtins.warn`, or at the latter only. */
	readonly debuggerOnTrace: boolean;
	readonly debuggerOnWarn: boolean;
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
	debugger: false,
	ignoreTry: false,
	debuggerOnTrace: false,
	debuggerOnWarn: false,
	abortOnWarn: false,
	readOnly: false,
	lintUrlLiterals: "ignore",
	lintShortPathLiterals: "ignore",
	lintAbsolutePathLiterals: "ignore",
};
