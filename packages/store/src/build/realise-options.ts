import type { ByteString } from "../byte-string";
import type { StorePath } from "../formats/store-path";
import type { PathInfo, SyncStore } from "../stores/store";
import type { Builder, DiffHook } from "./builder";
import type { RealiseEvent } from "./events";
import type { RealiseTarget } from "./plan";
import type { PostBuildHook } from "./post-build-hook";
import type { ServeBuilder } from "./recursive";
import type { RemoteBuilding } from "./remote/remote-building";
import type { SecretKey } from "../formats/signature";
import type { Substituter } from "./substituter";

/** What a realisation works with. Only `store`, `builders` and `system` have no default. */
export interface RealiseOptions {
	readonly store: SyncStore;
	/** The first that accepts a derivation builds it. */
	readonly builders: readonly Builder[];
	/** `x86_64-linux`: the system that builders run on. */
	readonly system: string;
	readonly extraPlatforms?: readonly string[];
	/** What derivations may ask for in `requiredSystemFeatures`. */
	readonly systemFeatures?: readonly string[];
	/** Asked in this order. Without any, everything is built. */
	readonly substituters?: readonly Substituter[];
	/** May this be taken from that substituter? Signatures are checked here; nothing is trusted unless told. */
	readonly isTrusted?: (info: PathInfo, substituter: Substituter) => boolean;
	/** Build what could not be substituted because of an error. */
	readonly fallback?: boolean;
	readonly alwaysAllowSubstitutes?: boolean;
	/** How many builds run at once: 1 unless told. */
	readonly maxJobs?: number;
	/** How many paths are fetched at once: 16 unless told. */
	readonly maxSubstitutionJobs?: number;
	/** `NIX_BUILD_CORES`: 1 unless told. */
	readonly cores?: number;
	/** Build on after a failure what does not depend on it. */
	readonly keepGoing?: boolean;
	/** Leave the folder of a build that failed, and beside a store object what a check made that differs from it. */
	readonly keepFailed?: boolean;
	/** The experimental feature `ca-derivations`. */
	readonly contentAddressedDerivations?: boolean;
	/** The experimental feature `impure-derivations`. */
	readonly impureDerivations?: boolean;
	/** Where `impureEnvVars` come from; there are none unless told. */
	readonly impureEnvironment?: (name: string) => string | undefined;
	/** `check` builds what is valid again and compares; `repair` builds it again and puts it in the old one's place. */
	readonly mode?: "normal" | "check" | "repair";
	/**
	 * How failures are told where there are several: `derivations` as `nix-build` does, which names the derivations, those
	 * given up included; `results` as `nix build` does, which names what was asked for, tells failures in the order of the
	 * targets, leaves out what was given up, and ends with 1 whatever failed. `derivations` unless told.
	 */
	readonly failureReport?: "derivations" | "results";
	/** Run where a check finds that outputs differ. */
	readonly diffHook?: DiffHook;
	/** Run after every build that succeeded, checks among them; what it returns is waited for. */
	readonly postBuildHook?: PostBuildHook;
	/** How many lines of the log a failure repeats: 25 unless told; 0 where the log was shown as it came. */
	readonly logLines?: number;
	/** Bytes of log after which a build is ended. */
	readonly maxLogSize?: number;
	/** Seconds that a build may take, and be silent for; they need `timers`. */
	readonly timeout?: number;
	readonly maxSilentTime?: number;
	readonly timers?: Timers;
	/** Keeps the logs of builds. */
	readonly logs?: LogKeeper;
	/** How the message of a failed build says where its log is: `nix log` unless told. */
	readonly logCommand?: string;
	/** Seconds since 1970, for registration times: 0 unless told. */
	readonly now?: () => number;
	/** What is built is signed with these. */
	readonly secretKeys?: readonly SecretKey[];
	/** Machines that build for this one. */
	readonly remote?: RemoteBuilding;
	/** Lets builders call Nix themselves: those that require `recursive-nix`. */
	readonly serveBuilder?: ServeBuilder;
	/** Called often; makes space where it runs out (`autoCollector`), and is waited for between builds. */
	readonly ensureSpace?: () => Promise<void>;
	readonly signal?: AbortSignal;
	readonly onEvent?: (event: RealiseEvent) => void;
}

/** Calls back after some seconds, unless cancelled by the function it gives. */
export interface Timers {
	after(seconds: number, callback: () => void): () => void;
}

/** Keeps the logs of builds somewhere. */
export interface LogKeeper {
	open(drvPath: StorePath): { write(chunk: Uint8Array): void; close(): void };
}

/** How something came to be there; in the reference's words. */
export type RealiseStatus = "Built" | "Substituted" | "AlreadyValid" | "ResolvesToAlreadyValid";

/** What was done for one target. */
export interface TargetResult {
	readonly target: RealiseTarget;
	readonly status: RealiseStatus;
	/** The paths of the wanted outputs; empty for plain paths. */
	readonly outputs: ReadonlyMap<string, StorePath>;
}

/** What a realisation did. */
export interface RealiseResult {
	/** One for each target, in their order. */
	readonly targets: readonly TargetResult[];
	/** Derivations that were built. */
	readonly built: readonly StorePath[];
	/** Paths that were substituted. */
	readonly substituted: readonly StorePath[];
	/** Wanted paths that were valid already. */
	readonly valid: readonly StorePath[];
	/** Outputs by the path of their derivation, of all derivations that were looked at. */
	readonly outputs: ReadonlyMap<string, ReadonlyMap<string, StorePath>>;
	/** The last lines of the logs of what was built, by the path of the derivation. */
	readonly logs: ReadonlyMap<string, readonly ByteString[]>;
}
