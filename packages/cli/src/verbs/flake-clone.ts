import { NixError } from "@tsnix/store";
import type { MakeCommand } from "../commands";
import { flakeCommand } from "./flake";

/** `nix flake clone`: a flake's repository, cloned. */
export const flakeClone: MakeCommand = ({ session }) => {
	let folder = "";
	return flakeCommand(session, {
		without: [],
		flags: [{ long: "dest", short: "f", arity: 1, handle: (path) => void (folder = path) }],
		run: async (ref) => {
			if (folder === "") throw new NixError("MISSING_FLAG", "missing flag '--dest'");
			await (await session.commands()).cloneFlake(ref, session.absolute(folder), folder);
		},
	});
};
