import { createRequire } from "node:module";

/** The part of the library `koffi` that is used: calls into a shared library. */
interface Koffi {
	load(path: string): { func(prototype: string): NativeFunction };
}

type NativeFunction = ((...args: unknown[]) => unknown) & {
	async(...args: [...args: unknown[], done: (error: Error | null, result: unknown) => void]): void;
};

/** Compresses in another thread. */
export type ZstdCompress = (data: Uint8Array, level: number) => Promise<Uint8Array>;

const parameter = { compressionLevel: 100, checksumFlag: 201 } as const;
const operation = { goOn: 0, end: 2 } as const;

const names = process.platform === "darwin" ? ["libzstd.1.dylib", "libzstd.dylib"] : ["libzstd.so.1"];

/** The system's libzstd, called through the optional package `koffi`; undefined where one of the two is not there. */
const load = (): ZstdCompress | undefined => {
	if (process.platform === "win32") return undefined;
	let koffi: Koffi;
	try {
		koffi = createRequire(import.meta.url)("koffi") as Koffi;
	} catch {
		return undefined;
	}
	for (const name of names)
		try {
			return withLibrary(koffi.load(name));
		} catch {
			// Not here, or too old.
		}
	return undefined;
};

const withLibrary = (library: ReturnType<Koffi["load"]>): ZstdCompress => {
	const create = library.func("void *ZSTD_createCCtx()");
	const free = library.func("size_t ZSTD_freeCCtx(void *context)");
	const set = library.func("size_t ZSTD_CCtx_setParameter(void *context, int parameter, int value)");
	const bound = library.func("size_t ZSTD_compressBound(size_t size)");
	const isError = library.func("unsigned int ZSTD_isError(size_t code)");
	const errorName = library.func("const char *ZSTD_getErrorName(size_t code)");
	const compress = library.func(
		"size_t ZSTD_compressStream2_simpleArgs(void *context, void *to, size_t capacity, _Inout_ size_t *written, const void *from, size_t size, _Inout_ size_t *read, int operation)",
	);
	const check = (code: unknown): void => {
		if (isError(code) !== 0) throw new Error(`zstd: ${String(errorName(code))}`);
	};
	const apart = (...args: unknown[]): Promise<unknown> =>
		new Promise((resolve, reject) =>
			compress.async(...args, (error, result) => (error === null ? resolve(result) : reject(error))),
		);
	return async (data, level) => {
		const context = create();
		try {
			if (level >= 0) check(set(context, parameter.compressionLevel, level));
			check(set(context, parameter.checksumFlag, 1));
			// More than a frame can take whose size is not known when it begins.
			const out = new Uint8Array(Number(bound(data.length)) + 1024);
			const written = [0];
			const read = [0];
			// As a stream: where all is there at the beginning, other bytes come out.
			check(await apart(context, out, out.length, written, data, data.length, read, operation.goOn));
			if (read[0] !== data.length) throw new Error("zstd: the data was not taken");
			check(await apart(context, out, out.length, written, data, data.length, read, operation.end));
			return out.subarray(0, written[0]);
		} finally {
			free(context);
		}
	};
};

let found: { readonly compress: ZstdCompress | undefined } | undefined;

/** {@link load}, once. */
export const libraryZstd = (): ZstdCompress | undefined => {
	found ??= { compress: load() };
	return found.compress;
};
