import { derivationFromJSON, derivationText, fromBytes, parseJson } from "@tsnix/store";
import type { MakeCommand } from "../commands";

/** `nix derivation add`: writes a derivation, given as JSON on standard input, to the store. */
export const derivationAdd: MakeCommand = ({ session }) => {
	let dryRun = false;
	return {
		flags: [{ long: "dry-run", handle: () => void (dryRun = true) }],
		run: () => {
			const { store } = session;
			const drv = derivationFromJSON(parseJson(fromBytes(session.input())));
			const path = dryRun ? derivationText(drv, store.storeDir).path : store.addDerivation(drv);
			session.print(path.toString(store.storeDir));
		},
	};
};
