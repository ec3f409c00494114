import type { SourceAccessor } from "../../source-accessor";
import { createHasher, type Hash, type HashAlgorithm } from "../hash";
import { writeNar } from "./write";

/**
 * The hash and size (in bytes) of a tree's NAR: SHA-256 unless told, what Nix calls the NAR hash.
 *
 *     narHash(memoryAccessor("hello")).hash.sri()
 */
export const narHash = (
	accessor: SourceAccessor,
	path = "/",
	filter?: (path: string) => boolean,
	algorithm: HashAlgorithm = "sha256",
): { hash: Hash; size: number } => {
	const hasher = createHasher(algorithm);
	let size = 0;
	writeNar(
		accessor,
		path,
		(chunk) => {
			size += chunk.length;
			hasher.update(chunk);
		},
		filter,
	);
	return { hash: hasher.digest(), size };
};
