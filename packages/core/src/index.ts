/** Nix as a library. */
export { createNix, type Nix, type NixRequest, type Realisable } from "./instance/create-nix";
export { LazyValue } from "./instance/lazy-value";
export type { NixEvent, NixOptions } from "./instance/options";
export type { Instantiated, Request, Source, ValueInfo } from "./engine/engine";
export type { Form } from "./engine/render";
export type { Plain } from "./engine/to-plain";
export { EvaluationError, type PlainPosition } from "./worker/errors";
export { memoryStore, NixError, type RealiseResult, type SyncStore } from "@tsnix/store";
