import { bytesToString } from "@tsnix/store";
import { Gunzip, inflateSync, Unzlib, unzlibSync } from "fflate";
import { Decompress } from "fzstd";
import { ArchiveError } from "../errors";

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
}

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

const streamed = (
	open: (push: (piece: Uint8Array) => void) => PushStream,
	data: Uint8Array,
	limit: number,
): Uint8Array => {
	const pieces: Uint8Array[] = [];
	let size = 0;
	const stream = open((piece) => {
		size += piece.length;
		if (size > limit) throw new Error("it is too large");
		pieces.push(piece.slice());
	});
	const step = 1 << 16;
	for (let at = 0; at < data.length; at += step) stream.push(data.subarray(at, at + step), at + step >= data.length);
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
	gunzip: (data, limit) => streamed((push) => new Gunzip(push), data, limit),
	inflate: (data, size) => unzlibSync(data, { out: new Uint8Array(size) }),
	inflateHead,
	inflateRaw: (data, size) => inflateSync(data, { out: new Uint8Array(size) }),
	unzstd: (data, limit) => streamed((push) => new Decompress(push), data, limit),
};

const startsWith = (data: Uint8Array, ...bytes: number[]): boolean =>
	bytes.every((byte, index) => data[index] === byte);

/** Undo the compression that the first bytes tell of, as often as there is one; anything else is left as it is. */
export const decompress = (data: Uint8Array, codecs: Codecs, limit: number): Uint8Array => {
	const attempt = (name: string, run: () => Uint8Array): Uint8Array => {
		try {
			return run();
		} catch (cause) {
			throw new ArchiveError("BAD_ARCHIVE", `cannot decompress ${name} data: ${(cause as Error).message}`, { cause });
		}
	};
	const needed = (name: string, decoder: ((data: Uint8Array) => Uint8Array) | undefined) => {
		if (decoder === undefined)
			throw new ArchiveError("NO_DECODER", `cannot decompress ${name} data: this runtime has no ${name} decoder`);
		return () => decoder(data);
	};
	if (startsWith(data, 0x1f, 0x8b))
		return decompress(
			attempt("gzip", () => codecs.gunzip(data, limit)),
			codecs,
			limit,
		);
	if (startsWith(data, 0x28, 0xb5, 0x2f, 0xfd))
		return decompress(
			attempt("zstd", () => codecs.unzstd(data, limit)),
			codecs,
			limit,
		);
	if (bytesToString(data.subarray(0, 3)) === "BZh")
		return decompress(attempt("bzip2", needed("bzip2", codecs.bunzip2)), codecs, limit);
	if (startsWith(data, 0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00))
		return decompress(attempt("xz", needed("xz", codecs.unxz)), codecs, limit);
	return data;
};
