import type { MakeCommand } from "../commands";
import { printCommandHelp } from "../programs/command-help";

/** `nix help`: what commands there are, and what they are for. */
export const help: MakeCommand = ({ session }) => {
	let words: readonly string[] = [];
	return {
		expected: [{ arity: "any", handle: (args) => void (words = args) }],
		run: () => printCommandHelp(session, words),
	};
};
