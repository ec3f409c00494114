import type { StorePath } from "../../formats/store-path";
import type { PathInfo } from "../store";

/** What a path's NAR has to be; a size of 0 is not known. */
export type NarHash = Pick<PathInfo, "narHash" | "narSize">;

/** A path that becomes valid; `outputs` are those of a derivation whose paths are known. */
export interface Registration {
	readonly info: PathInfo;
	readonly outputs?: ReadonlyMap<string, StorePath | undefined> | undefined;
}

/**
 * Where a local store keeps what is valid. Files without an entry here count as not there; an entry is made only once
 * the files are complete.
 */
export interface PathRegistry {
	has(path: StorePath): boolean;
	query(path: StorePath): PathInfo | undefined;
	/** What is known of several, where that is to be had for less than one by one. */
	queryMany?(paths: readonly StorePath[]): (PathInfo | undefined)[];
	all(): StorePath[];
	/** Which of these are valid, where that can be told for less than one by one. */
	valid?(paths: readonly StorePath[]): StorePath[];
	/** The NAR hash and size of every valid path by base name, where that can be told for less than one by one. */
	narHashes?(): Map<string, NarHash>;
	referrers(path: StorePath): StorePath[];
	fromHashPart(hashPart: string): StorePath | undefined;
	/** Make paths valid, or change what is known of them: all or none. They may refer to each other. */
	register(registrations: readonly Registration[]): void;
	/** The derivations with that path among their outputs, where the registry knows. */
	validDerivers?(path: StorePath): StorePath[];
	/** The known outputs of a derivation by name, where the registry knows. */
	derivationOutputs?(drvPath: StorePath): Map<string, StorePath>;
	/** Make a path invalid again. Throws {@link PathInUseError} where other valid paths refer to it. */
	forget(path: StorePath): void;
	queryRealisation(outputId: string): StorePath | undefined;
	/** The signatures of a realisation that is known. */
	realisationSignatures?(outputId: string): readonly string[];
	registerRealisation(outputId: string, path: StorePath, signatures: readonly string[]): void;
	close?(): void;
}
