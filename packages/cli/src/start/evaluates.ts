/** Programs and verbs that evaluate something, as a rule. */
const names = /^(?:nix-instantiate|nix-build|eval|build|derivation|flake)$/;

/** Whether a command line is of a kind that evaluates. */
export const evaluates = (argv: readonly string[], env: NodeJS.ProcessEnv): boolean => {
	const [, program = "", first] = argv;
	const name = (env.TSNIX_ARGV0 ?? program).replace(/.*\//, "");
	return names.test(name) || (first !== undefined && names.test(first));
};
