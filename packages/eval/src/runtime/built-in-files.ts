import { type MemoryTree, memoryAccessor, type SourceAccessor } from "@tsnix/store";
import { derivationSource } from "../builtins/derivation-source";
import { fetchurlSource } from "../builtins/fetchurl-source";
import type { PathRoot } from "./values";

const tree = (id: PathRoot["id"], prefix: string, suffix: string, files: MemoryTree): PathRoot => {
	const inner = memoryAccessor(files);
	const accessor: SourceAccessor = {
		lstat: (path) => inner.lstat(path),
		readFile: (path) => inner.readFile(path),
		readDirectory: (path) => inner.readDirectory(path),
		readLink: (path) => inner.readLink(path),
		showPath: (path) => `${prefix}${path}${suffix}`,
	};
	return { id, prefix, accessor };
};

/** Where `<nix/…>` leads. */
export const corepkgs: PathRoot = tree("corepkgs", "<nix", ">", { "fetchurl.nix": fetchurlSource });

/** The evaluator's own Nix code. */
export const internalFiles: PathRoot = tree("internal", "\xc2\xabnix-internal\xc2\xbb", "", {
	"derivation-internal.nix": derivationSource,
});
