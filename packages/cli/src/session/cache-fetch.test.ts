import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { cacheFetch as cacheFetchWith } from "./cache-fetch";

const cacheFetch = cacheFetchWith({});

describe("requests to binary caches", () => {
	let server: Server;
	let base: string;
	const asked: string[] = [];
	const kept = new Map<string, string>();

	beforeEach(async () => {
		asked.length = 0;
		server = createServer((request, response) => {
			asked.push(`${request.method} ${request.url}`);
			if (request.method === "PUT") {
				const pieces: Buffer[] = [];
				request.on("data", (piece: Buffer) => pieces.push(piece));
				request.on("end", () => {
					kept.set(request.url ?? "", Buffer.concat(pieces).toString());
					response.writeHead(201).end();
				});
			} else if (request.url === "/moved") response.writeHead(302, { Location: "/info" }).end();
			else if (request.url === "/encoded")
				response.writeHead(200, { "Content-Encoding": "gzip" }).end(gzipSync("StoreDir"));
			else if (request.url === "/info") response.writeHead(200).end(`StoreDir ${request.headers["user-agent"]}`);
			else response.writeHead(404).end("not here");
		});
		await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
		base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	});
	afterEach(() => void server.close());

	const text = async (path: string): Promise<string> => {
		const answer = await cacheFetch(base + path, { method: "GET", headers: { "User-Agent": "me" } });
		return `${answer.status} ${Buffer.from(await answer.arrayBuffer()).toString()}`;
	};

	it("give what is there, and say what is not", async () => {
		expect(await text("/info")).toBe("200 StoreDir me");
		expect(await text("/other")).toBe("404 not here");
		const head = await cacheFetch(`${base}/info`, { method: "HEAD", headers: {} });
		expect([head.status, (await head.arrayBuffer()).byteLength]).toEqual([200, 0]);
	});

	it("upload what is whole, and what comes in pieces", async () => {
		const put = async (path: string, body: Uint8Array | AsyncIterable<Uint8Array>): Promise<number> => {
			const answer = await cacheFetch(base + path, { method: "PUT", headers: {}, body });
			await answer.arrayBuffer();
			return answer.status;
		};
		const pieces = async function* (): AsyncGenerator<Uint8Array> {
			yield Buffer.from("piece by ");
			yield Buffer.from("piece");
		};
		expect(await put("/whole", Buffer.from("whole"))).toBe(201);
		expect(await put("/pieces", pieces())).toBe(201);
		expect([kept.get("/whole"), kept.get("/pieces")]).toEqual(["whole", "piece by piece"]);
	});

	it("go where they are sent, and decode what is encoded", async () => {
		expect(await text("/moved")).toBe("200 StoreDir me");
		expect(await text("/encoded")).toBe("200 StoreDir");
	});

	it("come one after the other on one connection", async () => {
		let connections = 0;
		server.on("connection", () => connections++);
		for (let i = 0; i < 5; i++) await text("/info");
		expect(connections).toBe(1);
	});

	it("go through proxies, which are named where they are not there", async () => {
		const proxied = cacheFetchWith({ reach: { proxies: { http: base } } });
		const answer = await proxied("http://cache.invalid/info", { method: "GET", headers: {} });
		expect([answer.status, asked.at(-1)]).toEqual([404, "GET http://cache.invalid/info"]);
		server.close();
		server.closeAllConnections();
		await expect(proxied("http://cache.invalid/info", { method: "GET", headers: {} })).rejects.toThrow(
			/^Could not connect to server \(7\) Failed to connect to 127.0.0.1:\d+ over proxy 127.0.0.1 after /,
		);
	});

	it("fail where nobody answers, with the reason", async () => {
		server.close();
		server.closeAllConnections();
		await expect(cacheFetch(`${base}/info`, { method: "GET", headers: {} })).rejects.toThrow(
			/^Could not connect to server \(7\) Failed to connect to 127.0.0.1:\d+ after \d+ ms: Could not connect to server$/,
		);
	});
});
