import { createHash, createHmac } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

/** A bucket on the loopback interface that speaks enough of S3's protocol, and checks signatures by its own reckoning. */
export interface S3Server {
	/** `http://127.0.0.1:PORT` */
	readonly endpoint: string;
	/** The objects by `bucket/key`. */
	readonly objects: Map<string, Buffer>;
	/** `METHOD /path?query STATUS` of each request. */
	readonly log: string[];
	/** Uploads in parts that were begun, and neither completed nor given up. */
	readonly uploads: Map<string, Map<number, Buffer>>;
	close(): Promise<void>;
}

const sha256 = (data: string | Buffer): string => createHash("sha256").update(data).digest("hex");
const hmac = (key: string | Buffer, data: string): Buffer => createHmac("sha256", key).update(data).digest();

const encode = (text: string): string =>
	encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

/** The signature that a request should have; undefined for one without any. */
const expected = (
	request: IncomingMessage,
	secret: string,
): { readonly said: string; readonly right: string } | undefined => {
	const said = /Credential=[^/]+\/(\d+)\/([^/]+)\/s3\/aws4_request,\s*SignedHeaders=([^,]+),\s*Signature=(\w+)/.exec(
		request.headers.authorization ?? "",
	);
	if (said === null) return undefined;
	const [, date, region, names, signature] = said;
	const url = new URL(request.url ?? "/", "http://x");
	const query = [...url.searchParams].map(([k, v]) => `${encode(k)}=${encode(v)}`).sort();
	const path = decodeURIComponent(url.pathname).split("/").map(encode).join("/");
	const headers = names.split(";").map((name) => `${name}:${String(request.headers[name]).trim()}\n`);
	const hash = String(request.headers["x-amz-content-sha256"]);
	const canonical = [request.method, path, query.join("&"), headers.join(""), names, hash].join("\n");
	const scope = `${date}/${region}/s3/aws4_request`;
	const text = ["AWS4-HMAC-SHA256", String(request.headers["x-amz-date"]), scope, sha256(canonical)].join("\n");
	const key = hmac(hmac(hmac(hmac(`AWS4${secret}`, date), region), "s3"), "aws4_request");
	return { said: signature, right: hmac(key, text).toString("hex") };
};

/** Starts one. Requests that are not signed with that secret are refused; without a secret all are answered. */
export const startS3Server = async (secret: string | undefined): Promise<S3Server> => {
	const objects = new Map<string, Buffer>();
	const uploads = new Map<string, Map<number, Buffer>>();
	const log: string[] = [];
	const answer = (
		request: IncomingMessage,
		body: Buffer,
	): { status: number; body?: string | Buffer; etag?: string } => {
		const signatures = secret === undefined ? { said: "", right: "" } : expected(request, secret);
		if (signatures === undefined || signatures.said !== signatures.right)
			return { status: 403, body: "SignatureDoesNotMatch" };
		const hash = request.headers["x-amz-content-sha256"] ?? "UNSIGNED-PAYLOAD";
		if (hash !== "UNSIGNED-PAYLOAD" && hash !== sha256(body)) return { status: 400, body: "XAmzContentSHA256Mismatch" };
		const md5 = request.headers["content-md5"];
		const etag = `"${createHash("md5").update(body).digest("hex")}"`;
		const url = new URL(request.url ?? "/", "http://x");
		const key = decodeURIComponent(url.pathname.slice(1));
		const id = url.searchParams.get("uploadId");
		if (request.method === "POST" && url.searchParams.has("uploads")) {
			const upload = `upload+${uploads.size + 1}`;
			uploads.set(upload, new Map());
			return {
				status: 200,
				body: `<InitiateMultipartUploadResult><UploadId>${upload}</UploadId></InitiateMultipartUploadResult>`,
			};
		}
		if (id !== null) {
			const parts = uploads.get(id);
			if (parts === undefined) return { status: 404 };
			if (request.method === "PUT") {
				parts.set(Number(url.searchParams.get("partNumber")), body);
				return { status: 200, etag };
			}
			uploads.delete(id);
			if (request.method === "DELETE") return { status: 204 };
			const wanted = [...body.toString().matchAll(/<PartNumber>(\d+)<\/PartNumber>/g)].map(([, n]) => Number(n));
			objects.set(key, Buffer.concat(wanted.map((n) => parts.get(n) ?? Buffer.alloc(0))));
			return { status: 200 };
		}
		if (request.method === "PUT") {
			if (md5 !== undefined && md5 !== createHash("md5").update(body).digest("base64"))
				return { status: 400, body: "BadDigest" };
			objects.set(key, body);
			return { status: 200, etag };
		}
		const object = objects.get(key);
		return object === undefined ? { status: 404, body: "NoSuchKey" } : { status: 200, body: object };
	};
	const server = createServer((request, response) => {
		const pieces: Buffer[] = [];
		request.on("data", (piece: Buffer) => pieces.push(piece));
		request.on("end", () => {
			const { status, body, etag } = answer(request, Buffer.concat(pieces));
			log.push(`${request.method} ${request.url} ${status}`);
			response.writeHead(status, etag === undefined ? {} : { ETag: etag });
			response.end(request.method === "HEAD" ? undefined : body);
		});
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	return {
		endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		objects,
		log,
		uploads,
		close: () =>
			new Promise((resolve) => {
				server.closeAllConnections();
				server.close(() => resolve());
			}),
	};
};
