import { existsSync } from "node:fs";
import { type ByteString, NixError, parseStorePath, type StorePath } from "@tsnix/store";
import type { Session } from "../../session";
import { UsageError } from "../../usage-error";
import { derivationOf } from "../nix-build";
import type { NixShellOptions } from "./options";

const alwaysShellNix = "nix-shell-always-looks-for-shell-nix";
const relativeToScript = "nix-shell-shebang-arguments-relative-to-script";

/** The folder that a file lies in, as an absolute path. */
const folderOf = (session: Session, path: ByteString): ByteString => {
	const slash = path.lastIndexOf("/");
	return slash < 0 ? session.shell.workingDirectory : session.absolute(slash === 0 ? "/" : path.slice(0, slash));
};

/** The expression of an environment with packages in it. */
const packagesExpression = (packages: readonly string[]): string =>
	`{...}@args: with import <nixpkgs> args; (pkgs.runCommandCC or pkgs.runCommand) "shell" { buildInputs = [ ${packages
		.map((text) => `(${text}) `)
		.join("")}]; } ""`;

/** Where the words of the command line are files: those that are meant where there is none. */
const defaultFiles = (session: Session): readonly string[] => {
	const exists = (name: string): boolean => existsSync(Buffer.from(session.absolute(name), "latin1"));
	if (!session.settings.boolean(alwaysShellNix) && exists("shell.nix")) return ["shell.nix"];
	if (exists("shell.nix") || exists("default.nix")) return ["."];
	throw new NixError(
		"NO_SHELL_FILE",
		"no argument specified and no 'shell.nix' or 'default.nix' file found in the working directory",
	);
};

/** The one derivation that a command line means. Throws a NixError where it means none, or several. */
export const findDerivation = async (session: Session, options: NixShellOptions): Promise<StorePath> => {
	const { script, kind, stdin, attributes } = options;
	const { settings, shell } = session;
	const { storeDir } = session.commandStore;
	const scriptFolder = script === undefined ? shell.workingDirectory : folderOf(session, script.path);
	if (script !== undefined && settings.boolean(relativeToScript)) session.baseDirectory = scriptFolder;
	const args = kind === "files" && options.args.length === 0 ? defaultFiles(session) : options.args;
	session.setVariable("IN_NIX_SHELL", options.pure ? "pure" : "impure");

	const commands = await session.commands();
	const found: string[] = [];
	const prepared: number[] = [];
	const expressions = kind === "packages" ? [packagesExpression(args)] : args;
	if (stdin)
		prepared.push(await commands.prepare({ kind: "stdin", text: session.input(), basePath: shell.workingDirectory }));
	else
		for (const text of expressions) {
			if (kind !== "files") {
				prepared.push(await commands.prepare({ kind: "string", text, basePath: session.baseDirectory }));
				continue;
			}
			const known = derivationOf(session.absolute(text), storeDir);
			if (known !== undefined) {
				found.push(known.drvPath);
				continue;
			}
			const inScript = script !== undefined && !/^<.*>$|^[a-z+]*:/.test(text) && !text.startsWith("/");
			const path = inScript ? `${scriptFolder}/${text}` : text;
			const file = await commands.prepareShell(path, settings.boolean(alwaysShellNix));
			if (file.warning !== undefined) session.log.warn(file.warning);
			prepared.push(file.prepared);
		}
	const numbers: number[] = [];
	for (const expression of prepared) {
		const root = await commands.run(expression);
		for (const attribute of attributes) numbers.push(...(await commands.shellDerivations(root, attribute)));
	}
	if (found.length + numbers.length !== 1) throw new UsageError("nix-shell requires a single derivation");
	for (const number of numbers) found.push((await commands.derivation(number)).drvPath);
	return parseStorePath(found[0], storeDir);
};
