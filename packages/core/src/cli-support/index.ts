/** What the command line uses beside the public API. */

export { parseDrvName } from "@tsnix/eval/internal";
export { isLocked, parseNetrc, printReason, reasonOf } from "@tsnix/fetchers";
export { nodeRequests, proxiesOf } from "@tsnix/fetchers/node";
export type { CheckToBuild } from "../flake/check";
export { buildChecks } from "../flake/check-builds";
export { traced } from "../flake/errors";
export { parseJsonTree } from "../flake/json-tree";
export { type FlakeRef, flakeRefsEqual, flakeRefToString, parseFlakeRef } from "../flake/ref";
export * from "../profile";
export { type RegistryPlaces, registryPlaces } from "../registry/registry-places";
export type { ReplOutcome } from "../repl/repl";
export type { ReplBuild } from "../repl/repl-host";
export * from "../shells";
export type { PlainApp } from "./apps";
export { type BuildSettings, buildOptions } from "./builders";
export type { PlainBundle } from "./bundle";
export { nodeCacheCodecs } from "./cache-codecs";
export { nodeJobTools } from "./job-tools";
export type { CommandArgument, CommandSource, PlainDerivedPath, PlainTree } from "./command-source";
export { type Commands, type CommandsOptions, openCommands, type ReplService } from "./commands";
export { diffClosures } from "./diff-closures";
export { compareVersions, type DrvName, drvName, type Selector, selector } from "./environment/drv-selector";
export type { PlainElement, PlainMeta } from "./environment/package-elements";
export { externalBuilders } from "./external-builders";
export { type ClosureStores, fetchClosure } from "./fetch-closure";
export type { PlainCheckOptions, PlainFlakeCheck } from "./flake-check";
export type { AppliedConfig, FlakeConfig } from "./flake-config";
export type { PlainPackage } from "./flake-package";
export type { PlainLockOptions } from "./flakes";
export { type CacheSurroundings, openCache, openSubstituter } from "./open-cache";
export { connectBlocking } from "../worker/connection";
export type { RemoteSurroundings } from "./open-remote";
export {
	type CommandStore,
	daemonSocket,
	openCommandStore,
	removeThreadsRoots,
	type StoreSurroundings,
} from "./open-store";
export type { PlainPosition } from "./package-position";
export { addPermanentRoot, canonical, followLinksToStore, pathExists, replaceLink } from "./perm-root";
export type { RemoteBuilds, Watch } from "./remote-builds";
export { restoreNar } from "./restore";
export { type FoundPackage, highlight } from "./search";
export type { commandEvaluation } from "./serve-commands";
export { type ServeSettings, serveHost, serveWaitingHost } from "./serve-host";
export type { LocalServing } from "./serve-local";
export { dotGraph, gcReferrers, graphMl } from "./store-graph";
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
export { parseStoreReference, renderStoreReference, type StoreReference } from "./store-reference";
export { shownStoreUrl } from "./store-settings";
export { referenceTree } from "./store-tree";
export { authorized, type TransferSettings } from "./transfer-settings";
export { type WhyDependsOptions, whyDepends } from "./why-depends";
