import type { MakeCommand } from "../commands";
import { commands } from "../commands";
import { printHelp } from "../programs/help";

/** `nix help`: what commands there are. */
export const help: MakeCommand = ({ session }) => {
	let words: readonly string[] = [];
	return {
		expected: [{ arity: "any", handle: (args) => void (words = args) }],
		run: () =>
			printHelp(
				session,
				["nix", ...words].join(" "),
				[`nix ${words.length === 0 ? "COMMAND" : words.join(" ")} [ARGUMENT]...`],
				`Commands: ${Object.keys(commands).join(", ")}`,
			),
	};
};
