/** Programs and verbs that evaluate something, as a rule. */
const names =
	/^(?:nix-(?:instantiate|build|shell)|eval|repl|build|derivation|flake|develop|print-dev-env|shell|env|run|bundle|edit|fmt|formatter)$/;

/** Whether a command line is of a kind that evaluates. */
export const evaluates = (argv: readonly string[], env: NodeJS.ProcessEnv): boolean => {
	const [, program = "", first] = argv;
	const name = (env.TSNIX_ARGV0 ?? program).replace(/.*\//, "");
	return names.test(name) || (first !== undefined && names.test(first));
};

const locking = /^(?:lock|update|metadata|info)$/;

/** Whether a command line is that of a command which does little but lock a flake. */
export const locks = (argv: readonly string[], env: NodeJS.ProcessEnv): boolean => {
	const name = (env.TSNIX_ARGV0 ?? argv[1] ?? "").replace(/.*\//, "");
	if (names.test(name)) return false;
	return argv.some((word, i) => word === "flake" && locking.test(argv[i + 1] ?? ""));
};
