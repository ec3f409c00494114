import { bytesToString } from "../../byte-string";
import { NixError, StoreError } from "../../errors";

/** The part of the Web's `fetch` that a binary cache takes. */
export type CacheFetch = (
	url: string,
	init: {
		readonly method: "GET" | "HEAD" | "PUT" | "POST" | "DELETE";
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
	readonly headers?: { get(name: string): string | null };
	arrayBuffer(): Promise<ArrayBuffer>;
}

/** How transfers are tried, and tried again. */
export interface TransferOptions {
	readonly fetch: CacheFetch;
	/** How often a transfer is tried where the failure may pass. 5 unless told. */
	readonly tries?: number;
	/** Waits between tries, in milliseconds; without it there is no waiting. */
	readonly sleep?: (milliseconds: number) => Promise<void>;
	readonly onWarning?: (message: string) => void;
	readonly signal?: AbortSignal;
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

/** Statuses that say that there is no such file. */
const missing = new Set([404, 410]);
/** Those, and the ones that say that it is not for us. */
export const absent = new Set([401, 403, 407, ...missing]);

/** The error for an answer of that status; what the answer says is a part of it where it is short or a page. */
const statusError = (verb: string, url: string, status: number, body: string): CacheTransferError => {
	const shown =
		body.length < 1024 || body.includes("<html>") ? `\n\nresponse body:\n\n${body.replace(/[\r\n]+$/, "")}` : "";
	return new CacheTransferError(`unable to ${verb} '${url}': HTTP error ${status}${shown}`, status);
};

/** Whether an answer's body is not encoded as the answer says. */
export const isBadEncoding = (error: unknown): boolean => {
	const { code, cause } = (error ?? {}) as { code?: unknown; cause?: unknown };
	return String(code).startsWith("Z_") || (cause !== undefined && isBadEncoding(cause));
};

/** The error for an answer whose body broke off, or cannot be decoded, as curl words it. */
export const brokenOff = (url: string, status: number, error: unknown): CacheTransferError => {
	const why = isBadEncoding(error)
		? "Unrecognized or bad HTTP Content or Transfer-Encoding"
		: "Transferred a partial file";
	return new CacheTransferError(
		`unable to download '${url}': HTTP error ${status} (curl error: ${why})`,
		status,
		error,
	);
};

const nothing: ReadonlySet<number> = new Set();

const mayPass = (status: number): boolean =>
	status === 408 || status === 429 || (status >= 500 && ![501, 505, 511].includes(status));

/** Why no answer came. */
const reason = (error: unknown): string => {
	const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
	return cause instanceof Error ? cause.message : String(cause);
};

/** One request, and what is made of its answer. Headers and body are made anew for each try. */
export interface TransferRequest<T> {
	readonly method: "GET" | "HEAD" | "PUT" | "POST" | "DELETE";
	readonly headers?: () => Record<string, string>;
	readonly body?: () => Uint8Array | AsyncIterable<Uint8Array>;
	/** What is not for us is an error, not a file that is not there. */
	readonly strict?: boolean;
	readonly use: (answer: CacheAnswer) => Promise<T>;
}

/** Asks for a URL until there is an answer, or it is known that there will be none; the request's `use` takes it. */
export const transfer = async <T>(
	verb: "download" | "upload",
	url: string,
	request: TransferRequest<T>,
	options: TransferOptions,
): Promise<T> => {
	const { tries = 5, signal } = options;
	for (let attempt = 1; ; attempt++) {
		let failure: CacheTransferError;
		try {
			const body = request.body?.();
			const answer = await options.fetch(url, {
				method: request.method,
				headers: { ...request.headers?.() },
				...(body === undefined ? {} : { body }),
				...(signal === undefined ? {} : { signal }),
			});
			const passed = verb === "upload" ? nothing : request.strict === true ? missing : absent;
			if ((answer.status >= 200 && answer.status < 300) || passed.has(answer.status)) return await request.use(answer);
			failure = statusError(verb, url, answer.status, bytesToString(new Uint8Array(await answer.arrayBuffer())));
			if (!mayPass(answer.status)) throw failure;
		} catch (error) {
			if (signal?.aborted === true || error instanceof NixError) throw error;
			failure = new CacheTransferError(`unable to ${verb} '${url}': ${reason(error)}`, undefined, error);
		}
		if (attempt >= tries) throw failure;
		const wait = (failure.status === 429 ? 5000 : 250) * 2 ** (attempt - 1);
		options.onWarning?.(`${failure.message}; retrying in ${wait} ms (attempt ${attempt}/${tries})`);
		await options.sleep?.(wait);
	}
};
