import { AwsV4Signer } from "aws4fetch";
import type { StoredContents } from "../../accessors/memory";
import { stringToBytes } from "../../byte-string";
import { StoreError } from "../../errors";
import { createHasher, hashBytes } from "../../formats/hash";
import type { CacheFiles } from "./cache-files";
import { type HttpFilesOptions, httpFiles } from "./http-files";
import { type CacheFetch, transfer, type TransferRequest } from "./http-transfer";
import type { S3Credentials } from "./s3-credentials";
import { type S3Place, s3BaseUrl } from "./s3-url";

/** The sizes that S3 allows parts of an upload to have, in bytes, and how many there may be. */
const smallestPart = 5 * 2 ** 20;
const largestPart = 5 * 2 ** 30;
const mostParts = 10000;

/** How a bucket is used: the settings of the reference's S3 binary cache store. */
export interface S3FilesOptions extends Omit<HttpFilesOptions, "uri"> {
	readonly place: S3Place;
	/** Names the cache in messages. */
	readonly uri: string;
	/** Without them requests are not signed. */
	readonly credentials?: S3Credentials;
	readonly storageClass?: string;
	/** Upload large files in parts: `multipart-upload`. */
	readonly multipartUpload?: boolean;
	/** In bytes; 5 MiB, which is also the least. */
	readonly multipartChunkSize?: number;
	/** Files beyond this many bytes are uploaded in parts; 100 MiB. */
	readonly multipartThreshold?: number;
	/** The time that requests are signed with. */
	readonly now: () => Date;
	/** Shows a size, for messages. */
	readonly renderSize?: (bytes: number) => string;
}

const amzDate = (now: Date): string => now.toISOString().replace(/[:-]|\.\d{3}/g, "");

/** `fetch` with AWS's signature, version 4. What is not held in memory is sent without a hash of its own. */
const signing = (options: S3FilesOptions): CacheFetch => {
	const { credentials, place } = options;
	if (credentials === undefined) return options.fetch;
	return async (plain, init) => {
		// What S3 takes for a space in a path is a plus sign there.
		const url = plain.replace(/^[^?]*/, (path) => path.replaceAll("+", "%2B"));
		const { body } = init;
		const hash = body instanceof Uint8Array ? hashBytes("sha256", body).base16() : "UNSIGNED-PAYLOAD";
		const headers: Record<string, string> = {
			...init.headers,
			"X-Amz-Content-Sha256": body === undefined ? hashBytes("sha256", new Uint8Array(0)).base16() : hash,
		};
		const { "Content-Length": length, ...signed } = headers;
		const signer = new AwsV4Signer({
			...credentials,
			method: init.method,
			url,
			headers: signed,
			service: "s3",
			region: place.region ?? "us-east-1",
			datetime: amzDate(options.now()),
		});
		const request = await signer.sign();
		const all = Object.fromEntries(new Headers(request.headers));
		return options.fetch(url, { ...init, headers: length === undefined ? all : { ...all, "Content-Length": length } });
	};
};

/** MD5 of contents, as S3 wants it. */
const contentMd5 = (pieces: Iterable<Uint8Array>): string => {
	const hasher = createHasher("md5");
	for (const piece of pieces) hasher.update(piece);
	return hasher.digest().base64();
};

