import { bytesToString } from "@tsnix/store";
import { GitError } from "../errors";
import { idAt } from "./tree";

/** A file that Git tracks, as it was when it was last looked at. */
export interface IndexEntry {
	readonly path: string;
	readonly mode: number;
	readonly id: string;
	/** Bytes, modulo 2^32. */
	readonly size: number;
	/** 0 where it is not known. */
	readonly ctimeSeconds: number;
	readonly mtimeSeconds: number;
	readonly mtimeNanoseconds: number;
	/** `git update-index --assume-unchanged` */
	readonly assumeUnchanged: boolean;
	readonly skipWorktree: boolean;
	readonly intentToAdd: boolean;
	/** 0, or the side of a conflict. */
	readonly stage: number;
}

/** The index of a repository: what is staged. */
export interface GitIndex {
	readonly entries: readonly IndexEntry[];
	/** The tree that the whole index amounts to, where Git noted it. */
	readonly tree: string | undefined;
}

const rootOfCacheTree = (data: Uint8Array): string | undefined => {
	// "\0COUNT SUBTREES\nID": COUNT is -1 where the tree is out of date.
	const line = bytesToString(data.subarray(1, Math.max(1, data.indexOf(10))));
	const end = data.indexOf(10);
	return data[0] !== 0 || end === -1 || line.startsWith("-") ? undefined : idAt(data, end + 1);
};

/** Parse an index file, versions 2 to 4 (Git's `gitformat-index`). Throws {@link GitError} for anything else. */
export const parseIndex = (data: Uint8Array): GitIndex => {
	const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
	const damaged = () => new GitError("BAD_INDEX", "damaged Git index");
	if (data.length < 32 || view.getUint32(0) !== 0x44495243) throw damaged();
	const version = view.getUint32(4);
	if (version < 2 || version > 4) throw new GitError("BAD_INDEX", `unsupported version ${version} of the Git index`);
	const count = view.getUint32(8);
	const entries: IndexEntry[] = [];
	let at = 12;
	let previous = "";
	for (let n = 0; n < count; n++) {
		if (at + 62 > data.length) throw damaged();
		const start = at;
		const flags = view.getUint16(at + 60);
		const extended = (flags & 0x4000) !== 0 ? view.getUint16(at + 62) : 0;
		let name = at + ((flags & 0x4000) !== 0 ? 64 : 62);
		let path: string;
		if (version === 4) {
			let byte = data[name++] as number;
			let strip = byte & 0x7f;
			while (byte & 0x80) {
				byte = data[name++] as number;
				strip = (strip + 1) * 128 + (byte & 0x7f);
			}
			const end = data.indexOf(0, name);
			path = previous.slice(0, previous.length - strip) + bytesToString(data.subarray(name, end));
			at = end + 1;
		} else {
			const end = data.indexOf(0, name);
			path = bytesToString(data.subarray(name, end));
			at = start + Math.floor((end - start + 8) / 8) * 8;
		}
		previous = path;
		entries.push({
			path,
			mode: view.getUint32(start + 24),
			id: idAt(data, start + 40),
			size: view.getUint32(start + 36),
			ctimeSeconds: view.getUint32(start),
			mtimeSeconds: view.getUint32(start + 8),
			mtimeNanoseconds: view.getUint32(start + 12),
			assumeUnchanged: (flags & 0x8000) !== 0,
			skipWorktree: (extended & 0x4000) !== 0,
			intentToAdd: (extended & 0x2000) !== 0,
			stage: (flags >> 12) & 3,
		});
	}
	let tree: string | undefined;
	while (at + 8 <= data.length - 20) {
		const name = bytesToString(data.subarray(at, at + 4));
		const size = view.getUint32(at + 4);
		if (name === "TREE") tree = rootOfCacheTree(data.subarray(at + 8, at + 8 + size));
		if (name === "link") throw new GitError("BAD_INDEX", "split Git indexes are not supported");
		at += 8 + size;
	}
	return { entries, tree };
};
