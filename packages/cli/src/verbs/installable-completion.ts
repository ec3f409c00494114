import { NixError } from "@tsnix/store";
import { type Complete, completePath, expandTilde } from "../args/completions";
import type { Session } from "../session";

/** What of a command's options completion goes by. */
export interface CompletionOptions {
	/** The file of `--file`. */
	readonly file: () => string | undefined;
	readonly prepare: () => void;
	/** Locks a flake and gives its outputs. */
	readonly openFlake: (ref: string) => Promise<number>;
}

/** Failures on the way are not told of: there is nothing to complete then. */
const quietly =
	(complete: Complete): Complete =>
	async (completions, index, prefix) => {
		try {
			await complete(completions, index, prefix);
		} catch (error) {
			if (!(error instanceof NixError)) throw error;
		}
	};

const place = ({ shell, env }: Session) => ({ workingDirectory: shell.workingDirectory, home: env("HOME") ?? "" });

/** Completes the names of files. */
export const completeFile = (session: Session): Complete => completePath(place(session));

/** Completes references to flakes: folders, and names of the registries. */
export const completeFlakeRef = (session: Session): Complete =>
	quietly(async (completions, index, prefix) => {
		if (prefix === "") completions.add(".");
		await completePath(place(session), true)(completions, index, prefix);
		for (const line of (await (await session.commands()).registryList()).split("\n")) {
			const from = line.split(" ")[1];
			if (from === undefined) continue;
			const short = prefix.startsWith("flake:") ? from : from.replace(/^flake:/, "");
			if (short.startsWith(prefix)) completions.add(short);
		}
	});

/** Completes the names of the inputs of flakes. */
export const completeInputs = (session: Session, flakes: () => readonly string[]): Complete =>
	quietly(async (completions, _, prefix) => {
		const commands = await session.commands();
		for (const flake of flakes()) {
			const { ref } = await commands.parseFlake(expandTilde(flake, place(session).home));
			for (const name of await commands.flakeInputNames(ref)) if (name.startsWith(prefix)) completions.add(name);
		}
	});

/** Completes what a command is to work on: attributes of a file, flakes, and their outputs. */
export const completeInstallable = (session: Session, options: CompletionOptions): Complete =>
	quietly(async (completions, index, prefix) => {
		options.prepare();
		const path = options.file();
		if (path !== undefined) {
			completions.type = "attrs";
			session.settings.override("pure-eval", false);
			const commands = await session.commands();
			const root = await commands.root({ kind: "evaluated-file", path });
			for (const found of await commands.completeAttribute(root, prefix)) completions.add(found);
			return;
		}
		const hash = prefix.indexOf("#");
		if (hash < 0) return completeFlakeRef(session)(completions, index, prefix);
		completions.type = "attrs";
		const commands = await session.commands();
		const flake = prefix.slice(0, hash);
		const dot = prefix[hash + 1] === "." ? "." : "";
		const fragment = prefix.slice(hash + 1 + dot.length);
		const { ref } = await commands.parseFlake(expandTilde(flake, place(session).home));
		const { system } = session;
		const prefixes = dot === "." ? [""] : [`packages.${system}.`, `legacyPackages.${system}.`, ""];
		const defaults = [`packages.${system}.default`, `defaultPackage.${system}`];
		for (const found of await commands.completeOutput(await options.openFlake(ref), fragment, prefixes, defaults))
			completions.add(`${flake}#${dot}${found}`);
	});
