import { FormatError } from "../../errors";

/** How NARs in binary caches are compressed. */
export type Compression = "none" | "xz" | "bzip2" | "gzip" | "zstd" | "br" | "lzip" | "lz4" | "compress" | "lzma";

/** What a NAR's name ends with, by its compression. */
export const compressionSuffix: Readonly<Record<string, string>> = {
	xz: ".xz",
	bzip2: ".bz2",
	zstd: ".zst",
	lzip: ".lzip",
	lz4: ".lz4",
	br: ".br",
};

/** Compression, each from whole bytes to whole bytes; what a runtime can do of it. */
export interface CacheCodecs {
	/** `level` is the method's own; the default one for -1. Undefined where the method cannot be had. */
	compress(method: string, data: Uint8Array, level: number): Uint8Array | undefined;
	/** Undefined where the method cannot be had. Throws where the data is cut short or damaged. */
	decompress(method: string, data: Uint8Array): Uint8Array | undefined;
	/** As `compress`, piece by piece. Undefined where only the whole can be compressed. */
	compressing?(method: string, pieces: Iterable<Uint8Array>, level: number): AsyncIterable<Uint8Array> | undefined;
	/** As `decompress`, piece by piece. Undefined where only the whole can be decompressed. */
	decompressing?(method: string, pieces: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> | undefined;
	/** As `compress`, in another thread, for methods that the runtime can do there; undefined for the others. */
	compressApart?(method: string, data: Uint8Array, level: number): Promise<Uint8Array> | undefined;
}

/** Only what is not compressed. */
export const noCodecs: CacheCodecs = { compress: () => undefined, decompress: () => undefined };

/** Compress a NAR. Throws {@link FormatError} for methods that are not known here. */
export const compressNar = (codecs: CacheCodecs, method: string, data: Uint8Array, level: number): Uint8Array => {
	if (method === "none") return data;
	const compressed = codecs.compress(method, data, level);
	if (compressed === undefined) throw new FormatError("UNKNOWN_COMPRESSION", `unknown compression method '${method}'`);
	return compressed;
};

/** As {@link compressNar}, in another thread where that can be. */
export const compressNarApart = async (
	codecs: CacheCodecs,
	method: string,
	data: Uint8Array,
	level: number,
): Promise<Uint8Array> =>
	(await codecs.compressApart?.(method, data, level)) ?? compressNar(codecs, method, data, level);

/** How data of a method begins, and how much of it there has to be for the reference's library to know it. */
const beginnings: Readonly<Record<string, { readonly bytes: readonly number[]; readonly least: number }>> = {
	gzip: { bytes: [0x1f, 0x8b], least: 10 },
	bzip2: { bytes: [0x42, 0x5a, 0x68], least: 14 },
	xz: { bytes: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0], least: 6 },
	zstd: { bytes: [0x28, 0xb5, 0x2f, 0xfd], least: 4 },
};

/** What is wrong with compressed data, by what tools here say of it, as that library words it. */
const damages: Readonly<Record<string, readonly (readonly [RegExp, string])[]>> = {
	gzip: [
		[/end of file/, "truncated gzip input"],
		[/./, "gzip decompression failed"],
	],
	bzip2: [
		[/too early/, "truncated bzip2 input"],
		[/./, "bzip decompression failed"],
	],
	xz: [
		[/corrupt/, "Lzma library error: Corrupted input data"],
		[/end|input/i, "Lzma library error:  No progress is possible"],
	],
	zstd: [[/cut short|end of file/, "Truncated zstd input"]],
};

const damage = (method: string, data: Uint8Array, error: unknown): string => {
	const reason = error instanceof Error ? error.message : String(error);
	const beginning = beginnings[method];
	if (beginning !== undefined) {
		const { bytes, least } = beginning;
		if (data.length < least || bytes.some((byte, at) => data[at] !== byte)) return "input compression not recognized";
	}
	const found = damages[method]?.find(([pattern]) => pattern.test(reason));
	if (found !== undefined) return opening(found[1]);
	if (method === "zstd") return opening(`Zstd decompression failed: ${reason.replace(/^zstd: /, "")}`);
	return `failed to decompress the NAR (${method}): ${reason}`;
};

const opening = (reason: string): string => `Failed to open archive (${reason})`;

/** Undo it. Throws a {@link FormatError} where the data is damaged. */
export const decompressNar = (codecs: CacheCodecs, method: string, data: Uint8Array): Uint8Array => {
	if (method === "none" || method === "") return data;
	let plain: Uint8Array | undefined;
	try {
		plain = codecs.decompress(method, data);
	} catch (error) {
		throw new FormatError("BAD_COMPRESSION", damage(method, data, error), { cause: error });
	}
	if (plain === undefined) throw new FormatError("UNKNOWN_COMPRESSION", `unknown compression method '${method}'`);
	return plain;
};
