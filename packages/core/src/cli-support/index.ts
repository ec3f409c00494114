/** What the command line uses beside the public API. */
export { type BuildSettings, buildOptions } from "./builders";
export type { CommandArgument, CommandSource, PlainDerivedPath, PlainTree } from "./command-source";
export { type Commands, type CommandsOptions, openCommands } from "./commands";
export { type CommandStore, openCommandStore, type StoreSurroundings } from "./open-store";
export { addPermanentRoot, followLinksToStore, replaceLink } from "./perm-root";
