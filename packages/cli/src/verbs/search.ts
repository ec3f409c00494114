import { type JsonValue, NixError, printJson, toBytes, fromBytes } from "@tsnix/store";
import type { MakeCommand } from "../commands";
import { highlight } from "../core";
import { UsageError } from "../usage-error";
import { InstallableOptions, packageAttributes } from "./installables";
import { JsonOptions } from "./json-flags";

const green = "\x1b[32;1m";
const bold = "\x1b[0;1m";
const normal = "\x1b[0m";

/** `nix search`: packages by what their attribute paths, names and descriptions say. */
export const search: MakeCommand = ({ session }) => {
	const options = new InstallableOptions(session, (system) => ({
		...packageAttributes(system),
		defaults: [`packages.${system}`, `legacyPackages.${system}`],
	}));
	const json = new JsonOptions(session);
	const excluded: string[] = [];
	let installable = ".";
	let patterns: readonly string[] = [];
	return {
		flags: [
			...options.flags(),
			...json.flags(),
			{ long: "exclude", short: "e", arity: 1, handle: (regex) => void excluded.push(regex) },
		],
		expected: [
			{ optional: true, arity: 1, handle: ([text]) => void (installable = text) },
			{ arity: "any", handle: (regexes) => void (patterns = regexes) },
		],
		run: async () => {
			session.readOnly = true;
			session.settings.setDefault("allow-import-from-derivation", false);
			const [found] = await options.installables([installable]);
			if (patterns.length === 0)
				throw new UsageError(
					"Must provide at least one regex! To match all packages, use 'nix search <installable> ^'.",
				);
			const roots = (await found.values?.()) ?? [{ value: await found.value(), attribute: "" }];
			const commands = await session.commands();
			const out: Record<string, JsonValue> = {};
			let results = 0;
			for (const { value, attribute } of roots) {
				const path = attribute === "" ? [] : attribute.split(".");
				for (const one of await commands.search(value, path, patterns, excluded)) {
					const { attrPath, name, version, description } = one;
					results++;
					if (json.json) {
						const text = { pname: fromBytes(name), version: fromBytes(version), description: fromBytes(description) };
						out[fromBytes(attrPath)] = { description: text.description, pname: text.pname, version: text.version };
						continue;
					}
					if (results > 1) session.print("");
					const shown = highlight(attrPath, one.attrPathMatches, green, bold);
					session.print(`* ${bold}${shown}${normal}${version === "" ? "" : ` (${version})`}`);
					if (description !== "") session.print(`  ${highlight(description, one.descriptionMatches, green, normal)}`);
				}
			}
			if (json.json) {
				const sorted = Object.fromEntries(Object.entries(out).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
				session.print(toBytes(printJson(sorted, json.isPretty ? 2 : 0)));
			} else if (results === 0) throw new NixError("NO_RESULTS", "no results for the given search term(s)!");
		},
	};
};
