import { createHasher, fsAccessor, type NamedFs, stringToBytes, writeNar } from "@tsnix/store";
import type { Input } from "../input";
import { noRev, type WorktreeInfo } from "./worktree";

/** A string as NARs hold it: its length in eight bytes, the bytes, and zeroes up to a multiple of eight. */
const framed = (text: string): Uint8Array => {
	const out = new Uint8Array(8 + Math.ceil(text.length / 8) * 8);
	new DataView(out.buffer).setUint32(0, text.length, true);
	out.set(stringToBytes(text), 8);
	return out;
};

/** A byte as the reference compares them in paths: signed, but `/` before all that a name can hold. */
const rank = (path: string, at: number): number => {
	const byte = path.charCodeAt(at);
	return byte === 0x2f ? 0 : byte > 127 ? byte - 256 : byte;
};

/** The order in which the reference goes through the paths of a worktree. Byte strings. */
export const comparePaths = (a: string, b: string): number => {
	const shorter = Math.min(a.length, b.length);
	for (let i = 0; i < shorter; i++) {
		const difference = rank(a, i) - rank(b, i);
		if (difference !== 0) return difference;
	}
	return a.length - b.length;
};

/**
 * A name for the contents of a worktree with changes: the revision they are changes of, and a hash of the files that
 * differ. Undefined where there are submodules, which may have changes of their own.
 */
export const dirtyFingerprint = (fs: NamedFs, root: string, info: WorktreeInfo, input: Input): string | undefined => {
	if (info.submodules.length > 0) return undefined;
	const rev = info.headRev ?? noRev;
	const base = input.scheme?.fingerprint?.({ ...input, attrs: { ...input.attrs, rev } });
	const hasher = createHasher("sha512");
	const files = fsAccessor(fs, root);
	for (const file of [...info.dirtyFiles].sort(comparePaths)) {
		hasher.update(framed("modified:"));
		hasher.update(framed(`/${file}`));
		writeNar(files, `/${file}`, (chunk) => hasher.update(chunk));
	}
	for (const file of [...info.deletedFiles].sort(comparePaths)) {
		hasher.update(framed("deleted:"));
		hasher.update(framed(`/${file}`));
	}
	return `${base};d=${hasher.digest().base16()}`;
};
