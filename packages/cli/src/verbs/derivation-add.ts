import {
	checkOutputs as checkDerivationOutputs,
	derivationFromJSON,
	derivationText,
	fillOutputs,
	fromBytes,
	parseJson,
	type StorePath,
	traced,
} from "@tsnix/store";
import type { MakeCommand } from "../commands";
import { parseJsonTree } from "../core";

/** `nix derivation add`: writes a derivation, given as JSON on standard input, to the store. */
export const derivationAdd: MakeCommand = ({ session }) => {
	let dryRun = false;
	return {
		flags: [{ long: "dry-run", handle: () => void (dryRun = true) }],
		run: () => {
			const { store } = session;
			const input = session.input();
			parseJsonTree(input); // what is no JSON is told as everywhere
			const given = derivationFromJSON(parseJson(fromBytes(input)));
			const kinds = new Set([...given.outputs.values()].map(({ kind }) => kind));
			if (kinds.has("impure")) session.requireFeature("impure-derivations");
			if (kinds.has("floating")) session.requireFeature("ca-derivations");
			const lookup = (path: StorePath) => store.readDerivation(path);
			const drv = fillOutputs(given, lookup, new Map(), store.storeDir);
			traced(`while checking derivation from JSON with name '${drv.name}'`, () =>
				checkDerivationOutputs(drv, lookup, new Map(), store.storeDir),
			);
			const path = dryRun ? derivationText(drv, store.storeDir).path : store.addDerivation(drv);
			session.print(path.toString(store.storeDir));
		},
	};
};
