import { NixError, StoreError } from "../../errors";
import type { CacheFiles } from "./cache-files";

/** The part of the Web's `fetch` that a binary cache takes. */
export type CacheFetch = (
	url: string,
	init: {
		readonly method: "GET" | "HEAD" | "PUT";
		readonly headers: Record<string, string>;
		readonly body?: Uint8Array;
		readonly signal?: AbortSignal;
	},
) => Promise<{ readonly status: number; arrayBuffer(): Promise<ArrayBuffer> }>;

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

	const transfer = async (
		verb: "download" | "upload",
		method: "GET" | "HEAD" | "PUT",
		path: string,
		extra: { readonly headers?: Record<string, string>; readonly body?: Uint8Array } = {},
	): Promise<{ status: number; body: Uint8Array }> => {
		const whole = urlOf(path);
		for (let attempt = 1; ; attempt++) {
			let failure: CacheTransferError;
			try {
				const answer = await options.fetch(whole, {
					method,
					headers: { ...extra.headers },
					...(extra.body === undefined ? {} : { body: extra.body }),
					...(signal === undefined ? {} : { signal }),
				});
				const body = new Uint8Array(await answer.arrayBuffer());
				if ((answer.status >= 200 && answer.status < 300) || absent.has(answer.status))
					return { status: answer.status, body };
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

	return {
		uri: base,
		get: async (path) => {
			const { status, body } = await transfer("download", "GET", path);
			return absent.has(status) ? undefined : body;
		},
		exists: async (path) => !absent.has((await transfer("download", "HEAD", path)).status),
		put: async (path, contents, mimeType) => {
			const encoded = options.encode?.(path, contents);
			const { status } = await transfer("upload", "PUT", path, {
				headers: {
					"Content-Type": mimeType,
					...(encoded === undefined ? {} : { "Content-Encoding": encoded.encoding }),
				},
				body: encoded?.contents ?? contents,
			});
			if (absent.has(status))
				throw new CacheTransferError(`unable to upload '${urlOf(path)}': HTTP error ${status}`, status);
		},
	};
};
