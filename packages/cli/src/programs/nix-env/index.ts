import type { Program } from "../../programs";
import { defaultExpressions, defaultProfile, makeDefaultExpressions } from "../../profiles/places";
import { Exit } from "../../shell";
import { UsageError } from "../../usage-error";
import { printHelp } from "../help";
import { parseLegacy } from "../legacy";
import { printVersion } from "../version";
import { install, set, setFlag, uninstall, upgrade } from "./change";
import type { EnvContext, Operation } from "./context";
import { deleteGenerations, listGenerations, rollback, switchGeneration, switchProfile } from "./generations";
import { query } from "./query";

const operations: Readonly<Record<string, Operation>> = {
	"--install": install,
	"-i": install,
	"--uninstall": uninstall,
	"-e": uninstall,
	"--upgrade": upgrade,
	"-u": upgrade,
	"--set-flag": setFlag,
	"--set": set,
	"--query": query,
	"-q": query,
	"--switch-profile": switchProfile,
	"-S": switchProfile,
	"--switch-generation": switchGeneration,
	"-G": switchGeneration,
	"--rollback": rollback,
	"--list-generations": listGenerations,
	"--delete-generations": deleteGenerations,
};

/** `nix-env`: profiles and the packages in them (manual: "nix-env"). */
export const nixEnv: Program = async (context) => {
	const { session, options } = context;
	makeDefaultExpressions(session);
	let operation: Operation | undefined;
	let version = false;
	let help = false;
	let file = "";
	let profile = "";
	let systemFilter = "*";
	let dryRun = false;
	let prebuiltOnly = false;
	let forceName = "";
	const flags: string[] = [];
	const args: string[] = [];
	const choose = (chosen: Operation): void => {
		if (operation !== undefined && operation !== chosen) throw new UsageError("only one operation may be specified");
		operation = chosen;
	};
	await parseLegacy(context, true, (arg, next) => {
		if (arg === "--help") help = true;
		else if (arg === "--version") version = true;
		else if (Object.hasOwn(operations, arg)) choose(operations[arg]);
		else if (arg === "--force-name") forceName = next();
		else if (arg === "--profile" || arg === "-p") profile = session.absolute(next());
		else if (arg === "--file" || arg === "-f") file = next();
		else if (arg === "--dry-run") {
			session.log.info("(dry run; not doing anything)");
			dryRun = true;
		} else if (arg === "--system-filter") systemFilter = next();
		else if (arg === "--prebuilt-only" || arg === "-b") prebuiltOnly = true;
		else if (arg.startsWith("-")) {
			flags.push(arg);
			const takesOne =
				arg === "--from-profile" ||
				(operation === query && (arg === "--attr" || arg === "-A")) ||
				(operation === install && arg === "--priority");
			if (takesOne) flags.push(next());
		} else args.push(arg);
		return true;
	});
	if (help) {
		printHelp(
			session,
			"nix-env",
			[
				"nix-env -i|-e|-u [SELECTOR...]",
				"nix-env -q[a] [SELECTOR...]",
				"nix-env --rollback|--list-generations|--delete-generations [GENERATION...]",
			],
			"Installs, removes, upgrades and lists the packages of a profile.",
		);
		throw new Exit(0);
	}
	if (version) return printVersion(session, "nix-env", options.verbosity > 3);
	if (operation === undefined) throw new UsageError("no operation specified");
	if (operation === query) session.readOnly = true;
	const chosen: Operation = operation;
	const env: EnvContext = {
		session,
		commands: await session.commands(),
		flags,
		args,
		profile: profile || session.env("NIX_PROFILE") || defaultProfile(session),
		file: file || defaultExpressions(session),
		systemFilter,
		dryRun,
		prebuiltOnly,
		forceName,
		repair: options.repair === true,
		source: "unknown",
		sourceProfile: "",
	};
	await chosen(env);
};
