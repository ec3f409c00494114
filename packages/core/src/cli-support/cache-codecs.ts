import { spawn, spawnSync } from "node:child_process";
import { type Duplex, pipeline, Readable } from "node:stream";
import * as zlib from "node:zlib";
import { nodeCodecs } from "@tsnix/fetchers/node";
import type { CacheCodecs } from "@tsnix/store";
import * as liblzma from "node-liblzma";
import { bzip2Library } from "./bzip2-library";
import { nodeZstdCompress } from "./node-zstd";
import { type XzStream, xzWhole } from "./xz-whole";
import { zstdLibrary } from "./zstd-library";

/** The library that compresses xz piece by piece, where it is there. */
const xzStreams = (): XzStreams | undefined => {
	const found = liblzma as Partial<XzStreams> & { streams?: () => XzStreams | undefined };
	if (found.streams !== undefined) return found.streams();
	return found.createXz === undefined ? undefined : (found as XzStreams);
};

/** What compresses a whole file, where something stands for the library that can do that for less. */
interface XzEngines {
	xzEngine?(options: object): XzStream | undefined;
}

/** Zstandard is a part of Node from 22.15 on. */
interface NodeZstd {
	createZstdCompress?(options: object): Duplex;
	createZstdDecompress?(): Duplex;
	zstdCompressSync?(data: Uint8Array, options: object): Uint8Array;
	zstdDecompressSync?(data: Uint8Array): Uint8Array;
}

/** Looked at when it is used: zlib takes its time to load. */
const nodeZstd = (): NodeZstd => zlib as unknown as NodeZstd;

/** What a program makes of data; undefined where it is not there. */
const throughProgram = (program: string, args: readonly string[], data: Uint8Array): Uint8Array | undefined => {
	const { status, stdout, stderr, error } = spawnSync(program, [...args], { input: data, maxBuffer: 2 ** 31 - 1 });
	if ((error as { code?: unknown } | undefined)?.code === "ENOENT") return undefined;
	if (error !== undefined) throw error;
	if (status !== 0) throw new Error(`${program} failed: ${stderr.toString("latin1").trim()}`);
	return stdout;
};

const levelArgument = (level: number): string[] => (level < 0 ? [] : [`-${level}`]);

/** As the reference writes xz: with a checksum of 64 bits, so that the same NAR is the same file. */
const xzOptions = (level: number): { check: number; preset?: number } => ({
	check: xzCheckCrc64,
	...(level < 0 ? {} : { preset: level }),
});

const xzCheckCrc64 = 4;

/** As the reference writes zstd: with a checksum. */
const zstdOptions = (level: number): object => {
	const constants = zlib.constants as unknown as Record<string, number>;
	return {
		params: {
			[constants.ZSTD_c_checksumFlag]: 1,
			...(level < 0 ? {} : { [constants.ZSTD_c_compressionLevel]: level }),
		},
	};
};

const compress: CacheCodecs["compress"] = (method, data, level) => {
	switch (method) {
		case "xz": {
			const stream = (liblzma as XzEngines).xzEngine?.(xzOptions(level)) ?? xzStreams()?.createXz(xzOptions(level));
			return (
				(stream === undefined ? undefined : xzWhole(data, stream as XzStream)) ??
				liblzma.xzSync(Buffer.from(data.buffer, data.byteOffset, data.byteLength), xzOptions(level))
			);
		}
		case "gzip":
			return zlib.gzipSync(data, level < 0 ? {} : { level });
		case "br":
			return zlib.brotliCompressSync(data, {
				params: {
					...(level < 0 ? {} : { [zlib.constants.BROTLI_PARAM_QUALITY]: level }),
					[zlib.constants.BROTLI_PARAM_SIZE_HINT]: data.length,
				},
			});
		case "zstd":
			return (
				nodeZstdCompress(data, level) ??
				zstdLibrary()?.compress(data, level) ??
				nodeZstd().zstdCompressSync?.(data, zstdOptions(level)) ??
				throughProgram("zstd", [...levelArgument(level), "-c"], data)
			);
		case "bzip2":
			return (
				bzip2Library()?.(data, level < 1 ? 9 : Math.min(level, 9)) ??
				throughProgram("bzip2", [...levelArgument(level), "-c"], data)
			);
		case "lzip":
		case "lz4":
		case "lzma":
			return throughProgram(method, [...levelArgument(level), "-c"], data);
		default:
			return undefined;
	}
};

/** Runs what is written for Nodes of old, without telling the user so. */
const withoutWarnings = <T>(run: () => T): T => {
	const before = process.noDeprecation;
	process.noDeprecation = true;
	try {
		return run();
	} finally {
		process.noDeprecation = before ?? false;
	}
};

