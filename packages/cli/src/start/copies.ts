const programs = /^(?:nix-copy-closure)$/;

/** Whether a command line is that of a command that reads or writes many store objects. */
export const copies = (argv: readonly string[], env: NodeJS.ProcessEnv): boolean => {
	const [, program = "", first = ""] = argv;
	const name = (env.TSNIX_ARGV0 ?? program).replace(/.*\//, "");
	if (programs.test(name) || programs.test(first)) return true;
	if ((name === "nix-store" || first === "nix-store") && argv.includes("--check-contents")) return true;
	// The verb may come after options of `nix`.
	if (name.startsWith("nix-") || first.startsWith("nix-")) return false;
	const verbs = argv.slice(2, 6);
	return verbs.slice(0, 3).includes("copy") || (verbs.includes("store") && verbs.includes("verify"));
};
