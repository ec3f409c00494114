import type { CacheFiles } from "./cache-files";
import {
	absent,
	brokenOff,
	type CacheAnswer,
	type CacheTransferError,
	isBadEncoding,
	type TransferOptions,
	type TransferRequest,
	transfer,
} from "./http-transfer";

export interface HttpFilesOptions extends TransferOptions {
	/** How the cache is named in messages; its URL unless told. */
	readonly uri?: string;
	/** What is remembered of it goes by this name; the same unless told. */
	readonly key?: string;
	/** Compresses what is uploaded: narinfo files, listings, logs. Undefined: as it is. */
	readonly encode?: (path: string, contents: Uint8Array) => { encoding: string; contents: Uint8Array } | undefined;
}

/** A binary cache behind HTTP. `url` is without parameters. Files are uploaded with `PUT`. */
export const httpFiles = (url: string, options: HttpFilesOptions): CacheFiles => {
	const base = url.replace(/\/+$/, "");
	const { tries = 5, signal } = options;
	const urlOf = (path: string): string => new URL(path, `${base}/`).href;

	const ask = <T>(verb: "download" | "upload", path: string, request: TransferRequest<T>): Promise<T> =>
		transfer(verb, urlOf(path), request, options);

	const whole = async (answer: CacheAnswer): Promise<Uint8Array | undefined> => {
		const body = new Uint8Array(await answer.arrayBuffer());
		return absent.has(answer.status) ? undefined : body;
	};

	/** A file's contents as they come. What breaks off goes on where it was, by a request for the rest. */
	async function* pieces(path: string, first: CacheAnswer): AsyncGenerator<Uint8Array> {
		let answer = first;
		let received = 0;
		for (let attempt = 1; ; attempt++) {
			let skip = answer.status === 206 ? 0 : received;
			let failure: CacheTransferError;
			try {
				for await (const piece of bodyOf(answer)) {
					const wanted = piece.subarray(Math.min(skip, piece.length));
					skip -= piece.length - wanted.length;
					received += wanted.length;
					if (wanted.length > 0) yield wanted;
				}
				return;
			} catch (error) {
				if (signal?.aborted === true) throw error;
				failure = brokenOff(urlOf(path), answer.status, error);
				if (isBadEncoding(error)) throw failure;
			}
			if (attempt >= tries) throw failure;
			const wait = 250 * 2 ** (attempt - 1);
			const from = received === 0 ? "" : ` from offset ${received}`;
			options.onWarning?.(`${failure.message}; retrying${from} in ${wait} ms (attempt ${attempt}/${tries})`);
			await options.sleep?.(wait);
			const headers = (): Record<string, string> => ({ Range: `bytes=${received}-` });
			answer = await ask("download", path, { method: "GET", headers, use: async (answer) => answer });
		}
	}

	const open = async (path: string): Promise<AsyncIterable<Uint8Array> | undefined> => {
		const answer = await ask("download", path, { method: "GET", use: async (answer) => answer });
		if (!absent.has(answer.status)) return pieces(path, answer);
		await answer.arrayBuffer();
		return undefined;
	};

	const put = async (path: string, request: Omit<TransferRequest<unknown>, "method" | "use">): Promise<void> => {
		await ask("upload", path, { ...request, method: "PUT", use: (answer) => answer.arrayBuffer() });
	};

	return {
		uri: options.uri ?? base,
		...(options.key === undefined ? {} : { key: options.key }),
		getInfo: (path) => ask("download", path, { method: "GET", strict: true, use: whole }),
		get: async (path) => {
			if (!path.startsWith("nar/")) return ask("download", path, { method: "GET", use: whole });
			const nar = await open(path);
			return nar === undefined ? undefined : collect(nar);
		},
		open,
		exists: async (path) => (await ask("download", path, { method: "HEAD", use: whole })) !== undefined,
		put: async (path, contents, mimeType) => {
			const encoded = options.encode?.(path, contents);
			await put(path, {
				headers: () => ({
					"Content-Type": mimeType,
					...(encoded === undefined ? {} : { "Content-Encoding": encoded.encoding }),
				}),
				body: () => encoded?.contents ?? contents,
			});
		},
		putLarge: (path, contents, mimeType) =>
			put(path, {
				headers: () => ({ "Content-Type": mimeType, "Content-Length": String(contents.size) }),
				body: () => later(contents.read()),
			}),
	};
};

async function* bodyOf(answer: CacheAnswer): AsyncGenerator<Uint8Array> {
	if (answer.body === undefined || answer.body === null) yield new Uint8Array(await answer.arrayBuffer());
	else yield* answer.body;
}

const collect = async (pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> => {
	const all: Uint8Array[] = [];
	let size = 0;
	for await (const piece of pieces) {
		all.push(piece);
		size += piece.length;
	}
	if (all.length === 1) return all[0];
	const whole = new Uint8Array(size);
	let at = 0;
	for (const piece of all) {
		whole.set(piece, at);
		at += piece.length;
	}
	return whole;
};

/** Pieces that are the taker's, one after the other. */
async function* later(pieces: Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
	for (const piece of pieces) yield piece.slice();
}
