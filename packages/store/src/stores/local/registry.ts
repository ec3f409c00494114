import type { StorePath } from "../../formats/store-path";
import type { PathInfo } from "../store";

/**
 * Where a local store keeps what is valid. Files without an entry here count as not there; an entry is made only once
 * the files are complete.
 */
export interface PathRegistry {
	has(path: StorePath): boolean;
	query(path: StorePath): PathInfo | undefined;
	all(): StorePath[];
	referrers(path: StorePath): StorePath[];
	fromHashPart(hashPart: string): StorePath | undefined;
	/** `outputs` are those of a derivation whose paths are known. */
	register(info: PathInfo, outputs?: ReadonlyMap<string, StorePath | undefined>): void;
	/** Make a path invalid again, before its files are replaced. */
	forget(path: StorePath): void;
	queryRealisation(outputId: string): StorePath | undefined;
	registerRealisation(outputId: string, path: StorePath): void;
}
