import { NixError, StoreError } from "../../errors";
import type { CacheFiles } from "./cache-files";

/** The part of the Web's `fetch` that a binary cache takes. */
export type CacheFetch = (
	url: string,
	init: {
		readonly method: "GET" | "HEAD" | "PUT";
		readonly headers: Record<string, string>;
		readonly body?: Uint8Array | AsyncIterable<Uint8Array>;
		readonly signal?: AbortSignal;
	},
) => Promise<CacheAnswer>;

/** The part of the Web's `Response` that a binary cache takes. */
export interface CacheAnswer {
	readonly status: number;
	/** The body piece by piece, where it can be had so. */
	readonly body?: AsyncIterable<Uint8Array> | null;
	arrayBuffer(): Promise<ArrayBuffer>;
}

export interface HttpFilesOptions {
	readonly fetch: CacheFetch;
	/** How often a transfer is tried where the failure may pass. 5 unless told. */
	readonly tries?: number;
	/** Waits between tries, in milliseconds; without it there is no waiting. */
	readonly sleep?: (milliseconds: number) => Promise<void>;
	readonly onWarning?: (message: string) => void;
	readonly signal?: AbortSignal;
	/** Compresses what is uploaded: narinfo files, listings, logs. Undefined: as it is. */
	readonly encode?: (path: string, contents: Uint8Array) => { encoding: string; contents: Uint8Array } | undefined;
}

/** A transfer that came to nothing. */
export class CacheTransferError extends StoreError {
	constructor(
		message: string,
		readonly status: number | undefined,
		cause?: unknown,
	) {
		super("TRANSFER_FAILED", message, cause === undefined ? undefined : { cause });
	}
}

const absent = new Set([401, 403, 404, 407, 410]);

const mayPass = (status: number): boolean =>
	status === 408 || status === 429 || (status >= 500 && ![501, 505, 511].includes(status));

/** Why no answer came. */
const reason = (error: unknown): string => {
	const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
	return cause instanceof Error ? cause.message : String(cause);
};

/** A binary cache behind HTTP. `url` is without parameters. Files are uploaded with `PUT`. */
export const httpFiles = (url: string, options: HttpFilesOptions): CacheFiles => {
	const base = url.replace(/\/+$/, "");
	const { tries = 5, signal } = options;
	const urlOf = (path: string): string => new URL(path, `${base}/`).href;

	/** Asks until there is an answer, or it is known that there will be none. `use` takes the answer. */
	const transfer = async <T>(verb: "download" | "upload", path: string, request: Request<T>): Promise<T> => {
		const whole = urlOf(path);
		for (let attempt = 1; ; attempt++) {
			let failure: CacheTransferError;
			try {
				const body = request.body?.();
				const answer = await options.fetch(whole, {
					method: request.method,
					headers: { ...request.headers?.() },
					...(body === undefined ? {} : { body }),
					...(signal === undefined ? {} : { signal }),
				});
				if ((answer.status >= 200 && answer.status < 300) || absent.has(answer.status))
					return await request.use(answer);
				await answer.arrayBuffer();
				failure = new CacheTransferError(`unable to ${verb} '${whole}': HTTP error ${answer.status}`, answer.status);
				if (!mayPass(answer.status)) throw failure;
			} catch (error) {
				if (signal?.aborted === true || error instanceof NixError) throw error;
				failure = new CacheTransferError(`unable to ${verb} '${whole}': ${reason(error)}`, undefined, error);
			}
			if (attempt >= tries) throw failure;
			const wait = (failure.status === 429 ? 5000 : 250) * 2 ** (attempt - 1);
			options.onWarning?.(`${failure.message}; retrying in ${wait} ms (attempt ${attempt}/${tries})`);
			await options.sleep?.(wait);
		}
	};

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
			answer = await transfer("download", path, { method: "GET", headers, use: async (answer) => answer });
		}
	}

	const put = async (path: string, request: Omit<Request<number>, "method" | "use">): Promise<void> => {
		const status = await transfer("upload", path, {
			...request,
			method: "PUT",
			use: async (answer) => {
				await answer.arrayBuffer();
				return answer.status;
			},
		});
		if (absent.has(status))
			throw new CacheTransferError(`unable to upload '${urlOf(path)}': HTTP error ${status}`, status);
	};

	return {
		uri: base,
		get: (path) => transfer("download", path, { method: "GET", use: whole }),
		open: async (path) => {
			const answer = await transfer("download", path, { method: "GET", use: async (answer) => answer });
			if (!absent.has(answer.status)) return pieces(path, answer);
			await answer.arrayBuffer();
			return undefined;
		},
		exists: async (path) => (await transfer("download", path, { method: "HEAD", use: whole })) !== undefined,
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

/** One request, and what is made of its answer. Headers and body are made anew for each try. */
interface Request<T> {
	readonly method: "GET" | "HEAD" | "PUT";
	readonly headers?: () => Record<string, string>;
	readonly body?: () => Uint8Array | AsyncIterable<Uint8Array>;
	readonly use: (answer: CacheAnswer) => Promise<T>;
}

/** Pieces that are the taker's, one after the other. */
async function* later(pieces: Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
	for (const piece of pieces) yield piece.slice();
}
