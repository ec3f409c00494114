import { type Holder, heldOrSpooled } from "./archives/bytes";
import { TransferError } from "./errors";
import type { HttpRequest, HttpResponse } from "./http";
import { type BodyLimits, BodyTooLarge, readBody, within } from "./http-body";
import { credentialsFor } from "./http-credentials";
import type { FetchAnswer, FetchTransportOptions } from "./http-fetch";
import { printReason, reasonOf, type TransferReason, tooSlow } from "./http-reason";
import { isSuccess } from "./http-status";

/** A download that broke off, of a server that can go on with it. */
export interface Partial {
	/** What has come. */
	readonly body: Holder;
	readonly etag: string | undefined;
}

/** The server answered, whatever it said. */
export interface Answered {
	readonly kind: "answered";
	readonly response: HttpResponse;
	/** Seconds that the server asks to wait. */
	readonly retryAfter?: number;
}

/** What came of one try. */
export type Attempt =
	| Answered
	| { readonly kind: "failed"; readonly failure: string; readonly partial?: Partial | undefined };

const maxRedirects = 10;

/** Bytes of a body that are held where it may be put aside. */
const held = 1 << 25;

/** More than any message of a server that refuses. */
const maxRefusal = 1 << 20;

/** The encodings of a body that a runtime may undo. */
const encodings: ReadonlySet<string> = new Set(["", "identity", "none", "gzip", "x-gzip", "deflate", "br", "zstd"]);

const isRedirect = (status: number): boolean => [301, 302, 303, 307, 308].includes(status);

const secretHeaders = /^(authorization|private-token|job-token|deploy-token|cookie|x-amz-security-token)$/i;

/** Credentials that are meant for one server are not taken along to another. */
const headersFor = (
	request: HttpRequest,
	url: string,
	partial: Partial | undefined,
	options: FetchTransportOptions,
): { url: string; headers: Record<string, string> } => {
	const elsewhere = new URL(url).origin !== new URL(request.url).origin;
	const headers: Record<string, string> = {};
	for (const [name, value] of Object.entries(request.headers))
		if (!elsewhere || !secretHeaders.test(name)) headers[name] = value;
	const { url: bare, authorization } = credentialsFor(url, options.netrc ?? []);
	const isAuthorized = Object.keys(headers).some((name) => name.toLowerCase() === "authorization");
	if (authorization !== undefined && !isAuthorized) headers.Authorization = authorization;
	if (options.userAgent !== undefined) headers["User-Agent"] = options.userAgent;
	if (partial !== undefined) {
		headers.Range = `bytes=${partial.body.size}-`;
		if (partial.etag !== undefined && !partial.etag.startsWith("W/")) headers["If-Range"] = partial.etag;
	}
	return { url: bare, headers };
};

const headerOf = (request: HttpRequest, wanted: string): string | undefined =>
	Object.entries(request.headers).find(([name]) => name.toLowerCase() === wanted)?.[1];

/** Throws a TransferError: trying again would not help. */
const hopeless = (request: HttpRequest, why: string, status = 0): never => {
	throw new TransferError("TRANSFER", `unable to download '${request.url}': ${why}`, status);
};

const nextURL = (request: HttpRequest, answer: FetchAnswer, location: string, urls: readonly string[]): string => {
	const { status } = answer;
	if (urls.length > maxRedirects)
		hopeless(request, `HTTP error ${status} (curl error: Number of redirects hit maximum amount)`, status);
	let next: URL;
	try {
		next = new URL(location, urls.at(-1));
	} catch {
		return hopeless(request, `HTTP error ${status} (curl error: URL using bad/illegal format or missing URL)`, status);
	}
	if (next.protocol !== "http:" && next.protocol !== "https:")
		hopeless(request, `HTTP error ${status} (curl error: Unsupported protocol)`, status);
	return next.href;
};

/** Seconds, of a `Retry-After` header that says a number. */
const retryAfter = (answer: FetchAnswer): { retryAfter?: number } => {
	const text = answer.headers.get("retry-after");
	return text !== null && /^\d{1,9}$/.test(text.trim()) ? { retryAfter: Number(text) } : {};
};

const saysTooMany = (answer: FetchAnswer): boolean =>
	answer.status === 429 ||
	(answer.status === 403 &&
		["x-ratelimit-remaining", "ratelimit-remaining"].some((name) => answer.headers.get(name)?.trim() === "0"));

const continues = (answer: FetchAnswer, { body }: Partial): boolean =>
	answer.status === 206 &&
	new RegExp(`^\\s*bytes\\s+${body.size}-`, "i").test(answer.headers.get("content-range") ?? "");

const wholeBody = async (answer: FetchAnswer, into: Holder, limits: BodyLimits): Promise<undefined> => {
	const body = new Uint8Array(await within(answer.arrayBuffer(), limits));
	if (body.length > limits.maxSize) throw new BodyTooLarge();
	into.write(body);
};

/** Lets go of an answer whose body is of no interest. */
const drop = (answer: FetchAnswer): void => {
	answer.body
		?.getReader()
		.cancel()
		.catch(() => {});
};

/**
 * Ask a server once, and those it sends us on to. `partial` is what an earlier try has already brought. Throws a
 * TransferError where trying again would not help.
 */
