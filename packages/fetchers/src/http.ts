import type { SpoolHandle } from "./archives/bytes";

/** A download, or with a body a question. Header names are those of HTTP, in any case. */
export interface HttpRequest {
	readonly url: string;
	/** `GET` unless told. */
	readonly method?: "POST";
	readonly body?: Uint8Array;
	readonly headers: Readonly<Record<string, string>>;
	/** Bytes that the answer may have; the transport's own bound unless told. */
	readonly maxSize?: number;
	/** Whether a large body may come as one put aside. */
	readonly spooled?: boolean;
}

/** What came back, after redirects. */
export interface HttpResponse {
	readonly status: number;
	/** Every URL of the redirect chain, the first asked for first, the one that answered last. */
	readonly urls: readonly string[];
	/** Of the last answer. */
	readonly etag?: string;
	/** The `Link` (or `X-Amz-Meta-Link`) headers of all answers in the chain. */
	readonly links: readonly string[];
	/** Whether a server that refuses says that it has been asked too often. */
	readonly rateLimited?: boolean;
	readonly body: Uint8Array;
	/** The body, if it was large and may be put aside; `body` is empty then. Whoever takes it closes it. */
	readonly aside?: SpoolHandle;
}

/**
 * Downloads with GET, following redirects, retrying what is worth it. Gives the answer whatever its status; throws a
 * TransferError where none came.
 */
export interface HttpTransport {
	request(request: HttpRequest): Promise<HttpResponse>;
	/** Only where a download can be waited for without returning (a worker that blocks). */
	requestSync?(request: HttpRequest): HttpResponse;
}

/** The URL of a `Link: <…>; rel="immutable"` header (the lockable tarball protocol), if there is one; the last wins. */
export const immutableLink = (links: readonly string[]): string | undefined => {
	let found: string | undefined;
	for (const link of links) found = /^<([^>]*)>; rel="immutable"$/i.exec(link.trim())?.[1] ?? found;
	return found;
};