/** A binary cache in a bucket of S3, or of what speaks its protocol. Implements the manual's "S3 binary cache store". */
export const s3Files = (options: S3FilesOptions): CacheFiles => {
	const { multipartChunkSize = smallestPart, multipartThreshold = 100 * 2 ** 20, multipartUpload = false } = options;
	const { storageClass, renderSize = (bytes: number) => `${bytes} bytes` } = options;
	if (multipartChunkSize < smallestPart || multipartChunkSize > largestPart)
		throw new StoreError(
			"BAD_CHUNK_SIZE",
			multipartChunkSize < smallestPart
				? `multipart-chunk-size must be at least ${renderSize(smallestPart)}, got ${renderSize(multipartChunkSize)}`
				: `multipart-chunk-size must be at most ${renderSize(largestPart)}, got ${renderSize(multipartChunkSize)}`,
		);
	if (multipartUpload && multipartThreshold < multipartChunkSize)
		options.onWarning?.(
			`multipart-threshold (${renderSize(multipartThreshold)}) is less than multipart-chunk-size (${renderSize(multipartChunkSize)}), which may result in single-part multipart uploads`,
		);
	const base = s3BaseUrl(options.place, options.onWarning);
	const fetch = signing(options);
	const stored: Record<string, string> = storageClass === undefined ? {} : { "x-amz-storage-class": storageClass };
	const withMd5: CacheFetch = (url, init) => {
		if (init.method !== "PUT" || !(init.body instanceof Uint8Array)) return fetch(url, init);
		return fetch(url, { ...init, headers: { ...init.headers, ...stored, "Content-MD5": contentMd5([init.body]) } });
	};
	const http = httpFiles(base, { ...options, fetch: withMd5 });

	/** One request of an upload in parts. Gives the answer's text and its ETag. */
	const ask = (
		url: string,
		method: "PUT" | "POST" | "DELETE",
		body: Uint8Array | undefined,
		headers: Record<string, string>,
	): Promise<{ text: string; etag: string }> => {
		const request: TransferRequest<{ text: string; etag: string }> = {
			method,
			headers: () => headers,
			...(body === undefined ? {} : { body: () => body }),
			use: async (answer) => {
				const text = new TextDecoder().decode(await answer.arrayBuffer());
				return { text, etag: answer.headers?.get("etag") ?? "" };
			},
		};
		return transfer("upload", url, request, { ...options, fetch });
	};

	const uploadParts = async (
		path: string,
		contents: StoredContents,
		headers: Record<string, string>,
	): Promise<void> => {
		const chunkSize = Math.max(multipartChunkSize, Math.ceil(contents.size / mostParts));
		if (chunkSize > largestPart)
			throw new StoreError(
				"TOO_LARGE",
				`file too large for S3 multipart upload: ${renderSize(contents.size)} would require chunk size of ${renderSize(chunkSize)} (max ${renderSize(largestPart)}) to stay within ${mostParts} part limit`,
			);
		if (chunkSize > multipartChunkSize)
			options.onWarning?.(
				`adjusting S3 multipart chunk size from ${renderSize(multipartChunkSize)} to ${renderSize(chunkSize)} to stay within ${mostParts} part limit for ${renderSize(contents.size)} file`,
			);
		const url = `${base}/${path}`;
		const begun = await ask(`${url}?uploads=`, "POST", new Uint8Array(0), headers);
		const id = /<UploadId>([^<]+)<\/UploadId>/.exec(begun.text)?.[1];
		if (id === undefined) throw new StoreError("BAD_S3_ANSWER", "S3 CreateMultipartUpload response missing <UploadId>");
		const uploadId = encodeURIComponent(id);
		try {
			const etags: string[] = [];
			for (const part of inParts(contents.read(), chunkSize)) {
				const number = etags.length + 1;
				const type = { "Content-Type": "application/octet-stream" };
				const { etag } = await ask(`${url}?partNumber=${number}&uploadId=${uploadId}`, "PUT", part, type);
				if (etag === "")
					throw new StoreError("BAD_S3_ANSWER", `S3 UploadPart response missing ETag for part ${number}`);
				etags.push(etag);
			}
			const parts = etags.map((etag, i) => `<Part><PartNumber>${i + 1}</PartNumber><ETag>${etag}</ETag></Part>`);
			const xml = `<CompleteMultipartUpload>${parts.join("")}</CompleteMultipartUpload>`;
			await ask(`${url}?uploadId=${uploadId}`, "POST", Uint8Array.from(stringToBytes(xml)), {
				"Content-Type": "text/xml",
			});
		} catch (error) {
			await ask(`${url}?uploadId=${uploadId}`, "DELETE", undefined, {}).catch(() => {});
			throw error;
		}
	};

	const putLarge = async (path: string, contents: StoredContents, mimeType: string): Promise<void> => {
		const headers = { "Content-Type": mimeType, ...stored, "Content-MD5": contentMd5(contents.read()) };
		if (multipartUpload && contents.size > multipartThreshold) return uploadParts(path, contents, headers);
		if (contents.size > largestPart)
			throw new StoreError(
				"TOO_LARGE",
				`file too large for S3 upload without multipart: ${renderSize(contents.size)} would exceed maximum size of ${renderSize(largestPart)}. Consider enabling multipart-upload.`,
			);
		const once = httpFiles(base, {
			...options,
			fetch: (url, init) => fetch(url, { ...init, headers: { ...init.headers, ...headers } }),
		});
		await once.putLarge?.(path, contents, mimeType);
	};

	return {
		...http,
		put: async (path, contents, mimeType) => {
			if (!multipartUpload || contents.length <= multipartThreshold) return http.put(path, contents, mimeType);
			await putLarge(path, { size: contents.length, read: () => [contents] }, mimeType);
		},
		putLarge,
	};
};

/** Pieces joined and cut so that all but the last have one size. */
function* inParts(pieces: Iterable<Uint8Array>, size: number): Generator<Uint8Array> {
	let part = new Uint8Array(size);
	let filled = 0;
	for (const piece of pieces)
		for (let at = 0; at < piece.length; ) {
			const count = Math.min(size - filled, piece.length - at);
			part.set(piece.subarray(at, at + count), filled);
			filled += count;
			at += count;
			if (filled < size) continue;
			yield part;
			part = new Uint8Array(size);
			filled = 0;
		}
	if (filled > 0) yield part.subarray(0, filled);
}
