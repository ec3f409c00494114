import { Gunzip, Inflate, inflateSync, Unzlib, unzlibSync } from "fflate";
import { Decompress } from "fzstd";

/** Decompression, each from whole bytes to whole bytes. Runtimes bring faster or further ones of their own. */
export interface Codecs {
	/** A gzip file; members after the first are appended. Throws where it gives more than `limit` bytes. */
	gunzip(data: Uint8Array, limit: number): Uint8Array;
	/** A zlib stream of `size` bytes once inflated; what comes after its end is ignored. */
	inflate(data: Uint8Array, size: number): Uint8Array;
	/** The first bytes of a zlib stream once inflated: at least `length` of them where there are as many. */
	inflateHead(data: Uint8Array, length: number): Uint8Array;
	/** A deflate stream without header, of `size` bytes once inflated. */
	inflateRaw(data: Uint8Array, size: number): Uint8Array;
	/** Throws where it gives more than `limit` bytes. */
	unzstd(data: Uint8Array, limit: number): Uint8Array;
	/** Absent where the runtime brings none. */
	bunzip2?(data: Uint8Array): Uint8Array;
	/** Absent where the runtime brings none. */
	unxz?(data: Uint8Array): Uint8Array;
	/** The same piece by piece, for what may be too much to hold. */
	readonly decoders?: Readonly<Partial<Record<Compression, Decoder>>>;
}

/** The kinds of compression that are told by the first bytes. */
export type Compression = "gzip" | "zstd" | "bzip2" | "xz";

/** Decompresses pieces one after the other. `write` may keep a piece only as a copy; it throws where it is too much. */
export type Decoder = (pieces: Iterable<Uint8Array>, write: (piece: Uint8Array) => void) => void;

const joined = (pieces: readonly Uint8Array[]): Uint8Array => {
	const out = new Uint8Array(pieces.reduce((size, piece) => size + piece.length, 0));
	let end = 0;
	for (const piece of pieces) {
		out.set(piece, end);
		end += piece.length;
	}
	return out;
};

interface PushStream {
	push(chunk: Uint8Array, final?: boolean): unknown;
}

/** A decoder of a stream that is pushed to. */
const pushing =
	(open: (push: (piece: Uint8Array) => void) => PushStream): Decoder =>
	(pieces, write) => {
		const stream = open(write);
		let last: Uint8Array | undefined;
		// Small steps: what one of them may grow to has to be held.
		for (const piece of pieces)
			for (let at = 0; at < piece.length; at += step) {
				if (last !== undefined) stream.push(last, false);
				last = piece.slice(at, at + step);
			}
		stream.push(last ?? new Uint8Array(0), true);
	};
const step = 1 << 14;

/** A gzip member of no bytes. */
const emptyMember = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0];

/**
 * Members of a gzip file, one after the other; what comes after them and is none is ignored. The stream does not tell
 * where it has been cut: only where one more member is found as such, the others were whole.
 */
const gzip: Decoder = (pieces, write) => {
	let size = 0;
	let last = -1;
	const stream = new Gunzip(write);
	stream.onmember = (offset) => {
		last = offset;
	};
	try {
		for (const piece of pieces)
			for (let at = 0; at < piece.length; at += step) {
				const part = piece.slice(at, at + step);
				size += part.length;
				stream.push(part, false);
			}
	} catch (error) {
		// The header of the first is known to be good.
		if ((error as Error).message === "invalid gzip data") return;
		throw error;
	}
	try {
		stream.push(new Uint8Array(emptyMember), false);
	} catch {
		// It was taken for what is missing.
	}
	if (last !== size) throw new Error("unexpected end of file");
};

const zstd = pushing((push) => new Decompress(push));

/** A deflate stream without header, piece by piece. */
export const inflatePieces: Decoder = pushing((push) => new Inflate(push));

const whole =
	(decoder: Decoder) =>
	(data: Uint8Array, limit: number): Uint8Array => {
		const pieces: Uint8Array[] = [];
		let size = 0;
		decoder([data], (piece) => {
			size += piece.length;
			if (size > limit) throw new Error("it is too large");
			pieces.push(new Uint8Array(piece));
		});
		return joined(pieces);
	};

const inflateHead = (data: Uint8Array, length: number): Uint8Array => {
	const pieces: Uint8Array[] = [];
	let size = 0;
	const stream = new Unzlib((piece) => {
		pieces.push(piece);
		size += piece.length;
	});
	for (let at = 0; at < data.length && size < length; at += 256) stream.push(data.subarray(at, at + 256));
	return joined(pieces);
};

/** Written in JavaScript alone, for every runtime. Neither bzip2 nor xz is among them. */
export const portableCodecs: Codecs = {
	gunzip: whole(gzip),
	inflate: (data, size) => unzlibSync(data, { out: new Uint8Array(size) }),
	inflateHead,
	inflateRaw: (data, size) => inflateSync(data, { out: new Uint8Array(size) }),
	unzstd: whole(zstd),
	decoders: { gzip, zstd },
};
