import type { Program } from "../programs";
import { Exit } from "../shell";
import { UsageError } from "../usage-error";
import { gcWarner, parseLegacy } from "./legacy";
import { printHelp } from "./help";
import { printVersion } from "./version";

/** What an operation of `nix-store` is given. */
export interface OperationContext {
	readonly session: Parameters<Program>[0]["session"];
	/** Options that are the operation's own. */
	readonly flags: readonly string[];
	readonly args: string[];
	/** `--add-root`, absolute. */
	readonly root: string | undefined;
	readonly printsOutput: boolean;
	/** Tells that results without roots may be collected. */
	readonly warnOfCollection: () => void;
}

export type Operation = (context: OperationContext) => void | Promise<void>;

const names: Readonly<Record<string, string>> = {
	"--realise": "realise",
	"--realize": "realise",
	"-r": "realise",
	"--add": "add",
	"-A": "add",
	"--add-fixed": "add-fixed",
	"--print-fixed-path": "print-fixed-path",
	"--delete": "delete",
	"--query": "query",
	"-q": "query",
	"--print-env": "print-env",
	"--read-log": "read-log",
	"-l": "read-log",
	"--dump-db": "dump-db",
	"--load-db": "load-db",
	"--register-validity": "register-validity",
	"--check-validity": "check-validity",
	"--gc": "gc",
	"--dump": "dump",
	"--restore": "restore",
	"--export": "export",
	"--import": "import",
	"--init": "init",
	"--verify": "verify",
	"--verify-path": "verify-path",
	"--repair-path": "repair-path",
	"--optimise": "optimise",
	"--optimize": "optimise",
	"--serve": "serve",
	"--generate-binary-cache-key": "generate-binary-cache-key",
	"--version": "version",
};

/** `nix-store`: operations on a store. */
export const nixStore: Program = async (context) => {
	const { session } = context;
	let operation: string | undefined;
	let root: string | undefined;
	let help = false;
	let printsOutput = true;
	const flags: string[] = [];
	const args: string[] = [];
	const input = (): void => {
		args.push(
			...session
				.input()
				.split(/\s+/)
				.filter((word) => word !== ""),
		);
	};
	await parseLegacy(context, false, (arg, next) => {
		const old = operation;
		if (arg === "--help") help = true;
		else if (Object.hasOwn(names, arg)) operation = names[arg];
		else if (arg === "--add-root") root = session.absolute(next());
		else if (arg === "--stdin" && !session.shell.isTerminal.input) {
			if (!["import", "restore", "serve"].includes(operation ?? "")) input();
		} else if (arg === "--indirect") return true;
		else if (arg === "--no-output") printsOutput = false;
		else if (arg.startsWith("-")) {
			flags.push(arg);
			if (["--max-freed", "--max-links", "--max-atime"].includes(arg)) flags.push(next());
		} else args.push(arg);
		if (old !== undefined && old !== operation) throw new UsageError("only one operation may be specified");
		return true;
	});
	if (help) {
		printHelp(
			session,
			"nix-store",
			["nix-store OPERATION [OPTION]... [PATH]..."],
			"Operations: --realise, --query, --add, --add-fixed, --dump, --restore, --print-env, --read-log, …",
		);
		throw new Exit(0);
	}
	if (operation === undefined) throw new UsageError("no operation specified");
	if (operation === "version") return printVersion(session, "nix-store", context.options.verbosity > 3);
	const { operations } = await import("../store-operations");
	// What needs no store makes none.
	if (operation !== "dump" && operation !== "restore") void session.store;
	await operations(operation)({ session, flags, args, root, printsOutput, warnOfCollection: gcWarner(context) });
};
