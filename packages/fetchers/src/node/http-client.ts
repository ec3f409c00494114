import { type ClientRequest, type IncomingMessage, request as plainRequest } from "node:http";
import type { Readable } from "node:stream";
import type { BodyStream } from "../http-body";
import type { FetchAnswer, FetchFunction } from "../http-fetch";
import { type ConnectionSettings, Routes, socketError } from "./http-agents";

type Decoder = () => NodeJS.ReadWriteStream;

/** What undoes the encodings that bodies may come in: what this Node knows. */
const decoders = (): Readonly<Record<string, Decoder | undefined>> => {
	const zlib = process.getBuiltinModule("node:zlib");
	const newer = zlib as { createZstdDecompress?: Decoder };
	return {
		gzip: zlib.createGunzip,
		"x-gzip": zlib.createGunzip,
		deflate: zlib.createInflate,
		br: zlib.createBrotliDecompress,
		...(newer.createZstdDecompress === undefined ? {} : { zstd: newer.createZstdDecompress }),
	};
};

const acceptedEncodings = (): string =>
	["deflate", "gzip", "br", ...("createZstdDecompress" in process.getBuiltinModule("node:zlib") ? ["zstd"] : [])].join(
		", ",
	);

const hasBody = ({ statusCode = 0 }: IncomingMessage): boolean => statusCode !== 204 && statusCode !== 304;

/** The body with what its `Content-Encoding` says undone. An encoding that is not known stays. */
const decoded = (answer: IncomingMessage): Readable => {
	const encodings = (answer.headers["content-encoding"] ?? "")
		.split(",")
		.map((name) => name.trim().toLowerCase())
		.filter((name) => name !== "" && name !== "identity");
	if (encodings.length === 0 || !hasBody(answer)) return answer;
	const known = decoders();
	const chain = encodings.reverse().map((name) => known[name]);
	if (chain.some((decoder) => decoder === undefined)) return answer;
	const { pipeline } = process.getBuiltinModule("node:stream");
	const streams = chain.map((decoder) => (decoder as Decoder)());
	// What goes wrong is what reading it throws.
	return pipeline([answer, ...streams], () => {}) as unknown as Readable;
};

/** Bodies smaller than this are read to their end where nobody wants them, so that the connection can be kept. */
const smallBody = 1 << 16;

const bodyStream = (answer: IncomingMessage): BodyStream => {
	const readable = decoded(answer);
	let pieces: AsyncIterator<Uint8Array> | undefined;
	return {
		getReader: () => ({
			read: async () => {
				pieces ??= readable[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
				const { done = false, value } = await pieces.next();
				return done ? { done } : { done, value };
			},
			cancel: async () => {
				if (pieces === undefined && readable === answer && Number(answer.headers["content-length"]) <= smallBody)
					answer.on("error", () => {}).resume();
				else readable.destroy();
			},
		}),
	};
};

const answerOf = (answer: IncomingMessage): FetchAnswer => {
	const body = bodyStream(answer);
	return {
		status: answer.statusCode ?? 0,
		headers: {
			get: (name) => {
				const value = answer.headers[name.toLowerCase()];
				return value === undefined ? null : Array.isArray(value) ? value.join(", ") : value;
			},
			all: (name) => answer.headersDistinct[name.toLowerCase()] ?? [],
		},
		body,
		arrayBuffer: async () => {
			const reader = body.getReader();
			const pieces: Uint8Array[] = [];
			for (let step = await reader.read(); !step.done; step = await reader.read())
				pieces.push(step.value as Uint8Array);
			return new Uint8Array(Buffer.concat(pieces)).buffer;
		},
	};
};

/** Gives up where no connection came about in time. */
const limitConnecting = (request: ClientRequest, milliseconds: number): void => {
	const timer = setTimeout(() => {
		request.destroy(socketError("ETIMEDOUT", "the connection took too long"));
	}, milliseconds);
	const done = (): void => clearTimeout(timer);
	request.once("close", done).once("response", done);
	request.once("socket", (socket) => {
		if (socket.connecting) socket.once("connect", done);
		else done();
	});
};

/** A server that hung up without a word, which Node tells like a connection that was reset. */
const asSeen = (error: Error): Error =>
	(error as NodeJS.ErrnoException).code === "ECONNRESET" && (error as NodeJS.ErrnoException).syscall === undefined
		? socketError("EMPTY_REPLY", error.message)
		: error;

const curlConnectTimeout = 300;

/**
 * Downloads by `node:http` and `node:https`, for {@link fetchTransport}: like the Web's `fetch` as far as that goes, but
 * loaded in a tenth of the time, with proxies, certificates and a time for connecting. Bodies come decoded.
 *
 *     fetchTransport({ fetch: nodeFetch({ proxies: proxiesOf(process.env) }) })
 */
export const nodeFetch = (settings: ConnectionSettings = {}): FetchFunction => {
	const ask = nodeRequests(settings);
	return (url, { body, ...init }) => ask(url, body === undefined ? init : { ...init, body: new Uint8Array(body) });
};

/** A request: as the Web's `fetch` takes it, but with any method, and bodies that come piece by piece. */
export interface NodeRequest {
	readonly method?: string;
	readonly headers: Record<string, string>;
	readonly body?: Uint8Array | AsyncIterable<Uint8Array>;
	readonly signal?: AbortSignal;
}

/** Writes a body to a request as fast as it is taken. */
const send = async (request: ClientRequest, body: NodeRequest["body"]): Promise<void> => {
	if (body === undefined || body instanceof Uint8Array) return void request.end(body);
	for await (const piece of body) {
		if (request.destroyed) return;
		if (!request.write(piece))
			await new Promise<void>((resolve) => void request.once("drain", resolve).once("close", resolve));
	}
	request.end();
};

/** As {@link nodeFetch}, with what uploads take. Redirects are answers like others. */
export const nodeRequests = (
	settings: ConnectionSettings = {},
): ((url: string, request: NodeRequest) => Promise<FetchAnswer>) => {
	const routes = new Routes(settings);
	const connectTimeout = (settings.connectTimeout || curlConnectTimeout) * 1000;
	const ask = async (text: string, init: NodeRequest): Promise<FetchAnswer> => {
		const { headers, signal, method = "GET", body } = init;
		signal?.throwIfAborted();
		const { options, secure, proxy } = routes.to(new URL(text));
		const start: typeof plainRequest = secure ? process.getBuiltinModule("node:https").request : plainRequest;
		const request = start({
			...options,
			method,
			headers: {
				Accept: "*/*",
				"Accept-Encoding": "Range" in headers ? "identity" : acceptedEncodings(),
				...(body instanceof Uint8Array ? { "Content-Length": String(body.byteLength) } : {}),
				...(options.headers as Record<string, string> | undefined),
				...headers,
			},
			...(signal === undefined ? {} : { signal }),
		});
		limitConnecting(request, connectTimeout);
		return new Promise((resolve, reject) => {
			let answered = false;
			request.once("response", (answer) => {
				answered = true;
				resolve(answerOf(answer));
			});
			request.on("error", (error) => {
				// A kept connection may be closed just when it is used again; a new one is never stale.
				const stale =
					request.reusedSocket && ["ECONNRESET", "EPIPE"].includes(String((error as { code?: unknown }).code));
				if (stale && body === undefined && !answered) ask(text, init).then(resolve, reject);
				else reject(proxy === undefined ? asSeen(error) : Object.assign(asSeen(error), { proxy }));
			});
			send(request, body).catch((error: Error) => void request.destroy(error));
		});
	};
	return ask;
};
