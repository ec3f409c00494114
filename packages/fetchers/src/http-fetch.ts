import { TransferError } from "./errors";
import type { HttpRequest, HttpResponse, HttpTransport } from "./http";

/** The part of the Web's `fetch` that is used. */
export type FetchFunction = (
	url: string,
	init: {
		headers: Record<string, string>;
		redirect: "manual";
		signal?: AbortSignal;
		method?: "POST";
		body?: ArrayBuffer;
	},
) => Promise<FetchAnswer>;

/** The part of the Web's `Response` that is used. */
export interface FetchAnswer {
	readonly status: number;
	readonly headers: { get(name: string): string | null };
	arrayBuffer(): Promise<ArrayBuffer>;
}

export interface FetchTransportOptions {
	readonly fetch: FetchFunction;
	/** How often a download is tried where the failure may pass. 5 unless told. */
	readonly tries?: number;
	/** Waits between tries, in milliseconds. Without it there is no waiting. */
	readonly sleep?: (milliseconds: number) => Promise<void>;
	readonly warn?: (message: string) => void;
	readonly signal?: AbortSignal;
	readonly userAgent?: string;
	/** Bytes that a download may have; without bounds unless told. */
	readonly maxSize?: number;
}

const maxRedirects = 10;
const firstWait = 250;
const waitWhenTooMany = 5000;

const mayPass = (status: number): boolean =>
	status === 408 || status === 429 || (status >= 500 && ![501, 505, 511].includes(status));

/** Why no answer came, worded as curl words it where the runtime says enough. */
const reasonOf = (error: unknown, url: string): string => {
	const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
	const code = (cause as { code?: unknown } | undefined)?.code;
	const { hostname, port, protocol } = new URL(url);
	if (code === "ENOTFOUND" || code === "EAI_AGAIN")
		return `Could not resolve hostname (6) Could not resolve host: ${hostname}`;
	if (code === "ECONNREFUSED") {
		const place = `${hostname}:${port === "" ? (protocol === "https:" ? 443 : 80) : port}`;
		return `Could not connect to server (7) Failed to connect to ${place}: Could not connect to server`;
	}
	return cause instanceof Error ? cause.message : String(cause);
};

/** Credentials that are meant for one host are not taken along to another. */
const headersFor = (request: HttpRequest, url: string, options: FetchTransportOptions): Record<string, string> => {
	const headers: Record<string, string> = { ...request.headers };
	if (new URL(url).host !== new URL(request.url).host)
		for (const name of Object.keys(headers))
			if (/^(authorization|private-token|cookie)$/i.test(name)) delete headers[name];
	if (options.userAgent !== undefined) headers["User-Agent"] = options.userAgent;
	return headers;
};

const attempt = async (request: HttpRequest, options: FetchTransportOptions): Promise<HttpResponse> => {
	const urls = [request.url];
	const { method, body: sent } = request;
	/** What is sent along; a redirect other than 307 and 308 is followed without it. */
	let sending = method === undefined || sent === undefined ? {} : { method, body: new Uint8Array(sent).buffer };
	const links: string[] = [];
	for (;;) {
		const url = urls.at(-1) as string;
		const answer = await options.fetch(url, {
			headers: headersFor(request, url, options),
			redirect: "manual",
			...sending,
			...(options.signal === undefined ? {} : { signal: options.signal }),
		});
		const { headers, status } = answer;
		for (const name of ["link", "x-amz-meta-link"]) {
			const link = headers.get(name);
			if (link !== null) links.push(link);
		}
		const location = headers.get("location");
		if ([301, 302, 303, 307, 308].includes(status) && location !== null) {
			if (urls.length > maxRedirects)
				throw new TransferError(
					"TRANSFER",
					`unable to download '${request.url}': Number of redirects hit maximum amount (47) `,
				);
			const next = new URL(location, url);
			if (next.protocol !== "http:" && next.protocol !== "https:")
				throw new TransferError("TRANSFER", `unable to download '${request.url}': Unsupported protocol (1) `);
			urls.push(next.href);
			if (status < 307) sending = {};
			continue;
		}
		const etag = headers.get("etag");
		const length = Number(headers.get("content-length") ?? 0);
		const { maxSize = Number.POSITIVE_INFINITY } = options;
		const tooLarge = () =>
			new TransferError("TRANSFER", `unable to download '${request.url}': it is larger than ${maxSize} bytes`);
		if (length > maxSize) throw tooLarge();
		const body = new Uint8Array(await answer.arrayBuffer());
		if (body.length > maxSize) throw tooLarge();
		return { status, urls, links, body, ...(etag === null ? {} : { etag }) };
	}
};

/**
 * An HTTP transport over any function like the Web's `fetch`. Follows redirects itself, to know the whole chain, and
 * tries again what may pass: lost connections and busy servers.
 *
 *     const http = fetchTransport({ fetch: globalThis.fetch })
 */
export const fetchTransport = (options: FetchTransportOptions): HttpTransport => ({
	async request(request) {
		const tries = options.tries ?? 5;
		for (let number = 1; ; number++) {
			let failure: string;
			let wait = firstWait * 2 ** (number - 1);
			let response: HttpResponse | undefined;
			try {
				response = await attempt(request, options);
				if (!mayPass(response.status)) return response;
				failure = `unable to download '${request.url}': HTTP error ${response.status}`;
				if (response.status === 429) wait = waitWhenTooMany * 2 ** (number - 1);
			} catch (error) {
				if (error instanceof TransferError || options.signal?.aborted === true) throw error;
				failure = `unable to download '${request.url}': ${reasonOf(error, request.url)}`;
			}
			if (number >= tries) {
				if (response !== undefined) return response;
				throw new TransferError("TRANSIENT", failure);
			}
			options.warn?.(`${failure}; retrying in ${wait} ms (attempt ${number}/${tries})`);
			await options.sleep?.(wait);
		}
	},
});
