import { openLibrary, type SharedLibrary } from "./shared-library";

/** The system's library. */
export interface ZstdLibrary {
	/** As the reference writes it: with a checksum, as a stream. */
	readonly compress: (data: Uint8Array, level: number) => Uint8Array;
	/** Throws where the data is cut short or damaged. */
	readonly decompress: (data: Uint8Array) => Uint8Array;
}

const parameter = { compressionLevel: 100, checksumFlag: 201 } as const;
/** What it holds of the last data, and what was set. */
const resetAll = 3;
const operation = { goOn: 0, end: 2 } as const;

const names = process.platform === "darwin" ? ["libzstd.1.dylib", "libzstd.dylib"] : ["libzstd.so.1"];

/** The system's libzstd; undefined where it is not there, or too old. */
const load = (): ZstdLibrary | undefined => openLibrary(names, withLibrary);

const withLibrary = (library: SharedLibrary): ZstdLibrary => {
	const create = library.func("void *ZSTD_createCCtx()");
	const reset = library.func("size_t ZSTD_CCtx_reset(void *context, int what)");
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
	const createReader = library.func("void *ZSTD_createDCtx()");
	const freeReader = library.func("size_t ZSTD_freeDCtx(void *context)");
	const decompressSome = library.func(
		"size_t ZSTD_decompressStream_simpleArgs(void *context, void *to, size_t capacity, _Inout_ size_t *written, const void *from, size_t size, _Inout_ size_t *read)",
	);
	const decompress: ZstdLibrary["decompress"] = (data) => {
		const context = createReader();
		try {
			let out = new Uint8Array(data.length * 4 + 1024);
			const written = [0];
			const read = [0];
			for (;;) {
				const left = decompressSome(context, out, out.length, written, data, data.length, read);
				check(left);
				const all = read[0] === data.length;
				if (all && Number(left) === 0) return out.subarray(0, written[0]);
				if (written[0] === out.length) {
					const larger = new Uint8Array(out.length * 2);
					larger.set(out);
					out = larger;
				} else if (all) throw new Error("zstd: the data is cut short");
			}
		} finally {
			freeReader(context);
		}
	};
	const context = once(create);
	const compressAll: ZstdLibrary["compress"] = (data, level) => {
		// One for all: making one takes as long as a small NAR.
		const writer = context();
		check(reset(writer, resetAll));
		if (level >= 0) check(set(writer, parameter.compressionLevel, level));
		check(set(writer, parameter.checksumFlag, 1));
		// More than a frame can take whose size is not known when it begins.
		const out = new Uint8Array(Number(bound(data.length)) + 1024);
		const written = [0];
		const read = [0];
		// As a stream: where all is there at the beginning, other bytes come out.
		check(compress(writer, out, out.length, written, data, data.length, read, operation.goOn));
		if (read[0] !== data.length) throw new Error("zstd: the data was not taken");
		check(compress(writer, out, out.length, written, data, data.length, read, operation.end));
		return out.slice(0, written[0]);
	};
	return { compress: compressAll, decompress };
};

const once = <A>(make: () => A): (() => A) => {
	let made: { readonly value: A } | undefined;
	return () => (made ??= { value: make() }).value;
};

let found: { readonly library: ZstdLibrary | undefined } | undefined;

/** {@link load}, once. */
export const zstdLibrary = (): ZstdLibrary | undefined => {
	found ??= { library: load() };
	return found.library;
};
