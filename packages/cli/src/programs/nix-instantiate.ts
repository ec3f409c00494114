import { parseStorePath } from "@tsnix/store";
import { addPermanentRoot, type CommandSource, type Commands } from "../core";
import type { Program } from "../programs";
import { Exit } from "../shell";
import { printHelp } from "./help";
import { gcWarner, parseLegacy } from "./legacy";
import { printVersion } from "./version";

type Output = "plain" | "raw" | "xml" | "json";

/** `nix-instantiate`: derivations from expressions, or their values. */
export const nixInstantiate: Program = async (context) => {
	const { session } = context;
	const files: string[] = [];
	const attributes: string[] = [];
	const told = { stdin: false, expressions: false, findFile: false, evalOnly: false, parseOnly: false, strict: false };
	let output: Output = "plain";
	let location = true;
	let writes = false;
	let dryRun = false;
	let root: string | undefined;
	await parseLegacy(context, true, (arg, next) => {
		switch (arg) {
			case "--help":
				printHelp(
					session,
					"nix-instantiate",
					["nix-instantiate [--eval | --parse | --find-file] [-A ATTRIBUTE]... [-E EXPRESSION | FILE]..."],
					"Writes derivations to the store and prints their paths, or evaluates expressions and prints their values.",
				);
				throw new Exit(0);
			case "--version":
				printVersion(session, "nix-instantiate", context.options.verbosity > 3);
				throw new Exit(0);
			case "-":
				told.stdin = true;
				return true;
			case "--expr":
			case "-E":
				told.expressions = true;
				return true;
			case "--eval":
			case "--eval-only":
				told.evalOnly = true;
				return true;
			case "--read-write-mode":
				writes = true;
				return true;
			case "--parse":
			case "--parse-only":
				told.parseOnly = told.evalOnly = true;
				return true;
			case "--find-file":
				told.findFile = true;
				return true;
			case "--attr":
			case "-A":
				attributes.push(next());
				return true;
			case "--add-root":
				root = next();
				return true;
			case "--indirect":
				return true;
			case "--raw":
			case "--xml":
			case "--json":
				output = arg.slice(2) as Output;
				return true;
			case "--no-location":
				location = false;
				return true;
			case "--strict":
				told.strict = true;
				return true;
			case "--dry-run":
				dryRun = true;
				return true;
			default:
				if (arg.startsWith("-")) return false;
				files.push(arg);
				return true;
		}
	});
	session.readOnly = context.options.readOnly || dryRun || (told.evalOnly && !writes);
	const commands = await session.commands();
	if (attributes.length === 0) attributes.push("");

	if (told.findFile) {
		for (const file of files) session.print(await commands.findFile(file));
		return;
	}

	const warn = gcWarner(context);
	let roots = 0;
	const instantiate = async (value: number): Promise<void> => {
		for (const found of await commands.derivations(value)) {
			const { drvPath, outputName } = await commands.derivation(found);
			let shown = drvPath;
			if (root === undefined) warn();
			else {
				const link = session.absolute(root) + (++roots > 1 ? `-${roots}` : "");
				const store = session.stores.evaluationStore;
				if (store.realStoreDir !== undefined)
					shown = addPermanentRoot(store, parseStorePath(drvPath, store.storeDir), link);
			}
			session.print(shown + (outputName === "out" ? "" : `!${outputName}`));
		}
	};
	const process = async (source: CommandSource): Promise<void> => {
		if (told.parseOnly) return session.print(await commands.parse(source));
		const value = await commands.root(source);
		for (const attribute of attributes) {
			const selected = await commands.select(value, attribute);
			if (told.evalOnly)
				session.shell.writeOut(
					await evaluated(commands, selected, { ...told, output, location }, session.shell.writeOut),
				);
			else await instantiate(selected);
		}
	};

	const basePath = session.shell.workingDirectory;
	if (told.stdin) await process({ kind: "stdin", text: session.input(), basePath });
	else if (files.length === 0 && !told.expressions) files.push("./default.nix");
	for (const file of files)
		await process(told.expressions ? { kind: "string", text: file, basePath } : { kind: "file", path: file });
};

const evaluated = async (
	commands: Commands,
	selected: number,
	{ output, strict, location }: { output: Output; strict: boolean; location: boolean },
	writeOut: (text: string) => void,
): Promise<string> => {
	const value = await commands.autoCall(selected);
	/** Documents are printed up to where they fail. */
	const printing = (text: Promise<string>): Promise<string> =>
		text.catch((error: unknown) => {
			if (error instanceof Error && "printed" in error) writeOut(String(error.printed ?? ""));
			throw error;
		});
	switch (output) {
		case "raw":
			return commands.render(value, { kind: "raw", doing: "while generating the nix-instantiate output" });
		case "xml":
			return printing(commands.render(value, { kind: "xml", strict, location }));
		case "json":
			return `${await printing(commands.render(value, { kind: "json", strict, copyToStore: true, ownPlace: true }))}\n`;
		case "plain":
			return `${await commands.render(value, { kind: "plain", strict })}\n`;
	}
};
