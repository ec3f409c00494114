import { type Settings, settingText } from "./settings";
import { settingTable } from "./table";

/** The names of the settings there are, sorted; those of features that are off are left out. */
export const settingNames = (settings: Settings): string[] =>
	Object.keys(settingTable)
		.filter((name) => {
			const { feature } = settingTable[name];
			return feature === undefined || settings.enabled(feature);
		})
		.sort();

/** All settings, one a line: what `nix config show` prints, and hooks find in `NIX_CONFIG`. */
export const configText = (settings: Settings): string =>
	settingNames(settings)
		.map((name) => `${name} = ${settingText(settings.get(name))}\n`)
		.join("");
