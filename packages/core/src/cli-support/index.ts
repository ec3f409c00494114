/** What the command line uses beside the public API. */

export type { CheckToBuild } from "../flake/check";
export { buildChecks } from "../flake/check-builds";
export { parseJsonTree } from "../flake/json-tree";
export { type RegistryPlaces, registryPlaces } from "../registry/registry-places";
export { type BuildSettings, buildOptions } from "./builders";
export type { CommandArgument, CommandSource, PlainDerivedPath, PlainTree } from "./command-source";
export { type Commands, type CommandsOptions, openCommands } from "./commands";
export type { PlainCheckOptions, PlainFlakeCheck } from "./flake-check";
export type { AppliedConfig, FlakeConfig } from "./flake-config";
export type { PlainLockOptions } from "./flakes";
export { type CommandStore, openCommandStore, type StoreSurroundings } from "./open-store";
export { addPermanentRoot, followLinksToStore, replaceLink } from "./perm-root";
export { restoreNar } from "./restore";
export {
	closure,
	closureSize,
	deriverOf,
	outputsOf,
	referencesFirst,
	requireOutputs,
	requirePathInfo,
	validDerivers,
} from "./store-queries";
export { referenceTree } from "./store-tree";
