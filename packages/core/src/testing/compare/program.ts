/** How a batch of programs is run. */
export interface RunOptions {
	/** Given on the command line, or each in a file of its own. */
	readonly source: "expression" | "file";
	readonly output: "plain" | "lazy" | "json" | "xml" | "parse";
	readonly showTrace: boolean;
	/** What may be read: `pure-eval` and `restrict-eval` allow less. */
	readonly access: "all" | "pure" | "restricted";
}

/** What came of a program: what it printed, and what it said. */
export interface Outcome {
	/** `timeout`: it took too long; `crash`: it was ended by a signal, or failed in a way that is not Nix's. */
	readonly status: "ok" | "failed" | "timeout" | "crash";
	readonly out: string;
	readonly err: string;
}

export const sameOutcome = (a: Outcome, b: Outcome): boolean =>
	a.status === b.status && a.out === b.out && a.err === b.err;

/** What is printed after each program of a batch, to tell where it ended. */
export const sentinel = "tsnix-compare-end-of-program";

/** The command line's options for a batch. */
export const optionsOf = (options: RunOptions): string[] => [
	...(options.output === "parse" ? ["--parse"] : ["--eval"]),
	...(options.output === "lazy" || options.output === "parse" ? [] : ["--strict"]),
	...(options.output === "json" || options.output === "xml" ? [`--${options.output}`] : []),
	...(options.showTrace ? ["--show-trace"] : []),
	...(options.access === "pure" ? ["--option", "pure-eval", "true"] : []),
	...(options.access === "restricted" ? ["--option", "restrict-eval", "true"] : []),
];

/** The features that both programs have. */
export const features = [
	"nix-command",
	"flakes",
	"ca-derivations",
	"dynamic-derivations",
	"pipe-operators",
	"parse-toml-timestamps",
];

/** The files beside the programs, with their names from the batch's folder. */
export const surroundings: Readonly<Record<string, string>> = {
	"a.nix": "{ a = 1; b = 2; }\n",
	"bad.nix": "{ a = ; }\n",
	"list.nix": "x: [ x 1 ]\n",
	"b.json": '{"a": [1, 2.5, null]}\n',
	"c.toml": "a = 1\n[b]\nc = 'x'\n",
	"dir/default.nix": '{ a ? 1, ... }: { inherit a; file = "d"; }\n',
	"dir/x": "text\n",
	"dir/sub/y": "",
};
