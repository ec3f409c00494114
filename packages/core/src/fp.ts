/**
 * The library for those who write with fp-ts: the same functions, whose failures are values. Operations of an
 * instance are ReaderTaskEithers of it:
 *
 *     const version = pipe(evaluate("builtins.nixVersion"), RTE.map(String))
 *     await version(createNix())()          // right("2.34.8")
 */
import { editFlakeInputs as editFlakeInputsThrowing } from "@tsnix/eval";
import { diffLocks as diffLocksPlain } from "./flake/lock-diff";
import { parseLockFile as parseLockFileThrowing } from "./flake/lock-file";
import { parseFlakeRef as parseFlakeRefThrowing } from "./flake/ref";
import type { Nix, NixRequest, Realisable } from "./instance/create-nix";
import type { FlakeCheckOptions, FlakeLockOptions } from "./instance/flake-api";
import { liftReader, liftSync } from "./instance/lift";

export { createNix } from "./instance/create-nix";

/** As {@link Nix.evaluate}. */
export const evaluate = liftReader((nix: Nix, request: NixRequest) => nix.evaluate(request));
/** As {@link Nix.evaluateLazy}. */
export const evaluateLazy = liftReader((nix: Nix, request: NixRequest) => nix.evaluateLazy(request));
/** As {@link Nix.instantiate}. */
export const instantiate = liftReader((nix: Nix, request: NixRequest) => nix.instantiate(request));
/** As {@link Nix.instantiateAll}. */
export const instantiateAll = liftReader((nix: Nix, request: NixRequest) => nix.instantiateAll(request));
/** As {@link Nix.realise}. */
export const realise = liftReader((nix: Nix, wanted: Realisable | readonly Realisable[]) => nix.realise(wanted));
/** As `nix.flake.lock`. */
export const lockFlake = liftReader((nix: Nix, ref: string, options?: FlakeLockOptions) => nix.flake.lock(ref, options));
/** As `nix.flake.check`. */
export const checkFlake = liftReader((nix: Nix, ref: string, options?: FlakeCheckOptions) => nix.flake.check(ref, options));
/** As `nix.flake.metadata`. */
export const flakeMetadata = liftReader((nix: Nix, ref: string) => nix.flake.metadata(ref));

/** As `parseFlakeRef` of the library, as an Either. */
export const parseFlakeRef = liftSync(parseFlakeRefThrowing);
/** As `parseLockFile` of the library, as an Either. */
export const parseLockFile = liftSync(parseLockFileThrowing);
/** As these of the library; they cannot fail. */
export { checkLockPolicy, dedupeInputs, inputFacts, pullRequestText } from "./lock-tools/index";
/** As `editFlakeInputs` of the library, as an Either. */
export const editFlakeInputs = liftSync(editFlakeInputsThrowing);
/** As `diffLocks` of the library; it cannot fail. */
export const diffLocks = diffLocksPlain;
