import { ArchiveError } from "../errors";
import { type ByteSource, heldOrSpooled, memoryBytes, piecesOf, type Spool } from "./bytes";
import type { Codecs, Compression, Decoder } from "./codecs";

/** How much may come of it, and where it goes. */
export interface DecompressLimits {
	/** Bytes. */
	readonly totalSize: number;
	/** Bytes that are held in memory; the rest is put aside. Without a spool there may be no more than these. */
	readonly held: number;
	readonly spool?: Spool;
}

const magics: readonly (readonly [Compression, readonly number[]])[] = [
	["gzip", [0x1f, 0x8b]],
	["zstd", [0x28, 0xb5, 0x2f, 0xfd]],
	["bzip2", [0x42, 0x5a, 0x68]],
	["xz", [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]],
];

/** What bytes are compressed with, by the first of them. */
export const compressionOf = (source: ByteSource): Compression | undefined => {
	const head = source.read(0, 8);
	return magics.find(([, magic]) => magic.every((byte, index) => head[index] === byte))?.[0];
};

/** More layers than anybody puts around an archive. */
const maxLayers = 8;

/** Runtimes decompress fastest what they are given as a whole; this is how, for what fits. */
const wholeDecoder = (kind: Compression, codecs: Codecs, held: number): Decoder | undefined => {
	const { bunzip2, unxz } = codecs;
	const run = {
		gzip: (data: Uint8Array) => codecs.gunzip(data, held),
		zstd: (data: Uint8Array) => codecs.unzstd(data, held),
		bzip2: bunzip2 && ((data: Uint8Array) => bunzip2(data)),
		xz: unxz && ((data: Uint8Array) => unxz(data)),
	}[kind];
	return run && ((pieces, write) => write(run([...pieces][0])));
};

/** The size that a gzip file says it has, where it is one member. A hint: whoever made it may have written anything. */
const saysSmall = (source: ByteSource, held: number): boolean => {
	const tail = source.read(Math.max(0, source.size - 4), 4);
	const said = tail.reduceRight((sum, byte) => sum * 256 + byte, 0);
	return source.size <= held / 4 && said <= held && said >= source.size / 2;
};

/** What libarchive says of data that end too early, and of others that are damaged. */
const complaints: Readonly<Record<Compression, { readonly cut: string; readonly bad: string }>> = {
	gzip: { cut: "truncated gzip input", bad: "gzip decompression failed" },
	zstd: { cut: "Truncated zstd input", bad: "Zstd decompression failed: Data corruption detected" },
	bzip2: { cut: "truncated bzip2 input", bad: "bzip decompression failed" },
	xz: { cut: "Lzma library error:  No progress is possible", bad: "Lzma library error: Corrupted input data" },
};

/** Bytes that libarchive decompresses at once: of what fails within the first of them nothing is seen. */
const firstPiece = (kind: Compression): number => (kind === "zstd" ? 1 << 17 : 1 << 16);

/** Data that cannot be decompressed, of which there were `size` bytes by then. */
const damaged = (kind: Compression, size: number, cause: unknown): ArchiveError => {
	const isCut = /unexpected (EOF|end of file)|end too early/.test((cause as Error).message);
	const said = complaints[kind][isCut ? "cut" : "bad"];
	const message =
		size < firstPiece(kind)
			? `Failed to open archive (${said})`
			: `cannot read file from tarball: ${isCut ? "Truncated tar archive detected while reading data" : said}`;
	return new ArchiveError("BAD_ARCHIVE", message, { cause });
};

const tooLarge = (): ArchiveError => new ArchiveError("ARCHIVE_TOO_LARGE", "the archive is too large");

const decompressOnce = (
	source: ByteSource,
	kind: Compression,
	codecs: Codecs,
	{ totalSize, held, spool }: DecompressLimits,
): ByteSource => {
	const limit = spool === undefined ? Math.min(totalSize, held) : totalSize;
	let size = 0;
	const failed = (cause: unknown): ArchiveError => (cause instanceof ArchiveError ? cause : damaged(kind, size, cause));
	if (kind === "gzip" && saysSmall(source, Math.min(held, limit)))
		try {
			return memoryBytes(codecs.gunzip(source.read(0, source.size), Math.min(held, limit)));
		} catch (error) {
			// It may have been more than it said.
			if (codecs.decoders?.gzip === undefined) throw failed(error);
		}
	const streaming = codecs.decoders?.[kind];
	const decoder = streaming ?? wholeDecoder(kind, codecs, Math.min(held, limit));
	if (decoder === undefined)
		throw new ArchiveError("NO_DECODER", `cannot decompress ${kind} data: this runtime has no ${kind} decoder`);
	const out = heldOrSpooled(spool, held);
	try {
		decoder(streaming === undefined ? [source.read(0, source.size)] : piecesOf(source), (piece) => {
			size += piece.length;
			if (size > limit) throw tooLarge();
			out.write(piece);
		});
		return out.finish();
	} catch (error) {
		out.discard();
		throw failed(error);
	}
};

/**
 * Undo the compression that the first bytes tell of, as often as there is one; anything else is left as it is. Throws
 * {@link ArchiveError} for what is damaged, or becomes too large.
 */
export const decompress = (source: ByteSource, codecs: Codecs, limits: DecompressLimits): ByteSource => {
	let plain = source;
	for (let layer = 0; ; layer++) {
		const kind = compressionOf(plain);
		if (kind === undefined) return plain;
		if (layer === maxLayers) throw new ArchiveError("BAD_ARCHIVE", "the archive is compressed too often");
		plain = decompressOnce(plain, kind, codecs, limits);
	}
};
