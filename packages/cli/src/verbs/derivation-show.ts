import { derivationJsonVersion, derivationToJSON, isDerivationPath, type JsonValue } from "@tsnix/store";
import type { MakeCommand } from "../commands";
import { closure } from "../core";
import { argumentsOr, derivationsOf, InstallableOptions } from "./installables";
import { JsonOptions } from "./json-flags";

/** `nix derivation show`: derivations as JSON. */
export const derivationShow: MakeCommand = ({ session }) => {
	const options = new InstallableOptions(session);
	const json = new JsonOptions(session);
	let installables: readonly string[] = [];
	let recursive = false;
	let stdin = false;
	return {
		flags: [
			...options.flags(),
			...json.flags(false),
			{ long: "stdin", handle: () => void (stdin = true) },
			{ long: "recursive", short: "r", handle: () => void (recursive = true) },
		],
		expected: [{ arity: "any", handle: (args) => void (installables = args) }],
		run: async () => {
			const found = await options.installables(argumentsOr(session, installables, stdin));
			const { store } = session;
			let paths = await derivationsOf(session, found);
			if (recursive) paths = closure(store, paths);
			const derivations: Record<string, JsonValue> = {};
			for (const path of paths)
				if (isDerivationPath(path)) derivations[path.baseName] = derivationToJSON(store.readDerivation(path));
			json.print({ derivations, version: derivationJsonVersion });
		},
	};
};
