/** Nix as a library. */
export { createNix, type Nix, type NixRequest, type Realisable } from "./instance/create-nix";
export { LazyValue } from "./instance/lazy-value";
export type { NixEvent, NixOptions } from "./instance/options";
export type { Instantiated, Request, Source, ValueInfo } from "./engine/engine";
export type { Form } from "./engine/render";
export type { Plain } from "./engine/to-plain";
export { EvaluationError, type PlainPosition } from "./worker/errors";
export { memoryStore, NixError, type RealiseResult, type SyncStore } from "@tsnix/store";
export {
	FlakeApi,
	type FlakeCheck,
	type FlakeCheckOptions,
	type FlakeLock,
	type FlakeLockOptions,
} from "./instance/flake-api";
export type { CheckedKind, CheckedOutput } from "./flake/check";
export type { FlakeShow } from "./engine/operations";
export { type FlakeRef, flakeRefFromAttrs, flakeRefToAttrs, flakeRefToString, parseFlakeRef } from "./flake/ref";
export { diffLocks, type LockChange, renderLockDiff } from "./flake/lock-diff";
export * from "./lock-tools/index";
export { editFlakeInputs, type FlakeInputChange } from "@tsnix/eval";
export { parseLockFile, writeLockFile } from "./flake/lock-file";
export type { LockEdge, LockGraph, LockNode } from "./flake/lock-graph";
export { javascriptBuilder } from "@tsnix/store";
