import { type JsonValue, NixError } from "@tsnix/store";
import type { MakeCommand } from "../commands";
import { allSettingNames, configText, settingNames } from "../settings/config-text";
import { settingText } from "../settings/settings";
import { experimentalFeatures, type SettingValue, settingTable } from "../settings/table";
import { UsageError } from "../usage-error";
import { JsonOptions } from "./json-flags";

/** `nix config show`: the settings. */
export const configShow: MakeCommand = ({ session }) => {
	const json = new JsonOptions(session);
	const { settings } = session;
	let name: string | undefined;
	return {
		flags: json.flags(),
		expected: [{ optional: true, arity: 1, handle: ([text]) => void (name = text) }],
		run: () => {
			if (name !== undefined) {
				if (json.json) throw new UsageError("'--json' is not supported when specifying a setting name");
				if (!settingNames(settings).includes(name))
					throw new NixError("NO_SUCH_SETTING", `could not find setting '${name}'`);
				return session.print(settingText(settings.get(name)));
			}
			if (json.json)
				return json.print(
					Object.fromEntries(
						allSettingNames.map((setting) => [
							setting,
							{
								aliases: [...(settingTable[setting].aliases ?? [])],
								defaultValue: jsonOf(setting, settingTable[setting].initial),
								documentDefault: settingTable[setting].documentDefault ?? true,
								experimentalFeature: settingTable[setting].feature ?? null,
								value: jsonOf(setting, settings.get(setting)),
							},
						]),
					),
				);
			session.print(configText(settings));
		},
	};
};

/** A setting's value as data: features in the order in which the reference lists them. */
const jsonOf = (name: string, value: SettingValue): JsonValue =>
	name === "experimental-features"
		? experimentalFeatures.filter((feature) => (value as readonly string[]).includes(feature))
		: (value as JsonValue);
