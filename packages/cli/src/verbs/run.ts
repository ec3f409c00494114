import { EnvironmentOptions } from "../args/environment-flags";
import type { MakeCommand } from "../commands";
import { runInStore } from "../execute/run-in-store";
import { appAttributes, appOf, buildApp } from "./app";
import { InstallableOptions } from "./installables";

/** `nix run`: runs the program that an installable is, with the arguments that follow. */
export const run: MakeCommand = ({ session }) => {
	const options = new InstallableOptions(session, appAttributes);
	const environment = new EnvironmentOptions();
	let installable = ".";
	let args: readonly string[] = [];
	return {
		flags: [...options.flags(), ...environment.flags()],
		expected: [
			{ optional: true, arity: 1, handle: ([text]) => void (installable = text) },
			{ arity: "any", handle: (given) => void (args = given) },
		],
		run: async () => {
			const [found] = await options.installables([installable]);
			const { program } = await buildApp(session, await appOf(session, found));
			runInStore(session, {
				program,
				argv: [program, ...args],
				env: environment.environment(session.shell.env),
			});
		},
	};
};
