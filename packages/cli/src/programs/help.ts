import { NixError } from "@tsnix/store";
import { findProgram } from "../execute/find-program";
import type { Session } from "../session";

/**
 * A program's short help.
 *
 * @throws {NixError} `NO_MAN` after it where there is no `man`: the reference's programs need it, and fail like this
 */
export const printHelp = (session: Session, name: string, usage: readonly string[], about: string): void => {
	session.print(
		[
			`Usage: ${usage[0]}`,
			...usage.slice(1).map((line) => `       ${line}`),
			"",
			about,
			"",
			`This is ${name} of TSNix; its options are those of Nix's own ${name}, described in the Nix manual:`,
			"https://nix.dev/manual/nix/2.34/command-ref/",
		].join("\n"),
	);
	if (findProgram("man", session.env("PATH")) === undefined)
		throw new NixError(
			"NO_MAN",
			`The 'man' command was not found, but it is needed for '${name}' and some other 'nix-*' commands' help text. Perhaps you could install the 'man' command?`,
		);
};
