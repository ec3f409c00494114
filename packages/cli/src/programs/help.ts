import type { Session } from "../session";

/** A program's short help. */
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
};