const decompress: CacheCodecs["decompress"] = (method, data) => {
	switch (method) {
		case "xz":
			return nodeCodecs.unxz?.(data);
		case "gzip":
			return zlib.gunzipSync(data);
		case "br":
			return zlib.brotliDecompressSync(data);
		case "zstd":
			return (
				nodeZstd().zstdDecompressSync?.(data) ??
				zstdLibrary()?.decompress(data) ??
				nodeCodecs.unzstd(data, Number.MAX_SAFE_INTEGER)
			);
		case "bzip2":
			return withoutWarnings(() => nodeCodecs.bunzip2?.(data));
		case "lzip":
		case "lz4":
		case "lzma":
			return throughProgram(method, ["-d", "-c"], data);
		default:
			return undefined;
	}
};

/** Those that take longest; what comes out is the same. */
const compressApart: CacheCodecs["compressApart"] = (method, data, level) => {
	if (method !== "xz" && method !== "gzip") return undefined;
	return new Promise((resolve, reject) => {
		const done = (error: Error | null | undefined, result?: Uint8Array): void =>
			result === undefined ? reject(error) : resolve(result);
		if (method === "gzip") zlib.gzip(data, level < 0 ? {} : { level }, done);
		else
			liblzma.xz(
				Buffer.from(data.buffer, data.byteOffset, data.byteLength),
				xzOptions(level),
				done as Parameters<typeof liblzma.xz>[2],
			);
	});
};

/** What a transformation makes of pieces, as it comes. Throws where the data is cut short or damaged. */
const through = (
	pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
	transform: Duplex,
): AsyncIterable<Uint8Array> => {
	pipeline(Readable.from(pieces, { objectMode: true }), transform, () => {});
	return transform;
};

/** The same through a program. */
async function* throughRunning(
	program: string,
	args: readonly string[],
	pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
	const child = spawn(program, [...args], { stdio: ["pipe", "pipe", "pipe"] });
	const complaints: Buffer[] = [];
	child.stderr.on("data", (data: Buffer) => complaints.push(data));
	const ended = new Promise<number | null>((resolve, reject) => child.on("error", reject).on("close", resolve));
	ended.catch(() => {});
	pipeline(Readable.from(pieces, { objectMode: true }), child.stdin, () => {});
	try {
		yield* child.stdout;
		if ((await ended) !== 0)
			throw new Error(`${program} failed: ${Buffer.concat(complaints).toString("latin1").trim()}`);
	} finally {
		child.kill();
	}
}

const compressing: CacheCodecs["compressing"] = (method, pieces, level) => {
	switch (method) {
		case "gzip":
			return through(pieces, zlib.createGzip(level < 0 ? {} : { level }));
		case "br":
			return through(
				pieces,
				zlib.createBrotliCompress(level < 0 ? {} : { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: level } }),
			);
		case "zstd": {
			const zstd = nodeZstd();
			if (zstd.createZstdCompress === undefined)
				return throughRunning("zstd", [...levelArgument(level), "-q", "-c"], pieces);
			return through(pieces, zstd.createZstdCompress(zstdOptions(level)));
		}
		case "xz":
			return throughXz(pieces, (xz) => xz.createXz(xzOptions(level)), [...levelArgument(level), "-c"]);
		default:
			return undefined;
	}
};

const decompressing: CacheCodecs["decompressing"] = (method, pieces) => {
	switch (method) {
		case "gzip":
			return through(pieces, zlib.createGunzip());
		case "br":
			return through(pieces, zlib.createBrotliDecompress());
		case "zstd": {
			const zstd = nodeZstd();
			if (zstd.createZstdDecompress === undefined) return throughRunning("zstd", ["-q", "-d", "-c"], pieces);
			return through(pieces, zstd.createZstdDecompress());
		}
		case "xz":
			return throughXz(pieces, (xz) => xz.createUnxz(), ["-d", "-c"]);
		case "bzip2":
			return throughRunning("bzip2", ["-d", "-c"], pieces);
		default:
			return undefined;
	}
};

interface XzStreams {
	createXz(options: { check?: number; preset?: number }): Duplex;
	createUnxz(): Duplex;
}

/** By the native library where it is there, else by the program. */
const throughXz = (
	pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
	make: (streams: XzStreams) => Duplex,
	args: readonly string[],
): AsyncIterable<Uint8Array> => {
	const streams = xzStreams();
	return streams === undefined ? throughRunning("xz", args, pieces) : through(pieces, make(streams));
};

/** Compression of binary caches: what Node has and its packages, and for the rest the programs of that name. */
export const nodeCacheCodecs: CacheCodecs = { compress, compressApart, decompress, compressing, decompressing };

/** A build's log, compressed as the reference keeps logs; undefined where nothing here can. */
export const compressLog = (log: Uint8Array): Uint8Array | undefined => compress("bzip2", log, -1);
