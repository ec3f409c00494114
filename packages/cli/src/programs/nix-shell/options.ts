import { shellQuote } from "../../core";
import type { ProgramContext } from "../../programs";
import { Exit } from "../../shell";
import { printHelp } from "../help";
import { parseLegacy } from "../legacy";
import { printVersion } from "../version";
import { interpreterCommand, type ShellScript, shellScript } from "./shebang";

/** What the command line of `nix-shell` says. */
export interface NixShellOptions {
	readonly script: ShellScript | undefined;
	readonly attributes: readonly string[];
	/** Files, expressions or packages. */
	readonly args: readonly string[];
	readonly kind: "files" | "expressions" | "packages";
	readonly bothKinds: boolean;
	readonly stdin: boolean;
	readonly dryRun: boolean;
	readonly check: boolean;
	readonly pure: boolean;
	/** Variables that even a pure shell keeps. */
	readonly keep: readonly string[];
	/** Patterns of derivations that are not built. */
	readonly exclude: readonly string[];
	readonly interactive: boolean;
	/** What the shell runs when it is set up. */
	readonly command: string;
}

/** Reads the command line of `nix-shell`, or of a script that it runs. */
export const readOptions = async (context: ProgramContext): Promise<NixShellOptions> => {
	const { session } = context;
	const { isTerminal } = session.shell;
	const script = shellScript(context.args, (path) => session.absolute(path));
	const attributes: string[] = [];
	const args: string[] = [];
	const keep: string[] = [];
	const exclude: string[] = [];
	const told = { expressions: false, packages: false, stdin: false, dryRun: false, check: false, pure: false };
	let interactive = isTerminal.input && isTerminal.error;
	let command = "";
	const take = (arg: string, next: () => string): boolean => {
		switch (arg) {
			case "--help":
				printHelp(
					session,
					"nix-shell",
					[
						"nix-shell [--pure] [--command COMMAND | --run COMMAND] [-A ATTRIBUTE] [-E EXPRESSION | FILE]",
						"nix-shell [--pure] [--command COMMAND | --run COMMAND] -p PACKAGE...",
					],
					"Starts a shell in the environment that a derivation is built in.",
				);
				throw new Exit(0);
			case "--version":
				printVersion(session, "nix-shell", context.options.verbosity > 3);
				throw new Exit(0);
			case "--add-drv-link":
			case "--indirect":
			case "--no-out-link":
			case "--no-link":
			case "--run-env":
				return true;
			case "--drv-link":
			case "--out-link":
			case "-o":
				next();
				return true;
			case "--attr":
			case "-A":
				attributes.push(next());
				return true;
			case "--run":
			case "--command":
				if (arg === "--run") interactive = false;
				command = `${next()}\nexit`;
				return true;
			case "--dry-run":
				return (told.dryRun = true);
			case "--check":
				return (told.check = true);
			case "--exclude":
				exclude.push(next());
				return true;
			case "--expr":
			case "-E":
				return (told.expressions = true);
			case "--pure":
				return (told.pure = true);
			case "--impure":
				told.pure = false;
				return true;
			case "--packages":
			case "-p":
				return (told.packages = true);
			case "--keep":
				keep.push(next());
				return true;
			case "-":
				return (told.stdin = true);
			default:
				if (arg === "-i" && script !== undefined) {
					interactive = false;
					command = interpreterCommand(next(), script, shellQuote);
					return true;
				}
				if (arg.startsWith("-")) return false;
				args.push(arg);
				return true;
		}
	};
	await parseLegacy(script === undefined ? context : { ...context, args: script.args }, true, take);
	return {
		...told,
		script,
		attributes: attributes.length === 0 ? [""] : attributes,
		args,
		kind: told.packages ? "packages" : told.expressions ? "expressions" : "files",
		bothKinds: told.packages && told.expressions,
		keep,
		exclude,
		interactive,
		command,
	};
};
