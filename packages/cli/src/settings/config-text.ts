import { type Settings, settingText } from "./settings";
import { type SettingValue, settingTable } from "./table";

/** The names of all settings, sorted. */
export const allSettingNames: readonly string[] = Object.keys(settingTable).sort();

/** The names of the settings there are, sorted; those of features that are off are left out. */
export const settingNames = (settings: Settings): string[] =>
	Object.keys(settingTable)
		.filter((name) => {
			const { feature } = settingTable[name];
			return feature === undefined || settings.enabled(feature);
		})
		.sort();

/** All settings, one a line: what `nix config show` prints, and hooks find in `NIX_CONFIG`. */
export const configText = (settings: Settings): string => textOfSettings(settings, settingNames(settings));

/** The same for other processes of ours, which need not say that one of them is deprecated. */
export const ownConfigText = (settings: Settings): string =>
	textOfSettings(
		settings,
		settingNames(settings).filter((name) => name !== "warn-short-path-literals"),
	);

const textOfSettings = (settings: Settings, names: readonly string[]): string =>
	names.map((name) => `${name} = ${textOf(name, settings.get(name))}\n`).join("");

const textOf = (name: string, value: SettingValue): string =>
	name === "external-builders" ? JSON.stringify(value) : settingText(value);
