import { type JsonValue, NixError } from "@tsnix/store";
import type { MakeCommand } from "../commands";
import { configText, settingNames } from "../settings/config-text";
import { settingText } from "../settings/settings";
import { settingTable } from "../settings/table";
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
						settingNames(settings).map((setting) => [
							setting,
							{
								aliases: [...(settingTable[setting].aliases ?? [])],
								defaultValue: settingTable[setting].initial as JsonValue,
								experimentalFeature: settingTable[setting].feature ?? null,
								value: settings.get(setting) as JsonValue,
							},
						]),
					),
				);
			session.print(configText(settings).slice(0, -1));
		},
	};
};
