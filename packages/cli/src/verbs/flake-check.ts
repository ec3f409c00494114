import { NixError, parseStorePath } from "@tsnix/store";
import type { MakeCommand } from "../commands";
import { flakeCommand } from "./flake";

const green = "\x1b[32;1m";
const normal = "\x1b[0m";

/** `nix flake check`: whether a flake's outputs are what they have to be, and its checks can be built. */
export const flakeCheck: MakeCommand = ({ session }) => {
	let build = true;
	let allSystems = false;
	return flakeCommand(session, {
		without: [],
		flags: [
			{ long: "no-build", handle: () => void (build = false) },
			{ long: "all-systems", handle: () => void (allSystems = true) },
		],
		before: () => {
			if (build) return;
			session.readOnly = true;
			session.settings.setDefault("allow-import-from-derivation", false);
		},
		run: async (ref, options) => {
			const { settings, log } = session;
			const { storeDir } = session.commandStore;
			const found = await (await session.commands()).checkFlake(
				ref,
				{ ...options.lockOptions(), applyConfig: true },
				{
					system: session.system,
					allSystems,
					keepGoing: settings.boolean("keep-going"),
					keepImportFromDerivation: settings.isOverridden("allow-import-from-derivation"),
					showTrace: settings.boolean("show-trace"),
				},
			);
			const checks = found.toBuild.map(({ drvPath, attributes }) => ({
				drvPath: parseStorePath(drvPath, storeDir),
				attributes,
			}));
			const errors = build ? await session.builds.buildChecks(checks) : [];
			for (const error of errors) log.error(error, settings.boolean("show-trace"));
			if (found.failed || errors.length > 0)
				throw new NixError("FLAKE_CHECK", "some errors were encountered during the evaluation");
			log.info(`${green}all checks passed!${normal}`);
			if (found.omitted !== undefined) log.warn(found.omitted);
		},
	});
};
