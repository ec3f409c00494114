import { requireStat, showPath } from "../accessors/access";
import { StoreError } from "../errors";
import type { SourceAccessor } from "../source-accessor";
import type { FileIngestionMethod } from "./content-address";
import { gitEntry } from "./git-hash";
import { createHasher, type Hash, type HashAlgorithm, hashBytes } from "./hash";
import { narHash } from "./nar/hash";

/**
 * The hash of a tree by one of the ingestion methods (`text` is as `flat`), NAR and SHA-256 unless told. `flat` needs
 * a regular file.
 *
 *     hashPath(memoryAccessor("hello"), "/", { method: "flat", algorithm: "sha1" })
 */
export const hashPath = (
	accessor: SourceAccessor,
	path: string,
	options: {
		readonly method?: FileIngestionMethod;
		readonly algorithm?: HashAlgorithm;
		readonly filter?: (path: string) => boolean;
	} = {},
): Hash => {
	const { method = "nar", algorithm = "sha256", filter } = options;
	if (method === "nar") return narHash(accessor, path, filter, algorithm).hash;
	if (method === "git") return gitEntry(accessor, path, algorithm, filter).hash;
	const stat = requireStat(accessor, path);
	if (stat.kind !== "regular") {
		throw new StoreError("WRONG_FILE_KIND", `path '${showPath(accessor, path)}' is not a regular file`);
	}
	if (accessor.readFileChunks === undefined) return hashBytes(algorithm, accessor.readFile(path));
	const hasher = createHasher(algorithm);
	for (const chunk of accessor.readFileChunks(path)) hasher.update(chunk);
	return hasher.digest();
};
