import type { Spool } from "./archives/bytes";
import { TransferError } from "./errors";
import type { HttpRequest, HttpTransport } from "./http";
import { type Answered, attempt, type Partial as PartialBody } from "./http-attempt";
import type { BodyStream } from "./http-body";
import type { NetrcEntry } from "./http-credentials";
import { mayPass, statusError } from "./http-status";

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
	readonly headers: {
		get(name: string): string | null;
		/** The values of each header of that name; without it they are taken for one. */
		all?(name: string): readonly string[];
	};
	/** Read where it is there, so that endless answers end and broken ones are resumed. */
	readonly body?: BodyStream | null;
	arrayBuffer(): Promise<ArrayBuffer>;
}

export interface FetchTransportOptions {
	readonly fetch: FetchFunction;
	/** `download-attempts`: how often a download is tried where the failure may pass. 5 unless told. */
	readonly tries?: number;
	/** Waits between tries, in milliseconds. Without it there is no waiting. */
	readonly sleep?: (milliseconds: number) => Promise<void>;
	/** Runs an action after milliseconds, unless what it gave is called before. Without it nothing counts as stalled. */
	readonly later?: (milliseconds: number, action: () => void) => () => void;
	/** Milliseconds, for messages that tell how long something took. Without it they do not tell. */
	readonly now?: () => number;
	/** From 0 to below 1: makes waits differ. Without it they do not. */
	readonly random?: () => number;
	readonly warn?: (message: string) => void;
	readonly signal?: AbortSignal;
	readonly userAgent?: string;
	/** Bytes that a download may have; without bounds unless told. */
	readonly maxSize?: number;
	/** `stalled-download-timeout`: seconds without data after which a download has failed. */
	readonly stalledTimeout?: number;
	/** `download-speed`: kilobytes a second; 0 for as fast as it goes. */
	readonly speed?: number;
	/** `http-connections`: downloads at once; 0 for any number. */
	readonly connections?: number;
	/** Where large bodies are put aside for those who ask for that. */
	readonly spool?: Spool;
	/** Logins for machines, of a netrc file. */
	readonly netrc?: readonly NetrcEntry[];
}

const firstWait = 250;
const waitWhenTooMany = 60_000;

/** Lets so many through at once. */
const gate = (places: number): (<T>(action: () => Promise<T>) => Promise<T>) => {
	let free = places;
	const waiting: (() => void)[] = [];
	return async (action) => {
		if (free > 0) free--;
		else await new Promise<void>((resolve) => waiting.push(resolve));
		try {
			return await action();
		} finally {
			const next = waiting.shift();
			if (next === undefined) free++;
			else next();
		}
	};
};

/** How long to wait before trying again, in milliseconds: longer each time, but no longer than the server asks for. */
const waitFor = (answered: Answered | undefined, number: number, random: () => number): number => {
	const tooMany = answered?.response.status === 429;
	const wait = Math.trunc((tooMany ? waitWhenTooMany : firstWait) * 2 ** (number - 1 + random() / 2));
	const asked = answered?.retryAfter;
	return asked === undefined ? wait : Math.min(wait, Math.max(asked * 1000, firstWait));
};

const failureOf = (request: HttpRequest, { response }: Answered): string =>
	statusError(request.url, response.status, response.body).message;

/**
 * An HTTP transport over any function like the Web's `fetch`. Follows redirects itself, to know the whole chain and
 * so that credentials stay with the server they are for; tries again what may pass, with longer and longer waits, and
 * goes on where a download broke off if the server can do that.
 *
 *     const http = fetchTransport({ fetch: globalThis.fetch })
 */
export const fetchTransport = (options: FetchTransportOptions): HttpTransport => {
	const { tries = 5, connections = 0, random = () => 0 } = options;
	const pass = connections > 0 ? gate(connections) : undefined;
	const once = (request: HttpRequest, partial: PartialBody | undefined) =>
		pass === undefined ? attempt(request, partial, options) : pass(() => attempt(request, partial, options));
	return {
		async request(request) {
			let partial: PartialBody | undefined;
			for (let number = 1; ; number++) {
				const result = await once(request, partial);
				if (result.kind === "answered" && !mayPass(result.response.status)) return result.response;
				const failure = result.kind === "answered" ? failureOf(request, result) : result.failure;
				if (number >= tries) {
					if (result.kind === "failed") result.partial?.body.discard();
					if (result.kind === "answered") return result.response;
					throw new TransferError("TRANSIENT", failure);
				}
				partial = result.kind === "failed" ? result.partial : undefined;
				const wait = waitFor(result.kind === "answered" ? result : undefined, number, random);
				const from = partial === undefined ? "" : `from offset ${partial.body.size} `;
				options.warn?.(`${failure}; retrying ${from}in ${wait} ms (attempt ${number}/${tries})`);
				await options.sleep?.(wait);
			}
		},
	};
};
