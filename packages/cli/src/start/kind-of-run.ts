const programs =
	/^nix-(?:build|channel|collect-garbage|copy-closure|daemon|env|hash|instantiate|prefetch-url|shell|store)$/;
const verbs =
	/^(?:build|bundle|config|copy|daemon|derivation|develop|edit|env|eval|flake|fmt|formatter|hash|help|key|log|nar|path-info|print-dev-env|profile|realisation|registry|repl|run|search|shell|store|why-depends)$/;
const withCommands = /^(?:config|derivation|flake|hash|key|nar|profile|realisation|registry|store)$/;
const command = /^[a-z][a-z0-9-]{1,24}$/;
const operation = /^--?[a-z][a-z-]{0,24}$/;

/**
 * A name for runs that are alike in the code that they run: their program, and what it is to do. Compiled code is kept
 * by it, so that a run finds what it needs, and no more than that to load.
 *
 *     kindOfRun(["node", "/bin/nix", "--debug", "store", "verify", "./result"], {})   // "-store-verify"
 *     kindOfRun(["node", "/bin/nix-store", "--gc"], {})                               // "-nix-store--gc"
 */
export const kindOfRun = (argv: readonly string[], env: NodeJS.ProcessEnv): string => {
	const [, script = "", ...given] = argv;
	const called = (env.TSNIX_ARGV0 ?? script).replace(/.*\//, "");
	const named = programs.test(called);
	const program = named ? called : (given[0] ?? "");
	if (programs.test(program)) {
		const first = given[named ? 0 : 1] ?? "";
		return `-${program}${program === "nix-store" && operation.test(first) ? first : ""}`;
	}
	const at = given.findIndex((arg) => verbs.test(arg));
	if (at < 0) return "";
	const verb = given[at];
	const next = given[at + 1] ?? "";
	// What is copied from elsewhere and what is copied to there have little code in common.
	if (verb === "copy") return given.includes("--from") ? "-copy-from" : "-copy";
	return `-${verb}${withCommands.test(verb) && command.test(next) ? `-${next}` : ""}`;
};
