import { type JsonValue, NixError } from "@tsnix/store";
import type { MakeCommand } from "../commands";
import { settingText } from "../settings/settings";
import { settingTable } from "../settings/table";
import { UsageError } from "../usage-error";
import { JsonOptions } from "./json-flags";

/** `nix config show`: the settings. */
export const configShow: MakeCommand = ({ session }) => {
	const json = new JsonOptions(session);
	const { settings } = session;
	let name: string | undefined;
	const names = (): string[] =>
		Object.keys(settingTable)
			.filter((setting) => {
				const { feature } = settingTable[setting];
				return feature === undefined || settings.enabled(feature);
			})
			.sort();
	return {
		flags: json.flags(),
		expected: [{ optional: true, arity: 1, handle: ([text]) => void (name = text) }],
		run: () => {
			if (name !== undefined) {
				if (json.json) throw new UsageError("'--json' is not supported when specifying a setting name");
				if (!names().includes(name)) throw new NixError("NO_SUCH_SETTING", `could not find setting '${name}'`);
				return session.print(settingText(settings.get(name)));
			}
			if (json.json)
				return json.print(
					Object.fromEntries(
						names().map((setting) => [
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
			for (const setting of names()) session.print(`${setting} = ${settingText(settings.get(setting))}`);
		},
	};
};
