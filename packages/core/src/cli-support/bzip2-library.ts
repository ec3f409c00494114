import { openLibrary } from "./shared-library";

/** Compresses with blocks of `level` times 100 kB. */
export type Bzip2Compress = (data: Uint8Array, level: number) => Uint8Array;

const names = process.platform === "darwin" ? ["libbz2.1.0.dylib", "libbz2.dylib"] : ["libbz2.so.1.0", "libbz2.so.1"];

/** What is compressed at once; more becomes several streams, one behind the other, which every reader takes. */
const pieceSize = 64 << 20;

const load = (): Bzip2Compress | undefined =>
	openLibrary(names, (library) => {
		const compress = library.func(
			"int BZ2_bzBuffToBuffCompress(void *to, _Inout_ unsigned int *toSize, const void *from, unsigned int fromSize, int blockSize100k, int verbosity, int workFactor)",
		);
		const piece = (data: Uint8Array, level: number): Uint8Array => {
			// The bound that the library's manual gives.
			const out = new Uint8Array(Math.ceil(data.length * 1.01) + 600);
			const written = [out.length];
			const code = compress(out, written, data, data.length, level, 0, 30);
			if (code !== 0) throw new Error(`bzip2: error ${String(code)}`);
			return out.subarray(0, written[0]);
		};
		return (data, level) => {
			if (data.length <= pieceSize) return piece(data, level);
			const pieces: Uint8Array[] = [];
			for (let at = 0; at < data.length; at += pieceSize) pieces.push(piece(data.subarray(at, at + pieceSize), level));
			return Buffer.concat(pieces);
		};
	});

let found: { readonly compress: Bzip2Compress | undefined } | undefined;

/** The system's libbz2; undefined where it is not there. Found once. */
export const bzip2Library = (): Bzip2Compress | undefined => {
	found ??= { compress: load() };
	return found.compress;
};
