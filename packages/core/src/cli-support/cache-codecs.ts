import { spawnSync } from "node:child_process";
import * as zlib from "node:zlib";
import { nodeCodecs } from "@tsnix/fetchers/node";
import type { CacheCodecs } from "@tsnix/store";
import { xzSync } from "node-liblzma";

type OneShot = (data: Uint8Array, options?: object) => Uint8Array;

/** Zstandard is a part of Node from 22.15 on. */
const { zstdCompressSync, zstdDecompressSync } = zlib as unknown as {
	zstdCompressSync?: OneShot;
	zstdDecompressSync?: OneShot;
};

/** What a program makes of data; undefined where it is not there. */
const throughProgram = (program: string, args: readonly string[], data: Uint8Array): Uint8Array | undefined => {
	const { status, stdout, stderr, error } = spawnSync(program, [...args], { input: data, maxBuffer: 2 ** 31 - 1 });
	if ((error as { code?: unknown } | undefined)?.code === "ENOENT") return undefined;
	if (error !== undefined) throw error;
	if (status !== 0) throw new Error(`${program} failed: ${stderr.toString("latin1").trim()}`);
	return stdout;
};

const levelArgument = (level: number): string[] => (level < 0 ? [] : [`-${level}`]);

const compress: CacheCodecs["compress"] = (method, data, level) => {
	switch (method) {
		case "xz":
			return xzSync(Buffer.from(data.buffer, data.byteOffset, data.byteLength), level < 0 ? {} : { preset: level });
		case "gzip":
			return zlib.gzipSync(data, level < 0 ? {} : { level });
		case "br":
			return zlib.brotliCompressSync(data, {
				params: {
					...(level < 0 ? {} : { [zlib.constants.BROTLI_PARAM_QUALITY]: level }),
					[zlib.constants.BROTLI_PARAM_SIZE_HINT]: data.length,
				},
			});
		case "zstd": {
			if (zstdCompressSync === undefined) return throughProgram("zstd", [...levelArgument(level), "-c"], data);
			const constants = zlib.constants as unknown as Record<string, number>;
			return zstdCompressSync(data, level < 0 ? {} : { params: { [constants.ZSTD_c_compressionLevel]: level } });
		}
		case "bzip2":
			return throughProgram("bzip2", [...levelArgument(level), "-c"], data);
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
			return zstdDecompressSync?.(data) ?? nodeCodecs.unzstd(data, Number.MAX_SAFE_INTEGER);
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

/** Compression of binary caches: what Node has and its packages, and for the rest the programs of that name. */
export const nodeCacheCodecs: CacheCodecs = { compress, decompress };
