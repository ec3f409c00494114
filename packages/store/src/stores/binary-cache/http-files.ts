import type { CacheFiles } from "./cache-files";
import { absent, type CacheAnswer, transfer, type TransferOptions, type TransferRequest } from "./http-transfer";

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
			try {
				for await (const piece of answer.body ?? [new Uint8Array(await answer.arrayBuffer())]) {
					const wanted = piece.subarray(Math.min(skip, piece.length));
					skip -= piece.length - wanted.length;
					received += wanted.length;
					if (wanted.length > 0) yield wanted;
				}
				return;
			} catch (error) {
				if (signal?.aborted === true || attempt >= tries) throw error;
			}
			const headers = (): Record<string, string> => ({ Range: `bytes=${received}-` });
			answer = await ask("download", path, { method: "GET", headers, use: async (answer) => answer });
		}
	}

	const put = async (path: string, request: Omit<TransferRequest<unknown>, "method" | "use">): Promise<void> => {
		await ask("upload", path, { ...request, method: "PUT", use: (answer) => answer.arrayBuffer() });
	};

	return {
		uri: options.uri ?? base,
		...(options.key === undefined ? {} : { key: options.key }),
		getInfo: (path) => ask("download", path, { method: "GET", strict: true, use: whole }),
		get: (path) => ask("download", path, { method: "GET", use: whole }),
		open: async (path) => {
			const answer = await ask("download", path, { method: "GET", use: async (answer) => answer });
			if (!absent.has(answer.status)) return pieces(path, answer);
			await answer.arrayBuffer();
			return undefined;
		},
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

/** Pieces that are the taker's, one after the other. */
async function* later(pieces: Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
	for (const piece of pieces) yield piece.slice();
}
