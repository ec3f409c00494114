import type { SourceAccessor } from "../../source-accessor";
import { createHasher, type Hash, type HashAlgorithm, hashBytes } from "../hash";
import { type NarCopy, writeNar } from "./write";

/**
 * The hash and size (in bytes) of a tree's NAR: SHA-256 unless told, what Nix calls the NAR hash. `copy` is told what
 * the tree holds.
 *
 *     narHash(memoryAccessor("hello")).hash.sri()
 */
export const narHash = (
	accessor: SourceAccessor,
	path = "/",
	filter?: (path: string) => boolean,
	algorithm: HashAlgorithm = "sha256",
	copy?: NarCopy,
): { hash: Hash; size: number } => {
	let hasher: ReturnType<typeof createHasher> | undefined;
	let whole: Hash | undefined;
	let size = 0;
	writeNar(
		accessor,
		path,
		(chunk, last) => {
			size += chunk.length;
			// Most trees are one chunk, and one call hashes that for less.
			if (last && hasher === undefined) whole = hashBytes(algorithm, chunk);
			else (hasher ??= createHasher(algorithm)).update(chunk);
		},
		filter,
		copy,
	);
	return { hash: whole ?? (hasher ?? createHasher(algorithm)).digest(), size };
};
