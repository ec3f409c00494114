import { spawn, spawnSync } from "node:child_process";
import { realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { nativeLibrary } from "@tsnix/store/node";

/*
 * What stands for `node-liblzma` in the bundle: it is native, so it is loaded from where it was installed, and only
 * when something has to be decompressed. Without it the xz program does.
 */

/** The check is the one that the program makes on its own. */
interface XzOptions {
	readonly check?: number;
	readonly preset?: number;
}

interface Liblzma {
	unxzSync(data: Uint8Array): Buffer;
	xzSync(data: Uint8Array, options?: XzOptions): Buffer;
	xz(data: Uint8Array, options: XzOptions, done: Done): void;
	createUnxz(): { close(): void };
}

type Done = (error: Error | null | undefined, result?: Uint8Array) => void;

const load = (): Liblzma | undefined => {
	const here = createRequire(__filename);
	try {
		return here("node-liblzma") as Liblzma;
	} catch {
		try {
			return createRequire(here.resolve("@tsnix/fetchers/package.json"))("node-liblzma") as Liblzma;
		} catch {
			return undefined;
		}
	}
};

let loaded: Liblzma | undefined;

/** What does the work: gives a status, and how much is left of input and output. */
interface Engine {
	codeSync(
		action: number,
		from: Uint8Array,
		fromOffset: number,
		fromLength: number,
		to: Uint8Array,
		toOffset: number,
	): [status: number, inLeft: number, outLeft: number];
	close(): void;
}

/** The native part of the package: its numbers, and what it calls for each stream. */
type Native = Readonly<Record<string, number>> & {
	readonly LZMA: new (mode: number, options: object) => Engine;
};

/**
 * The native part alone: to load what is around it takes as long as decompressing a hundred small files. Nothing where
 * it lies otherwise than it used to.
 */
const loadNative = (): Native | undefined => {
	for (const folder of [__dirname, join(__dirname, "../node_modules/@tsnix/fetchers")])
		try {
			const found = nativeLibrary("node-liblzma", dirname(realpathSync.native(folder))) as Native | undefined;
			if (found?.LZMA !== undefined) return found;
		} catch {
			// Not there.
		}
	return undefined;
};

let native: Native | null | undefined;

/** An engine as the package makes it; nothing where only the package can. */
const newEngine = (mode: "STREAM_ENCODE" | "STREAM_DECODE", options: XzOptions = {}): Engine | undefined => {
	native ??= loadNative() ?? null;
	return native === null
		? undefined
		: new native.LZMA(native[mode], {
				check: options.check ?? native.LZMA_CHECK_NONE,
				preset: options.preset ?? native.LZMA_PRESET_DEFAULT,
				filters: [native.LZMA_FILTER_LZMA2],
				mode: native.LZMA_MODE_NORMAL,
				threads: 1,
				chunkSize: native.BUFSIZ,
				flushFlag: native.LZMA_RUN,
			});
};

const streamEnd = 1;
const ok = 0;

/** The contents of a file that is one whole stream; nothing of any other, which the package knows what to do with. */
const unxzWhole = (data: Uint8Array): Uint8Array | undefined => {
	const engine = newEngine("STREAM_DECODE");
	if (engine === undefined) return undefined;
	try {
		const pieces: Buffer[] = [];
		let at = 0;
		for (let size = Math.max(1 << 16, data.length * 6); ; size = Math.max(size, 1 << 20)) {
			const out = Buffer.allocUnsafeSlow(size);
			const [status, inLeft, outLeft] = engine.codeSync(LZMA_FINISH, data, at, data.length - at, out, 0);
			at = data.length - inLeft;
			pieces.push(out.subarray(0, size - outLeft));
			if (status === streamEnd) return inLeft > 0 ? undefined : pieces.length === 1 ? pieces[0] : Buffer.concat(pieces);
			if (status !== ok || outLeft > 0) return undefined;
		}
	} finally {
		engine.close();
	}
};

/** The contents of an xz file. */
export const unxzSync = (data: Uint8Array): Uint8Array => {
	const whole = unxzWhole(data);
	if (whole !== undefined) return whole;
	loaded ??= load();
	if (loaded !== undefined) return loaded.unxzSync(data);
	const { status, stdout, error } = spawnSync("xz", ["--decompress", "--stdout"], {
		input: data,
		maxBuffer: 2 ** 31 - 1,
	});
	if (error !== undefined || status !== 0) throw error ?? new Error("xz could not decompress the data");
	return stdout;
};

/** An xz file with these contents. */
export const xzSync = (data: Uint8Array, options: XzOptions = {}): Uint8Array => {
	loaded ??= load();
	if (loaded !== undefined) return loaded.xzSync(data, options);
	const level = options.preset === undefined ? [] : [`-${options.preset}`];
	const { status, stdout, error } = spawnSync("xz", [...level, "--compress", "--stdout"], {
		input: data,
		maxBuffer: 2 ** 31 - 1,
	});
	if (error !== undefined || status !== 0) throw error ?? new Error("xz could not compress the data");
	return stdout;
};

/** What compresses a file in one call, where it can be had without the whole library. */
export const xzEngine = (options: XzOptions): { readonly lzma: Engine; close(): void } | undefined => {
	const engine = newEngine("STREAM_ENCODE", options);
	return engine === undefined ? undefined : { lzma: engine, close: () => engine.close() };
};

/** What compresses and decompresses piece by piece, where the library is there. */
export const streams = (): Liblzma | undefined => (loaded ??= load());

/** The same, in another thread or process. */
export const xz = (data: Uint8Array, options: XzOptions, done: Done): void => {
	loaded ??= load();
	if (loaded !== undefined) return loaded.xz(data, options, done);
	const level = options.preset === undefined ? [] : [`-${options.preset}`];
	const program = spawn("xz", [...level, "--compress", "--stdout"], { stdio: ["pipe", "pipe", "inherit"] });
	const pieces: Buffer[] = [];
	program.stdout.on("data", (piece: Buffer) => pieces.push(piece));
	program.stdin.on("error", () => {});
	program.on("error", done);
	program.on("close", (status) =>
		status === 0 ? done(null, Buffer.concat(pieces)) : done(new Error("xz could not compress the data")),
	);
	program.stdin.end(data);
};

export const LZMA_RUN = 0;
export const LZMA_FINISH = 3;

/** A decoder that is driven piece by piece; without the library, one that holds all of it. */
export const createUnxz = (): { close(): void } => {
	const engine = newEngine("STREAM_DECODE");
	if (engine !== undefined) return { lzma: engine, close: () => engine.close() } as { close(): void };
	loaded ??= load();
	return loaded === undefined ? wholeUnxz() : loaded.createUnxz();
};

/** The same over {@link unxzSync}: gathers its input, and gives the output once that has ended. */
const wholeUnxz = () => {
	const pieces: Buffer[] = [];
	let result: Uint8Array | undefined;
	let given = 0;
	const codeSync = (action: number, chunk: Buffer, at: number, available: number, out: Buffer) => {
		pieces.push(Buffer.from(chunk.subarray(at, at + available)));
		if (action !== LZMA_FINISH) return [0, 0, out.length];
		result ??= unxzSync(Buffer.concat(pieces));
		const piece = result.subarray(given, given + out.length);
		out.set(piece);
		given += piece.length;
		return [given === result.length ? 1 : 0, 0, out.length - piece.length];
	};
	return { lzma: { codeSync }, close: () => {} };
};
