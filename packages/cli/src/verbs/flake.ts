import { NixError } from "@tsnix/store";
import type { Flag } from "../args/flags";
import type { Command, MakeCommand } from "../commands";
import type { Session } from "../session";
import { completeFlakeRef, completeInputs } from "./installable-completion";
import { InstallableOptions } from "./installables";
import { JsonOptions } from "./json-flags";

/** The reference colours these even where they do not go to a terminal. */
const coloured = true;

/** A command on one flake: that of this folder unless told. */
export const flakeCommand = (
	session: Session,
	parts: {
		readonly without: readonly string[];
		readonly flags: readonly Flag[];
		/** What has to be set before the evaluation is started. */
		readonly before?: () => void;
		/** Whether the flake is locked, and not evaluated. */
		readonly locksOnly?: boolean;
		readonly run: (ref: string, options: InstallableOptions) => Promise<void>;
	},
): Command => {
	const options = new InstallableOptions(session);
	let flake = ".";
	return {
		flags: [...flakeFlags(options, parts.without), ...parts.flags],
		expected: [{ optional: true, arity: 1, handle: ([text]) => void (flake = text) }],
		run: async () => {
			parts.before?.();
			session.locksOnly = parts.locksOnly === true;
			await parts.run(await flakeRef(session, options, flake), options);
		},
	};
};

/** The options of commands on flakes, without those for other installables. */
const flakeFlags = (options: InstallableOptions, without: readonly string[]): Flag[] =>
	options.flags().filter(({ long }) => !["file", "expr", ...without].includes(long));

/** The reference that an argument is. */
const flakeRef = async (session: Session, options: InstallableOptions, text: string): Promise<string> => {
	session.evalOptions = options.evalOptions;
	const { ref, fragment } = await (await session.commands()).parseFlake(text);
	if (fragment !== "")
		throw new NixError("BAD_FLAKE_REF", `unexpected fragment '${fragment}' in flake reference '${text}'`);
	return ref;
};

/** `nix flake lock`: writes what the lock file lacks. */
export const flakeLock: MakeCommand = ({ session }) =>
	flakeCommand(session, {
		without: ["no-write-lock-file"],
		flags: [],
		locksOnly: true,
		before: () => session.settings.override("tarball-ttl", 0),
		run: async (ref, options) => {
			const lock = { ...options.lockOptions(), write: true, failOnUnlocked: true, applyConfig: true };
			await (await session.commands()).lockFlake(ref, lock);
		},
	});

/** What an element of the path to an input may look like. */
const inputName = /^[a-zA-Z][a-zA-Z0-9_-]*$/;

/** `nix flake update`: renews locks, of all inputs or of some. */
export const flakeUpdate: MakeCommand = ({ session }) => {
	const options = new InstallableOptions(session);
	let flake = ".";
	const inputs = new Set<string>();
	/** The inputs to be updated, as they would be written; each is checked as soon as it is read. */
	const take = (args: readonly string[]): void => {
		for (const text of args) {
			const path = text.split("/").filter((name) => name !== "");
			try {
				const wrong = path.find((name) => !inputName.test(name));
				if (wrong !== undefined)
					throw new NixError("BAD_INPUT_PATH", `invalid flake input attribute path element '${wrong}'`);
				if (path.length === 0)
					throw new NixError(
						"BAD_INPUT_PATH",
						"input path to be updated cannot be zero-length; it would refer to the flake itself, not an input",
					);
			} catch (error) {
				session.log.warn(
					`Invalid flake input '${text}'. To update a specific flake, use 'nix flake update --flake ${text}' instead.`,
				);
				throw error;
			}
			const shown = path.join("/");
			if (inputs.has(shown) || options.lock.updates.includes(shown))
				session.log.warn(`Input '${shown}' was specified multiple times. You may have done this by accident.`);
			inputs.add(shown);
		}
	};
	return {
		flags: [
			...flakeFlags(options, ["no-update-lock-file", "no-write-lock-file"]),
			{ long: "flake", arity: 1, complete: completeFlakeRef(session), handle: (text) => void (flake = text) },
		],
		expected: [{ optional: true, arity: "any", handle: take, complete: completeInputs(session, () => [flake]) }],
		run: async () => {
			session.settings.override("tarball-ttl", 0);
			session.locksOnly = true;
			const ref = await flakeRef(session, options, flake);
			const updates = [...new Set([...options.lock.updates, ...inputs])];
			const lock = {
				...options.lockOptions(),
				updates,
				write: true,
				recreate: updates.length === 0,
				applyConfig: true,
			};
			await (await session.commands()).lockFlake(ref, lock);
		},
	};
};

/** `nix flake metadata`: what is known of a flake. */
export const flakeMetadata: MakeCommand = ({ session }) => {
	const json = new JsonOptions(session);
	return flakeCommand(session, {
		without: [],
		flags: json.flags(),
		locksOnly: true,
		run: async (ref, options) => {
			const known = await (await session.commands()).flakeMetadata(ref, options.lockOptions(), coloured);
			if (json.json) json.print(known.json);
			else session.shell.writeOut(known.text);
		},
	});
};

/** `nix flake info`: the older name of `nix flake metadata`. */
export const flakeInfo: MakeCommand = (context) => {
	const command = flakeMetadata(context);
	return {
		...command,
		run: () => {
			context.session.log.warn("'nix flake info' is a deprecated alias for 'nix flake metadata'");
			return command.run();
		},
	};
};

/** `nix flake show`: a flake's outputs. */
export const flakeShow: MakeCommand = ({ session }) => {
	const json = new JsonOptions(session);
	let legacy = false;
	let allSystems = false;
	return flakeCommand(session, {
		without: [],
		flags: [
			...json.flags(),
			{ long: "legacy", handle: () => void (legacy = true) },
			{ long: "all-systems", handle: () => void (allSystems = true) },
		],
		run: async (ref, options) => {
			const show = { system: session.system, legacy, allSystems, asJson: json.json, color: coloured };
			const shown = await (await session.commands()).showFlake(ref, options.lockOptions(), show);
			if (shown !== undefined) json.print(shown);
		},
	});
};
