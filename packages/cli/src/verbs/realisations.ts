import { type Realisation, realisationToJSON, renderOutputId } from "@tsnix/store";
import type { MakeCommand } from "../commands";
import { JsonOptions } from "./json-flags";
import { StorePathOptions } from "./store-paths";

/** `nix realisation info`: what outputs of derivations were realised to. */
export const realisationInfo: MakeCommand = ({ session }) => {
	const options = new StorePathOptions(session);
	const json = new JsonOptions(session);
	return {
		flags: [...options.flags(), ...json.flags()],
		expected: options.expected,
		run: async () => {
			session.requireFeature("ca-derivations");
			const source = await session.stores.anyStore();
			const { infos, realised } = await options.realisedInfos(source);
			const found: Realisation[] = [];
			for (const id of realised) {
				const realisation = await source.queryRealisationInfo?.(id);
				if (realisation !== undefined) found.push(realisation);
			}
			const { storeDir } = session.store;
			const outputs = new Set(found.map(({ outPath }) => outPath.baseName));
			const opaque = infos.flatMap(({ path }) => (outputs.has(path.baseName) ? [] : [path.toString(storeDir)]));
			if (json.json) json.print([...opaque.map((opaquePath) => ({ opaquePath })), ...found.map(realisationToJSON)]);
			else {
				for (const path of opaque) session.print(path);
				for (const { id, outPath } of found) session.print(`${renderOutputId(id)} ${outPath.toString(storeDir)}`);
			}
		},
	};
};
