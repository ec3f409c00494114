import { rmSync } from "node:fs";
import type { MakeCommand } from "../commands";
import { buildEnvironmentJson } from "../core";
import { Development } from "./development";
import { temporaryFolder } from "../temporary-files";
import { JsonOptions } from "./json-flags";

/** `nix print-dev-env`: the environment of a derivation's build, as code for bash or as JSON. */
export const printDevEnv: MakeCommand = ({ session }) => {
	const development = new Development(session);
	const json = new JsonOptions(session);
	let installable = ".";
	return {
		flags: [...development.flags(), ...json.flags()],
		expected: [{ optional: true, arity: 1, handle: ([text]) => void (installable = text) }],
		run: async () => {
			const [found] = await development.options.installables([installable]);
			const { environment } = await development.environment(found);
			if (json.json) return json.print(buildEnvironmentJson(environment));
			const folder = temporaryFolder(session, "nix-dev-env");
			try {
				session.print(await development.script(environment, folder));
			} finally {
				rmSync(Buffer.from(folder, "latin1"), { recursive: true });
			}
		},
	};
};