export const attempt = async (
	request: HttpRequest,
	partial: Partial | undefined,
	options: FetchTransportOptions,
): Promise<Attempt> => {
	const { signal, stalledTimeout = 0, speed = 0, sleep, later } = options;
	const maxSize = Math.min(request.maxSize ?? Number.POSITIVE_INFINITY, options.maxSize ?? Number.POSITIVE_INFINITY);
	const limits: BodyLimits = {
		maxSize,
		...(stalledTimeout > 0 ? { stalledAfter: stalledTimeout * 1000 } : {}),
		...(speed > 0 ? { speed: speed * 1024 } : {}),
		...(sleep === undefined ? {} : { sleep }),
		...(later === undefined ? {} : { later }),
	};
	const tooLarge = () => hopeless(request, `it is larger than ${maxSize} bytes`);
	const failed = (why: string): Attempt => ({
		kind: "failed",
		failure: `unable to download '${request.url}': ${why}`,
	});
	if (!URL.canParse(request.url)) hopeless(request, "URL using bad/illegal format or missing URL (3) ");
	const scheme = new URL(request.url).protocol.slice(0, -1);
	if (scheme !== "http" && scheme !== "https")
		hopeless(request, `Unsupported protocol (1) Protocol "${scheme}" not supported`);
	const urls = [request.url];
	const { method, body: sent } = request;
	/** What is sent along; a redirect other than 307 and 308 is followed without it. */
	let sending = method === undefined || sent === undefined ? {} : { method, body: new Uint8Array(sent).buffer };
	const links: string[] = [];
	for (;;) {
		let answer: FetchAnswer;
		const began = options.now?.();
		try {
			const { url, headers } = headersFor(request, urls.at(-1) as string, partial, options);
			const init = { headers, redirect: "manual" as const, ...sending, ...(signal === undefined ? {} : { signal }) };
			answer = await within(options.fetch(url, init), limits);
		} catch (error) {
			if (signal?.aborted === true) throw error;
			if (error === tooSlow) return failed("Timeout was reached (28) Operation too slow");
			const after = began === undefined ? undefined : (options.now as () => number)() - began;
			return failed(printReason(reasonOf(error, urls.at(-1) as string, after)));
		}
		const { headers, status } = answer;
		for (const name of ["link", "x-amz-meta-link"]) {
			const link = headers.get(name);
			if (link !== null) links.push(...(headers.all?.(name) ?? [link]));
		}
		const location = headers.get("location");
		if (isRedirect(status) && location !== null) {
			drop(answer);
			urls.push(nextURL(request, answer, location, urls));
			if (status < 307) sending = {};
			continue;
		}
		const etag = headers.get("etag") ?? undefined;
		const response = {
			urls,
			links,
			...(etag === undefined ? {} : { etag }),
			...(saysTooMany(answer) ? { rateLimited: true } : {}),
		};
		// Some servers send what we have although they were asked not to.
		if (status === 200 && etag !== undefined && etag === headerOf(request, "if-none-match")) {
			drop(answer);
			return { kind: "answered", response: { ...response, status: 304, body: new Uint8Array(0) } };
		}
		const resumes = partial !== undefined && continues(answer, partial);
		if (partial !== undefined && !resumes && (status === 206 || status === 416)) {
			drop(answer);
			return failed(`HTTP error ${status} (curl error: Requested range was not delivered by the server)`);
		}
		const succeeded = isSuccess(status);
		const encoded = (headers.get("content-encoding") ?? "").split(",").map((name) => name.trim().toLowerCase());
		if (succeeded && !encoded.every((name) => encodings.has(name))) {
			drop(answer);
			hopeless(
				request,
				`HTTP error ${status} (curl error: Unrecognized or bad HTTP Content or Transfer-Encoding)`,
				status,
			);
		}
		if (!resumes) partial?.body.discard();
		const into = resumes ? (partial as Partial).body : heldOrSpooled(request.spooled ? options.spool : undefined, held);
		const bodyLimits = succeeded ? limits : { ...limits, maxSize: Math.min(maxSize, maxRefusal) };
		if (succeeded && into.size + Number(headers.get("content-length") ?? 0) > maxSize) {
			drop(answer);
			tooLarge();
		}
		let broken: TransferReason | undefined;
		try {
			broken =
				answer.body === undefined || answer.body === null
					? await wholeBody(answer, into, bodyLimits)
					: await readBody(answer.body, into, bodyLimits);
		} catch (error) {
			into.discard();
			if (error instanceof BodyTooLarge) {
				if (succeeded) return tooLarge();
				return { kind: "answered", response: { ...response, status, body: new Uint8Array(0) }, ...retryAfter(answer) };
			}
			if (signal?.aborted === true) throw error;
			return failed(`HTTP error ${status} (curl error: ${reasonOf(error, urls.at(-1) as string).name})`);
		}
		if (broken !== undefined) {
			if (signal?.aborted === true) {
				into.discard();
				throw signal.reason;
			}
			const encoding = headers.get("content-encoding")?.trim().toLowerCase() ?? "";
			const resumable =
				into.size > 0 &&
				succeeded &&
				method === undefined &&
				(resumes || headers.get("accept-ranges")?.trim().toLowerCase() === "bytes") &&
				(encoding === "" || encoding === "identity");
			if (!resumable) into.discard();
			return {
				...(failed(`HTTP error ${status} (curl error: ${broken.name})`) as Attempt & { kind: "failed" }),
				...(resumable ? { partial: { body: into, etag } } : {}),
			};
		}
		const aside = into.handOver();
		const finished = aside === undefined ? into.finish() : undefined;
		const body = finished?.read(0, finished.size) ?? new Uint8Array(0);
		return {
			kind: "answered",
			response: { ...response, status: resumes ? 200 : status, body, ...(aside === undefined ? {} : { aside }) },
			...retryAfter(answer),
		};
	}
};
