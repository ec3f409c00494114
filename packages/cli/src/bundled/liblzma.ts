import { spawn, spawnSync } from "node:child_process";
import { createRequire } from "node:module";

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

/** The contents of an xz file. */
export const unxzSync = (data: Uint8Array): Uint8Array => {
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
