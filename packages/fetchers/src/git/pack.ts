import { decodeBase16, hostPath, type NamedFs } from "@tsnix/store";
import type { Codecs } from "../archives/codecs";
import { GitError } from "../errors";
import { applyDelta } from "./delta";
import { openRandomAccess, type RandomAccessFile } from "./random-access";

/** An object of a Git repository: its type, and its contents without the header. */
export interface GitObject {
	readonly type: "commit" | "tree" | "blob" | "tag";
	readonly data: Uint8Array;
}

/** Where the packs of a repository find objects that are not in the same pack. */
export type ReadObject = (id: string) => GitObject;

const typeNames = [undefined, "commit", "tree", "blob", "tag"] as const;
const ofsDelta = 6;
const refDelta = 7;
const baseCacheLimit = 96 * 2 ** 20;

const compareAt = (table: Uint8Array, offset: number, id: Uint8Array): number => {
	for (let i = 0; i < 20; i++) {
		const difference = (table[offset + i] as number) - (id[i] as number);
		if (difference !== 0) return difference;
	}
	return 0;
};

const uint32 = (data: Uint8Array, at: number): number =>
	(((data[at] as number) << 24) |
		((data[at + 1] as number) << 16) |
		((data[at + 2] as number) << 8) |
		(data[at + 3] as number)) >>>
	0;

/** A pack and its index (version 2; see Git's `gitformat-pack`). */
export class GitPack {
	private readonly index: RandomAccessFile;
	private readonly fanout: Uint8Array;
	private readonly count: number;
	private readonly buckets = new Map<number, Uint8Array>();
	private pack: RandomAccessFile | undefined;
	/** Objects that others are deltas of, by their offset, the latest used last. */
	private readonly bases = new Map<number, GitObject>();
	private basesSize = 0;

	constructor(
		private readonly fs: NamedFs,
		/** Without the extension. */
		private readonly path: string,
		private readonly codecs: Codecs,
	) {
		this.index = openRandomAccess(fs, `${path}.idx`);
		const head = this.index.read(0, 8 + 1024).slice();
		if (uint32(head, 0) !== 0xff744f63 || uint32(head, 4) !== 2)
			throw new GitError("BAD_PACK", `Git pack index '${path}.idx' is of an unsupported version`);
		this.fanout = head.subarray(8);
		this.count = uint32(this.fanout, 255 * 4);
	}

	/** Where an object begins in the pack; undefined where it is not there. */
	find(id: string): number | undefined {
		const bytes = decodeBase16(id);
		const first = bytes[0] as number;
		const start = first === 0 ? 0 : uint32(this.fanout, (first - 1) * 4);
		const end = uint32(this.fanout, first * 4);
		if (start === end) return undefined;
		let bucket = this.buckets.get(first);
		if (bucket === undefined) {
			bucket = this.index.read(8 + 1024 + start * 20, (end - start) * 20).slice();
			this.buckets.set(first, bucket);
		}
		let low = 0;
		let high = end - start;
		while (low < high) {
			const middle = (low + high) >>> 1;
			const order = compareAt(bucket, middle * 20, bytes);
			if (order === 0) return this.offsetOf(start + middle);
			if (order < 0) low = middle + 1;
			else high = middle;
		}
		return undefined;
	}

	private offsetOf(position: number): number {
		const table = 8 + 1024 + this.count * 24;
		const offset = uint32(this.index.read(table + position * 4, 4), 0);
		if (offset < 0x80000000) return offset;
		const large = this.index.read(table + this.count * 4 + (offset & 0x7fffffff) * 8, 8);
		return uint32(large, 0) * 2 ** 32 + uint32(large, 4);
	}

	/** The object at an offset. `readOther` answers for deltas of objects outside the pack. */
	read(offset: number, readOther: ReadObject): GitObject {
		const known = this.bases.get(offset);
		if (known !== undefined) {
			this.bases.delete(offset);
			this.bases.set(offset, known);
			return known;
		}
		this.pack ??= openRandomAccess(this.fs, `${this.path}.pack`);
		const head = this.pack.read(offset, 64);
		let at = 0;
		let byte = head[at++] as number;
		const type = (byte >> 4) & 7;
		let size = byte & 15;
		for (let scale = 16; byte & 0x80; scale *= 128) {
			byte = head[at++] as number;
			size += (byte & 0x7f) * scale;
		}
		const plain = type >= 1 && type <= 4 ? typeNames[type] : undefined;
		if (plain !== undefined) return { type: plain, data: this.inflate(offset + at, size) };
		let base: GitObject;
		if (type === ofsDelta) {
			byte = head[at++] as number;
			let distance = byte & 0x7f;
			while (byte & 0x80) {
				byte = head[at++] as number;
				distance = (distance + 1) * 128 + (byte & 0x7f);
			}
			base = this.base(offset - distance, readOther);
		} else if (type === refDelta) {
			const id = Array.from(head.subarray(at, at + 20), (b) => b.toString(16).padStart(2, "0")).join("");
			at += 20;
			const place = this.find(id);
			base = place === undefined ? readOther(id) : this.base(place, readOther);
		} else throw new GitError("BAD_PACK", `Git pack '${this.path}.pack' has an object of unknown type`);
		return { type: base.type, data: applyDelta(base.data, this.inflate(offset + at, size)) };
	}

	private base(offset: number, readOther: ReadObject): GitObject {
		const object = this.read(offset, readOther);
		if (!this.bases.has(offset)) {
			this.bases.set(offset, object);
			this.basesSize += object.data.length;
			for (const [oldest, { data }] of this.bases) {
				if (this.basesSize <= baseCacheLimit || oldest === offset) break;
				this.bases.delete(oldest);
				this.basesSize -= data.length;
			}
		}
		return object;
	}

	private inflate(offset: number, size: number): Uint8Array {
		// Deflate never makes data longer than this.
		const longest = size + Math.ceil(size / 1000) + 128;
		const packed = (this.pack as RandomAccessFile).read(offset, longest);
		const data = this.codecs.inflate(packed, size);
		if (data.length !== size) throw new GitError("BAD_PACK", `Git pack '${this.path}.pack' is damaged`);
		return data;
	}
}

/** The packs in an object folder. */
export const openPacks = (fs: NamedFs, objects: string, codecs: Codecs): GitPack[] => {
	let names: string[];
	try {
		names = fs.readdirSync(hostPath(fs, `${objects}/pack`));
	} catch {
		return [];
	}
	return names
		.filter((name) => name.endsWith(".idx"))
		.map((name) => new GitPack(fs, `${objects}/pack/${name.slice(0, -4)}`, codecs));
};
