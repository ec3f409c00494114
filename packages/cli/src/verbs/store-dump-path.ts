import { parseStorePath, writeNar } from "@tsnix/store";
import type { MakeCommand } from "../commands";
import { UsageError } from "../usage-error";
import { argumentsOr, InstallableOptions } from "./installables";
import { refuseTerminal } from "./nar";

/** `nix store dump-path`: a store object as a NAR. */
export const storeDumpPath: MakeCommand = ({ session }) => {
	const options = new InstallableOptions(session);
	let installables: readonly string[] = [];
	let stdin = false;
	return {
		flags: [...options.flags(), { long: "stdin", handle: () => void (stdin = true) }],
		expected: [{ arity: "any", handle: (args) => void (installables = args) }],
		run: async () => {
			const found = await options.installables(argumentsOr(session, installables, stdin));
			const paths = (await Promise.all(found.map((installable) => installable.derivedPaths()))).flat();
			if (paths.length !== 1 || paths[0].kind !== "opaque")
				throw new UsageError("this command requires exactly one store path");
			refuseTerminal(session);
			const path = parseStorePath(paths[0].path, session.commandStore.storeDir);
			writeNar(session.store.accessor(path), "/", (chunk) => session.shell.writeOut(chunk));
		},
	};
};
