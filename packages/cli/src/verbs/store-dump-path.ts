import { writeNar } from "@tsnix/store";
import type { MakeCommand } from "../commands";
import { sortedPaths } from "../core";
import { objectAccessor } from "../store-operations/paths";
import { UsageError } from "../usage-error";
import { refuseTerminal } from "./nar";
import { StorePathOptions } from "./store-paths";

/** `nix store dump-path`: a store object as a NAR. */
export const storeDumpPath: MakeCommand = ({ session }) => {
	const options = new StorePathOptions(session);
	return {
		flags: options.flags(),
		expected: options.expected,
		run: async () => {
			const store = await session.stores.anyStore();
			const paths = sortedPaths(await options.paths(store));
			if (paths.length !== 1) throw new UsageError("this command requires exactly one store path");
			refuseTerminal(session);
			writeNar(await objectAccessor(session, store, paths[0]), "/", (chunk) => session.shell.writeOut(chunk));
		},
	};
};
