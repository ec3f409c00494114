/** Flakes: references, lock files, locking, calling, and what the commands show of them. */
export { type AttrCursor, outputsCursor } from "./attr-cursor";
export { type Builtin, flakeBuiltins, type FlakeBuiltinsOptions } from "./builtins";
export { builtinGetFlake } from "./builtin-get-flake";
export { type CallWorld, callFlake } from "./call";
export {
	type CheckedKind,
	type CheckedOutput,
	type CheckOptions,
	checkOutputs,
	type CheckReporter,
	type CheckResult,
	type CheckToBuild,
	omittedSystemsWarning,
} from "./check";
export { buildChecks, type ChecksBuilt } from "./check-builds";
export { adoptError, BadFlakeRefError, FlakeError, LockFileError, UsageError } from "./errors";
export type { FlakeFs } from "./find-flake";
export { flakeFingerprint } from "./fingerprint";
export type { ConfigValue, Flake, FlakeFile, FlakeInput, FlakeInputs } from "./flake";
export { readFlakeFile } from "./flake-file";
export type { FlakeFileContext, NamedValue } from "./flake-inputs";
export { type InputPath, parseInputPath, printInputPath } from "./input-path";
export { type LockedFlake, type LockOptions, lockFlake, lockFlakeSync, lockingFlake } from "./lock";
export { diffLocks, type LockChange, type LockTarget, renderLockDiff } from "./lock-diff";
export {
	findUnlocked,
	lockFileData,
	lockFilesEqual,
	type ParseLockFileOptions,
	parseLockFile,
	writeLockFile,
} from "./lock-file";
export {
	addInput,
	allInputs,
	checkFollows,
	emptyLockGraph,
	findInput,
	type LockEdge,
	type LockedInput,
	type LockGraph,
	type LockNode,
	removeInput,
} from "./lock-graph";
export { type LockEffect, type Locking, runLocking, runLockingSync } from "./locking";
export { type FlakeMetadata, flakeMetadata, type MetadataTextOptions, metadataJson, metadataText } from "./metadata";
export * from "./ref";
export { type ShowOptions, type ShowTextOptions, showJson, showText } from "./show";
export type { FlakeWorld, WriteLockRequest } from "./world";
export { type LockWriter, writeLockOnHost } from "./write-lock";
