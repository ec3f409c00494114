/** Nix as a library. */

export { editFlakeInputs, type FlakeInputChange } from "@tsnix/eval";
export { javascriptBuilder, memoryStore, NixError, type RealiseResult, type SyncStore } from "@tsnix/store";
export { type BuiltinDoc, builtinDocs } from "./engine/builtin-docs";
export type { Instantiated, Request, Source, ValueInfo } from "./engine/engine";
export type { FlakeShow } from "./engine/operations";
export type { Form } from "./engine/render";
export type { Plain } from "./engine/to-plain";
export type { CheckedKind, CheckedOutput } from "./flake/check";
export { diffLocks, type LockChange, renderLockDiff } from "./flake/lock-diff";
export { parseLockFile, writeLockFile } from "./flake/lock-file";
export type { LockEdge, LockGraph, LockNode } from "./flake/lock-graph";
export { type FlakeRef, flakeRefFromAttrs, flakeRefToAttrs, flakeRefToString, parseFlakeRef } from "./flake/ref";
export { createNix, type Nix, type NixRequest, type Realisable } from "./instance/create-nix";
export {
	FlakeApi,
	type FlakeCheck,
	type FlakeCheckOptions,
	type FlakeLock,
	type FlakeLockOptions,
} from "./instance/flake-api";
export { LazyValue } from "./instance/lazy-value";
export type { BuildingOptions, NixEvent, NixOptions } from "./instance/options";
export * from "./lock-tools/index";
export { EvaluationError, type PlainPosition } from "./worker/errors";
