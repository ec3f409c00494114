import type { Flag } from "../args/flags";
import { aliases, type Command, type CommandEntry, type Commands, commands } from "../commands";
import type { Session } from "../session";
import { UsageError } from "../usage-error";
import { categories, type CommandDoc, commandDocs } from "./command-docs";

/** A command, or a group of them, that words name. */
interface Found {
	readonly path: readonly string[];
	readonly commands?: Commands;
	readonly command?: Command;
}

/** What is known of a command that words name. */
export const docOf = (path: readonly string[]): CommandDoc => commandDocs[path.join(" ")] ?? { about: "" };

/** Makes a command to look at it, without running it. Undefined for one that is not here. */
export const commandOf = async (
	session: Session,
	entry: CommandEntry,
	path: readonly string[],
): Promise<Command | undefined> =>
	typeof entry === "function" ? (await entry())({ session, name: path.join(" ") }) : undefined;

const find = async (session: Session, words: readonly string[]): Promise<Found> => {
	const whole = words.length === 1 && Object.hasOwn(aliases, words[0]) ? aliases[words[0]].replacement : words;
	let found: Found = { path: [], commands };
	for (const word of whole) {
		const path = [...found.path, word];
		const entry: CommandEntry | undefined = Object.hasOwn(found.commands ?? {}, word)
			? found.commands?.[word]
			: undefined;
		if (entry === undefined) throw new UsageError(`Nix has no subcommand '${whole.join("")}'`);
		if (typeof entry === "object") found = { path, commands: entry.commands };
		else {
			const command = await commandOf(session, entry, path);
			found = command === undefined ? { path } : { path, command };
		}
	}
	return found;
};

const listed = (list: Commands, path: readonly string[]): string[] => {
	const out: string[] = [];
	const names = Object.keys(list).sort();
	const width = Math.max(...names.map((name) => name.length)) + 2;
	for (const [number, title] of Object.entries(categories).sort(([a], [b]) => Number(a) - Number(b))) {
		const here = names.filter((name) => (docOf([...path, name]).category ?? 0) === Number(number));
		if (here.length === 0) continue;
		out.push("", path.length === 0 ? `${title}:` : "Commands:");
		for (const name of here) out.push(`  ${name.padEnd(width)}${docOf([...path, name]).about}`);
	}
	return out;
};

const optionLine = ({ long, short, arity = 0, description }: Flag): string => {
	const values = arity === "rest" ? " VALUE..." : " VALUE".repeat(arity);
	const names = `${short === undefined ? "    " : `-${short}, `}--${long}${values}`;
	return description === undefined ? `  ${names}` : `  ${names.padEnd(36)} ${description}`;
};

/** Prints what `nix COMMAND --help` tells. Throws UsageError for words that name no command. */
export const printCommandHelp = async (session: Session, words: readonly string[]): Promise<void> => {
	const { path, commands: list, command } = await find(session, words);
	const { about, args } = docOf(path);
	const name = ["nix", ...path].join(" ");
	const lines = [
		`Usage: ${[name, "[OPTION]...", list === undefined ? args : "COMMAND"].filter(Boolean).join(" ")}`,
		"",
		path.length === 0 ? "nix - build, install and describe software, reproducibly" : `${name} - ${about}`,
	];
	if (list !== undefined) lines.push(...listed(list, path));
	const flags = (command?.flags ?? []).filter(({ hidden }) => hidden !== true);
	if (flags.length > 0) lines.push("", "Options:", ...flags.map(optionLine).sort());
	lines.push(
		"",
		`'nix help${path.length === 0 ? " COMMAND" : ""}' tells more; settings of nix.conf are options, too ('nix config show').`,
		"The Nix manual describes all of it: https://nix.dev/manual/nix/2.34/command-ref/",
	);
	session.print(lines.join("\n"));
};
