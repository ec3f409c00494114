import { requireStat } from "../accessors/access";
import { bytesToString } from "../byte-string";
import type { SourceAccessor } from "../source-accessor";
import type { FileIngestionMethod } from "./content-address";
import { gitEntry } from "./git-hash";
import { createHasher, type Hash, type HashAlgorithm } from "./hash";
import { writeNar } from "./nar/write";

/** So many bytes are searched at once. */
const pieceSize = 1 << 18;

/**
 * Hashes a stream that may contain its own name: every occurrence of `self` counts as zeros. That is how a
 * content-addressed store object that refers to itself gets its hash. (The manual has the places of the occurrences
 * hashed after the contents; the reference at 2.34.8 does not.)
 */
export const createSelfReferenceHasher = (
	algorithm: HashAlgorithm,
	self: string,
): { update(data: Uint8Array): void; digest(): Hash } => {
	const hasher = createHasher(algorithm);
	const keep = self.length - 1;
	let held: Uint8Array = new Uint8Array(0);
	const release = (size: number): void => {
		if (size <= 0) return;
		hasher.update(held.subarray(0, size));
		held = held.slice(size);
	};
	const take = (piece: Uint8Array): void => {
		const joined = new Uint8Array(held.length + piece.length);
		joined.set(held);
		joined.set(piece, held.length);
		held = joined;
		const text = bytesToString(joined);
		for (let at = text.indexOf(self); at >= 0; at = text.indexOf(self, at + self.length))
			held.fill(0, at, at + self.length);
		release(held.length - keep);
	};
	return {
		update: (data) => {
			for (let at = 0; at < data.length; at += pieceSize) take(data.subarray(at, at + pieceSize));
		},
		digest: () => {
			release(held.length);
			return hasher.digest();
		},
	};
};

/** The hash in a tree's content address: as {@link hashPath}, but occurrences of `self` (its hash part) do not count. */
export const hashPathModuloSelf = (
	accessor: SourceAccessor,
	path: string,
	options: { readonly method: FileIngestionMethod; readonly algorithm: HashAlgorithm; readonly self: string },
): Hash => {
	const { method, algorithm, self } = options;
	if (method === "git") return gitEntry(accessor, path, algorithm).hash;
	const hasher = createSelfReferenceHasher(algorithm, self);
	if (method === "nar") writeNar(accessor, path, hasher.update);
	else if (requireStat(accessor, path).kind === "regular")
		for (const piece of accessor.readFileChunks?.(path) ?? [accessor.readFile(path)]) hasher.update(piece);
	return hasher.digest();
};
