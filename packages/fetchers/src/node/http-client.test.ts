import { createServer as createPlainServer, type RequestListener, type Server } from "node:http";
import { type AddressInfo, connect, createServer as createSocketServer, type Server as SocketServer } from "node:net";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { afterEach, expect, test } from "vitest";
import type { ConnectionSettings } from "./http-agents";
import { nodeHttp } from "./http";

const servers: (Server | SocketServer)[] = [];
afterEach(() => {
	for (const server of servers.splice(0)) {
		if ("closeAllConnections" in server) server.closeAllConnections();
		server.close();
	}
});

const listen = async (server: Server | SocketServer): Promise<number> => {
	servers.push(server);
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	return (server.address() as AddressInfo).port;
};

const serve = async (answer: RequestListener): Promise<string> =>
	`http://127.0.0.1:${await listen(createPlainServer(answer))}`;

const get = async (url: string, reach: ConnectionSettings = {}): Promise<string> => {
	const { status, body } = await nodeHttp({ tries: 1, reach }).request({ url, headers: {} });
	return `${status} ${Buffer.from(body).toString()}`;
};

test("bodies come decoded, however they were encoded", async () => {
	const encoders = { gzip: gzipSync, deflate: deflateSync, br: brotliCompressSync };
	const url = await serve((request, response) => {
		const name = (request.url as string).slice(1);
		const encoded = name.split(",").reduce((body, one) => encoders[one as "gzip"](body), Buffer.from("contents"));
		response.writeHead(200, { "Content-Encoding": name }).end(encoded);
	});
	for (const names of ["gzip", "deflate", "br", "gzip,br"]) expect(await get(`${url}/${names}`)).toBe("200 contents");
});

test("a connection is used again, and one that was closed meanwhile is no failure", async () => {
	let connections = 0;
	const server = createPlainServer({ keepAliveTimeout: 60_000 }, (request, response) => {
		response.end(request.url);
		// Closed without a word, as servers do with connections that nobody uses.
		if (request.url === "/last") response.once("finish", () => setImmediate(() => request.socket.destroy()));
	});
	server.on("connection", () => connections++);
	const url = `http://127.0.0.1:${await listen(server)}`;
	const http = nodeHttp({ tries: 1 });
	const ask = async (path: string) => (await http.request({ url: `${url}${path}`, headers: {} })).status;
	expect([await ask("/a"), await ask("/b"), connections]).toEqual([200, 200, 1]);
	expect([await ask("/last"), await ask("/c"), connections]).toEqual([200, 200, 2]);
});

test("several Link headers are several", async () => {
	const url = await serve((_, response) => {
		response.writeHead(200, { Link: ['<http://a/>; rel="immutable"', '<http://b/>; rel="next"'] }).end();
	});
	expect((await nodeHttp().request({ url, headers: {} })).links).toEqual([
		'<http://a/>; rel="immutable"',
		'<http://b/>; rel="next"',
	]);
});

test("what goes wrong is told as curl tells it", async () => {
	const silent = await listen(createSocketServer((socket) => socket.end()));
	await expect(get(`http://127.0.0.1:${silent}/`)).rejects.toThrow(
		`unable to download 'http://127.0.0.1:${silent}/': Server returned nothing (no headers, no data) (52) Empty reply from server`,
	);
	const gone = await listen(createSocketServer());
	await new Promise((resolve) => servers.splice(0).forEach((server) => server.close(resolve)));
	await expect(get(`http://127.0.0.1:${gone}/`)).rejects.toThrow(
		"Could not connect to server (7) Failed to connect to",
	);
	await expect(get("https://127.0.0.1/", { caFile: "/no/such/file" })).rejects.toThrow(
		"Problem with the SSL CA cert (path? access rights?) (77) ",
	);
});

test("a proxy is asked for whole URLs, with its own login", async () => {
	let seen: (string | undefined)[] = [];
	const proxy = await serve((request, response) => {
		seen = [request.url, request.headers.host, request.headers["proxy-authorization"]];
		response.end("by proxy");
	});
	const reach = { proxies: { http: proxy.replace("//", "//me:s%20t@"), none: "localhost" } };
	expect(await get("http://example.invalid/a?b", reach)).toBe("200 by proxy");
	const login = Buffer.from("me:s t").toString("base64");
	expect(seen).toEqual(["http://example.invalid/a?b", "example.invalid", `Basic ${login}`]);
});

test("a proxy that will not connect is told of", async () => {
	const proxy = createPlainServer();
	const asked: (string | undefined)[] = [];
	proxy.on("connect", (request, socket) => {
		asked.push(request.url);
		socket.end("HTTP/1.1 407 No\r\n\r\n");
	});
	const reach = { proxies: { https: `127.0.0.1:${await listen(proxy)}` } };
	await expect(get("https://example.invalid/", reach)).rejects.toThrow(
		"Failure when receiving data from the peer (56) CONNECT tunnel failed, response 407",
	);
	expect(asked).toEqual(["example.invalid:443"]);
});

test("what a proxy connects to speaks TLS itself", async () => {
	// Not a server of TLS: what arrives there is the beginning of a handshake.
	let first: number | undefined;
	const target = await listen(
		createSocketServer((socket) => {
			socket.once("data", (data) => {
				first = data[0];
				socket.destroy();
			});
			socket.on("error", () => {});
		}),
	);
	const proxy = createPlainServer();
	proxy.on("connect", (_, socket) => {
		const through = connect(target, "127.0.0.1", () => {
			socket.write("HTTP/1.1 200 OK\r\n\r\n");
			socket.pipe(through).pipe(socket);
		});
		for (const end of [socket, through]) end.on("error", () => {});
	});
	const reach = { proxies: { https: `http://127.0.0.1:${await listen(proxy)}` } };
	await expect(get("https://example.invalid/", reach)).rejects.toThrow("unable to download");
	expect(first).toBe(22);
});
