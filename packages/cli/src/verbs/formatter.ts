import { NixError } from "@tsnix/store";
import { sortedEnvironment } from "../args/environment-flags";
import type { MakeCommand } from "../commands";
import { runInStore } from "../execute/run-in-store";
import type { Session } from "../session";
import { appOf, buildApp } from "./app";
import { makeLinks } from "./built";
import { type FlakeAttributes, InstallableOptions } from "./installables";
import { JsonOptions } from "./json-flags";

const formatterAttributes = (system: string): FlakeAttributes => ({
	defaults: [`formatter.${system}`],
	prefixes: [],
});

/** The formatter of the flake that the working directory is in, and that flake. */
const ownFormatter = async (session: Session, options: InstallableOptions) => {
	const [installable] = await options.installables(["."]);
	return { installable, app: await appOf(session, installable) };
};

/** `nix formatter run`, `nix fmt`: runs the formatter of the flake that the working directory is in. */
export const formatterRun: MakeCommand = ({ session }) => {
	const options = new InstallableOptions(session, formatterAttributes);
	const json = new JsonOptions(session);
	let args: readonly string[] = [];
	return {
		flags: [...options.flags(), ...json.flags()],
		expected: [{ arity: "any", handle: (given) => void (args = given) }],
		run: async () => {
			const { installable, app } = await ownFormatter(session, options);
			const { program } = await buildApp(session, app);
			const folder =
				installable.flake === undefined
					? undefined
					: await (await session.commands()).flakeFolder(installable.flake.ref);
			if (folder === undefined)
				throw new NixError("NO_FLAKE_FOLDER", "the flake does not lie in a folder of this machine");
			// So that a formatter finds all of the flake from a folder below.
			const env = sortedEnvironment({ ...session.shell.env, PRJ_ROOT: folder });
			runInStore(session, { program, argv: [program, ...args], env });
		},
	};
};

/** `nix formatter build`: builds that formatter, leaves a link to it, and prints its path. */
export const formatterBuild: MakeCommand = ({ session }) => {
	const options = new InstallableOptions(session, formatterAttributes);
	let outLink = "result";
	return {
		flags: [
			...options.flags(),
			{ long: "out-link", short: "o", arity: 1, handle: (path) => void (outLink = path) },
			{ long: "no-link", handle: () => void (outLink = "") },
		],
		run: async () => {
			const { app } = await ownFormatter(session, options);
			const { program, built } = await buildApp(session, app);
			makeLinks(session, outLink, built);
			session.print(program);
		},
	};
};
