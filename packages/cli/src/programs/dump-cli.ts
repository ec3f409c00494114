import { type JsonValue, printJson, toBytes } from "@tsnix/store";
import type { Flag } from "../args/flags";
import { type Command, type CommandEntry, type Commands, commands } from "../commands";
import type { Session } from "../session";
import { categories } from "./command-docs";
import { commandOf, docOf } from "./command-help";

type Json = { readonly [name: string]: JsonValue };

const flagsJson = (flags: readonly Flag[]): Json =>
	Object.fromEntries(
		flags
			.map((flag): [string, JsonValue] => [
				flag.long,
				{
					...(flag.arity === "rest" ? {} : { arity: flag.arity ?? 0 }),
					category: "",
					...(flag.description === undefined ? {} : { description: flag.description }),
					"experimental-feature": flag.feature ?? null,
					hiddenCategory: flag.hidden === true,
					...(flag.short === undefined ? {} : { shortName: flag.short }),
				},
			])
			.sort(([a], [b]) => (a < b ? -1 : 1)),
	);

const argsJson = (command: Command | undefined): JsonValue =>
	(command?.expected ?? []).map(({ arity, optional }) => ({
		...(arity === "any" ? {} : { arity }),
		label: "argument",
		optional: optional === true,
	}));

/** What commands of commands take. */
const subcommand: JsonValue = [{ arity: 1, label: "subcommand", optional: true }];

const entryJson = async (session: Session, entry: CommandEntry, path: readonly string[]): Promise<Json> => {
	const { about, category = 0 } = docOf(path);
	const command = await commandOf(session, entry, path);
	return {
		args: typeof entry === "object" ? subcommand : argsJson(command),
		category: {
			description: categories[category],
			"experimental-feature": (command?.feature ?? "nix-command") || null,
			id: category,
		},
		...(typeof entry === "object" ? { commands: await commandsJson(session, entry.commands, path) } : {}),
		description: about,
		flags: flagsJson(command?.flags ?? []),
	};
};

const commandsJson = async (session: Session, list: Commands, path: readonly string[]): Promise<Json> => {
	const out: Record<string, Json> = {};
	for (const name of Object.keys(list).sort()) out[name] = await entryJson(session, list[name], [...path, name]);
	return out;
};

/** `nix __dump-cli`: the command line as data, in the reference's shape, with our own words. */
export const dumpCli = async (session: Session, flags: readonly Flag[]): Promise<void> =>
	session.print(
		toBytes(
			printJson({
				args: {
					args: subcommand,
					commands: await commandsJson(session, commands, []),
					description: "build, install and describe software, reproducibly",
					flags: flagsJson(flags),
				},
			}),
		),
	);
