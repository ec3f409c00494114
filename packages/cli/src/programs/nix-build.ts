import { isDerivationPath, maybeParseStorePath, NixError, parseStorePath, type RealiseTarget } from "@tsnix/store";
import { addPermanentRoot } from "../core";
import { level } from "../output/log";
import type { Program } from "../programs";
import { Exit } from "../shell";
import { printHelp } from "./help";
import { parseLegacy } from "./legacy";
import { printVersion } from "./version";
import { nodeFs } from "@tsnix/store/node";

/** A derivation that is to be built, and the output that is wanted of it. */
export interface WantedOutput {
	readonly drvPath: string;
	readonly outputName: string;
}

/** `nix-build`: builds what expressions evaluate to, and leaves links to it. */
export const nixBuild: Program = async (context) => {
	const { session } = context;
	const files: string[] = [];
	const attributes: string[] = [];
	let outLink: string | undefined = "./result";
	let expressions = false;
	let stdin = false;
	let dryRun = false;
	let check = false;
	// What it was called before there was a program for it.
	if (context.args.includes("--run-env")) return (await import("./nix-shell/nix-shell")).nixShell(context);
	const { repair } = await parseLegacy(context, true, (arg, next) => {
		switch (arg) {
			case "--help":
				printHelp(
					session,
					"nix-build",
					["nix-build [-A ATTRIBUTE]... [-o LINK | --no-out-link] [--dry-run] [-E EXPRESSION | FILE]..."],
					"Builds derivations and prints the paths of their outputs.",
				);
				throw new Exit(0);
			case "--version":
				printVersion(session, "nix-build", context.options.verbosity > 3);
				throw new Exit(0);
			case "--add-drv-link":
			case "--indirect":
			case "--pure":
			case "--impure":
				return true;
			case "--no-out-link":
			case "--no-link":
				outLink = undefined;
				return true;
			case "--attr":
			case "-A":
				attributes.push(next());
				return true;
			case "--drv-link":
			case "--exclude":
			case "--keep":
				next();
				return true;
			case "--out-link":
			case "-o":
				outLink = next();
				return true;
			case "--dry-run":
				dryRun = true;
				return true;
			case "--check":
				check = true;
				return true;
			case "--expr":
			case "-E":
				expressions = true;
				return true;
			case "-":
				stdin = true;
				return true;
			default:
				if (arg.startsWith("-")) return false;
				files.push(arg);
				return true;
		}
	});
	if (!expressions && files.length === 0) files.push(".");
	if (attributes.length === 0) attributes.push("");

	const wanted: WantedOutput[] = [];
	const basePath = session.shell.workingDirectory;
	const prepared: number[] = [];
	if (stdin)
		prepared.push(await (await session.commands()).prepare({ kind: "stdin", text: session.input(), basePath }));
	else
		for (const file of files) {
			const known = expressions ? undefined : derivationOf(session.absolute(file), session.commandStore.storeDir);
			if (known !== undefined) wanted.push(known);
			else {
				const commands = await session.commands();
				prepared.push(
					await commands.prepare(expressions ? { kind: "string", text: file, basePath } : { kind: "file", path: file }),
				);
			}
		}
	for (const expression of prepared) {
		const commands = await session.commands();
		const root = await commands.run(expression);
		const found: number[] = [];
		for (const attribute of attributes)
			found.push(...(await commands.derivations(await commands.select(root, attribute))));
		for (const number of found) wanted.push(await commands.derivation(number));
	}

	const { storeDir } = session.commandStore;
	const targets = wanted.map(
		({ drvPath, outputName }): RealiseTarget => ({ drvPath: parseStorePath(drvPath, storeDir), outputs: [outputName] }),
	);
	if (session.settings.boolean("print-missing")) await session.builds.printMissing(targets, level.info);
	if (dryRun) return;
	const { outputs } = await session.builds.realise(targets, { mode: repair ? "repair" : check ? "check" : "normal" });

	const numbers = new Map<string, number>();
	const paths: string[] = [];
	for (const { drvPath, outputName } of wanted) {
		let number = numbers.get(drvPath);
		if (number === undefined) {
			number = numbers.size;
			numbers.set(drvPath, number);
		}
		const path = outputs.get(drvPath)?.get(outputName);
		if (path === undefined) throw new NixError("NO_OUTPUT", `output '${outputName}' of '${drvPath}' was not made`);
		if (outLink !== undefined && session.commandStore.realStoreDir !== undefined) {
			const link = outLink + (number === 0 ? "" : `-${number + 1}`) + (outputName === "out" ? "" : `-${outputName}`);
			addPermanentRoot(session.commandStore, path, session.absolute(link));
		}
		paths.push(path.toString(storeDir));
	}
	for (const path of paths) session.print(path);
};

/** The derivation that a file on the command line is, where it is one in the store: `/nix/store/….drv!out`. */
export const derivationOf = (file: string, storeDir: string): WantedOutput | undefined => {
	let path = file;
	try {
		path = nodeFs.realpathSync(file);
	} catch {
		// As it is written: what it names may lie only in the store.
	}
	const at = path.indexOf("!");
	const storePath = maybeParseStorePath(at < 0 ? path : path.slice(0, at), storeDir);
	if (storePath === undefined || !isDerivationPath(storePath)) return undefined;
	const outputName = at < 0 ? "out" : path.slice(at + 1);
	if (outputName.includes(","))
		throw new NixError(
			"SEVERAL_OUTPUTS",
			`building more than one derivation output is not supported, in '${storePath.toString(storeDir)}!${outputName}'`,
		);
	return { drvPath: storePath.toString(storeDir), outputName };
};
