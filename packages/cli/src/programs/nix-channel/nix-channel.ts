import { mkdirSync } from "node:fs";
import { channelsProfile, userStateDir } from "../../profiles/places";
import type { Program } from "../../programs";
import type { Session } from "../../session";
import { Exit } from "../../shell";
import { UsageError } from "../../usage-error";
import { printHelp } from "../help";
import { parseLegacy } from "../legacy";
import { runNixProgram } from "../run-nix-program";
import { printVersion } from "../version";
import { channelName, checkChannel, readChannels, writeChannels } from "./channel-list";
import { updateChannels } from "./update-channels";

const commands = ["add", "remove", "list", "update", "list-generations", "rollback"] as const;
type ChannelCommand = (typeof commands)[number];

/** The file that holds the channels' URLs. */
const channelsFile = (session: Session): string => {
	if (!session.settings.boolean("use-xdg-base-directories")) return `${session.env("HOME") ?? ""}/.nix-channels`;
	mkdirSync(Buffer.from(userStateDir(session), "latin1"), { recursive: true });
	return `${userStateDir(session)}/channels`;
};

/** `nix-channel`: channels that a user subscribes to (manual: "nix-channel"). */
export const nixChannel: Program = async (context) => {
	const { session, options } = context;
	const file = channelsFile(session);
	const profile = channelsProfile(session);
	let command: ChannelCommand | undefined;
	const args: string[] = [];
	await parseLegacy(context, false, (arg) => {
		const known = commands.find((name) => arg === `--${name}`);
		if (known !== undefined) command = known;
		else if (arg === "--help") {
			printHelp(
				session,
				"nix-channel",
				[
					"nix-channel --add URL [NAME]",
					"nix-channel --remove NAME",
					"nix-channel --list | --list-generations",
					"nix-channel --update [NAME...]",
					"nix-channel --rollback [GENERATION]",
				],
				"Manages the channels that expressions come from.",
			);
			throw new Exit(0);
		} else if (arg === "--version") {
			printVersion(session, "nix-channel", options.verbosity > 3);
			throw new Exit(0);
		} else if (arg.startsWith("-")) throw new UsageError(`unsupported argument '${arg}'`);
		else args.push(arg);
		return true;
	});
	const inProfile = ["--profile", profile];
	switch (command as ChannelCommand | undefined) {
		case undefined:
			throw new UsageError("no command specified");
		case "add": {
			if (args.length < 1 || args.length > 2) throw new UsageError("'--add' requires one or two arguments");
			const [url, name = channelName(url)] = args;
			checkChannel(url, name);
			writeChannels(file, readChannels(file).set(name, url));
			return;
		}
		case "remove": {
			if (args.length !== 1) throw new UsageError("'--remove' requires one argument");
			const channels = readChannels(file);
			channels.delete(args[0]);
			writeChannels(file, channels);
			runNixProgram(session, "nix-env", [...inProfile, "--uninstall", args[0]]);
			return;
		}
		case "list":
			if (args.length > 0) throw new UsageError("'--list' expects no arguments");
			for (const [name, url] of readChannels(file)) session.print(`${name} ${url}`);
			return;
		case "update":
			return updateChannels(session, profile, readChannels(file), new Set(args));
		case "list-generations":
			if (args.length > 0) throw new UsageError("'--list-generations' expects no arguments");
			session.shell.writeOut(runNixProgram(session, "nix-env", [...inProfile, "--list-generations"]));
			return;
		case "rollback": {
			if (args.length > 1) throw new UsageError("'--rollback' has at most one argument");
			const how = args.length === 1 ? ["--switch-generation", args[0]] : ["--rollback"];
			runNixProgram(session, "nix-env", [...inProfile, ...how]);
		}
	}
};
