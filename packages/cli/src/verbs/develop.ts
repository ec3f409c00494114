import { existsSync } from "node:fs";
import { type ByteString, NixError } from "@tsnix/store";
import { EnvironmentOptions } from "../args/environment-flags";
import type { Flag } from "../args/flags";
import type { MakeCommand } from "../commands";
import { shellQuote } from "../core";
import { runInStore } from "../execute/run-in-store";
import { level } from "../output/log";
import type { Session } from "../session";
import { temporaryFile, temporaryFolder } from "../temporary-files";
import { UsageError } from "../usage-error";
import { Development } from "./development";
import type { FlakeInstallable, Installable, InstallableOptions } from "./installables";
import { requireCommand } from "./shell";
import { outputPathsOf } from "./store-paths";
import { stringVariable } from "../core";

/** Options for phases of a build, by name. */
const phases: Readonly<Record<string, string>> = {
	unpack: "unpack",
	configure: "configure",
	build: "build",
	check: "check",
	install: "install",
	installcheck: "installCheck",
};

/** `nix develop`: a shell, or another program, in the environment of a derivation's build. */
export const develop: MakeCommand = ({ session }) => {
	const development = new Development(session);
	const environmentOptions = new EnvironmentOptions();
	let installable = ".";
	let command: readonly string[] | undefined;
	let phase: string | undefined;
	return {
		flags: [
			...development.flags(),
			...environmentOptions.flags(),
			{ long: "command", short: "c", arity: "rest", handle: (...args) => void (command = requireCommand(args)) },
			{ long: "phase", arity: 1, handle: (name) => void (phase = name) },
			...Object.entries(phases).map(([long, name]): Flag => ({ long, handle: () => void (phase = name) })),
		],
		expected: [{ optional: true, arity: 1, handle: ([text]) => void (installable = text) }],
		run: async () => {
			const [found] = await development.options.installables([installable]);
			const { environment, path } = await development.environment(found);
			const rcFile = temporaryFile(session, "nix-shell");
			const begin = await development.script(environment, temporaryFolder(session, "nix-develop"));
			if (phase !== undefined && command !== undefined)
				throw new UsageError("you cannot use both '--command' and '--phase'");
			let script = `${begin}${session.log.verbosity >= level.debug ? "set -x\n" : ""}command rm -f '${rcFile.path}'\n`;
			if (phase !== undefined) script += `foundMakefile=1\nrunHook ${phase}Phase\n`;
			else if (command !== undefined) script += `exec ${command.map(shellQuote).join(" ")}\n`;
			else script = interactive(session, script);

			const env = environmentOptions.environment(session.shell.env);
			const bash = await interactiveBash(session, development.options, found.flake);
			const shell = bash ?? "bash";
			script += `SHELL="${shell}"\n`;
			if (bash !== undefined) script += `PATH="${bash.slice(0, bash.lastIndexOf("/"))}\${PATH:+:$PATH}"\n`;
			rcFile.write(script);
			const name = shell.slice(shell.lastIndexOf("/") + 1);
			const cwd = phase === undefined ? undefined : await phaseFolder(session, found);
			runInStore(session, {
				program: shell,
				// Without a terminal to come back to there is no sense in an interactive shell.
				argv: phase !== undefined || command !== undefined ? [name, rcFile.path] : [name, "--rcfile", rcFile.path],
				env: { ...env, NIX_GCROOT: path.toString(session.commandStore.storeDir), SHELL: shell },
				lookup: true,
				system: environment.variables.has("system") ? stringVariable(environment, "system") : session.system,
				...(cwd === undefined ? {} : { cwd }),
			});
		},
	};
};

/** The folder that phases run in: that of the flake, where it is one of this machine. */
const phaseFolder = async (session: Session, { flake }: Installable): Promise<ByteString | undefined> =>
	flake === undefined ? undefined : (await session.commands()).resolvedFlakeFolder(flake.ref, flake.lock);

/** A script for a shell that somebody types into: aliases are theirs alone, and so is the prompt. */
const interactive = ({ settings }: Session, script: ByteString): ByteString => {
	const prompt = (name: string, assignment: (value: ByteString) => ByteString): ByteString => {
		const value = settings.text(name);
		return value === "" ? "" : `[ -n "$PS1" ] && ${assignment(shellQuote(value))};\n`;
	};
	return [
		'[ -n "$PS1" ] && [ -e ~/.bashrc ] && source ~/.bashrc;\n',
		`shopt -u expand_aliases\n${script}\nshopt -s expand_aliases\n`,
		prompt("bash-prompt", (value) => `PS1=${value}`),
		prompt("bash-prompt-prefix", (value) => `PS1=${value}"$PS1"`),
		prompt("bash-prompt-suffix", (value) => `PS1+=${value}`),
	].join("");
};

/** The bash for people that a flake's own nixpkgs has, or the registries'; told and passed over where there is none. */
const interactiveBash = async (
	session: Session,
	options: InstallableOptions,
	flake: FlakeInstallable | undefined,
): Promise<ByteString | undefined> => {
	try {
		const commands = await session.commands();
		const ref =
			flake === undefined
				? (await commands.parseFlake("flake:nixpkgs")).ref
				: await commands.nixpkgsOf(flake.ref, flake.lock);
		const found = options.attributeOfFlake(
			{ ref, fragment: "bashInteractive" },
			undefined,
			{ defaults: [], prefixes: [`legacyPackages.${session.system}.`] },
			{ ...options.lockOptions(), overrides: [], updates: [] },
		);
		const paths = await outputPathsOf(session, [found], "build");
		const { storeDir } = session.commandStore;
		const shells = paths.map((path) => `${path.toString(storeDir)}/bin/bash`).sort();
		const shell = shells.find((place) => existsSync(Buffer.from(place, "latin1")));
		if (shell !== undefined) return shell;
		throw new NixError("NO_BASH", "package 'nixpkgs#bashInteractive' does not provide a 'bin/bash'");
	} catch (error) {
		if (!(error instanceof NixError) || session.shell.signal.aborted) throw error;
		session.log.ignored(error);
		return undefined;
	}
};
