import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { type FetchFunction, type FetchTransportOptions, fetchTransport } from "./http-fetch";
import { nodeFetch } from "./node";

/** What a server is asked, and the answers it gives, one after the other. */
const servers: Server[] = [];
afterEach(() => {
	for (const server of servers.splice(0)) {
		server.closeAllConnections();
		server.close();
	}
});

const serve = async (answer: (request: IncomingMessage, response: ServerResponse, number: number) => void) => {
	const asked: IncomingMessage["headers"][] = [];
	const server = createServer((request, response) => {
		asked.push(request.headers);
		answer(request, response, asked.length);
	});
	servers.push(server);
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
};

const contents = new TextEncoder().encode("0123456789".repeat(1000));

const transport = (options: Partial<FetchTransportOptions> = {}) => {
	const warnings: string[] = [];
	const http = fetchTransport({
		fetch: fetchFunction,
		warn: (message) => warnings.push(message.replace(/127.0.0.1:\d+/g, "server")),
		...options,
	});
	return { http, warnings };
};

let fetchFunction: FetchFunction;

/** Sends half, and hangs up. */
const breakOff = (response: ServerResponse, headers: Record<string, string | number> = {}) => {
	response.writeHead(200, { "Content-Length": contents.length, ...headers });
	response.write(contents.subarray(0, 5000), () => setImmediate(() => response.destroy()));
};

describe.each<[string, () => FetchFunction]>([
	["the Web's fetch", () => globalThis.fetch as FetchFunction],
	["Node's own modules", nodeFetch],
])("downloads by %s", (_, make) => {
	beforeAll(() => {
		fetchFunction = make();
	});

	test("a download that broke off goes on where it stopped", async () => {
		const { url, asked } = await serve((request, response, number) => {
			if (number === 1) return breakOff(response, { "Accept-Ranges": "bytes", ETag: '"v1"' });
			const from = Number(/\d+/.exec(request.headers.range ?? "")?.[0]);
			response.writeHead(206, { "Content-Range": `bytes ${from}-${contents.length - 1}/${contents.length}` });
			response.end(contents.subarray(from));
		});
		const { http, warnings } = transport();
		const { status, body } = await http.request({ url: `${url}/a`, headers: {} });
		expect([status, Buffer.from(body).equals(contents)]).toEqual([200, true]);
		expect(asked[1]).toMatchObject({ range: "bytes=5000-", "if-range": '"v1"', "accept-encoding": "identity" });
		expect(warnings).toEqual([
			"unable to download 'http://server/a': HTTP error 200 (curl error: Transferred a partial file); " +
				"retrying from offset 5000 in 250 ms (attempt 1/5)",
		]);
	});

	test("it begins anew where the server cannot go on, or has something else by now", async () => {
		for (const ranges of [true, false]) {
			const { url, asked } = await serve((_, response, number) => {
				if (number === 1) breakOff(response, ranges ? { "Accept-Ranges": "bytes" } : {});
				else response.end(contents);
			});
			const { body } = await transport().http.request({ url, headers: {} });
			expect(Buffer.from(body).equals(contents)).toBe(true);
			expect(asked[1].range).toBe(ranges ? "bytes=5000-" : undefined);
		}
	});

	test("a part that does not fit is not taken", async () => {
		const { url } = await serve((_, response, number) => {
			if (number === 1) return breakOff(response, { "Accept-Ranges": "bytes" });
			if (number > 2) return void response.end(contents);
			response.writeHead(206, { "Content-Range": "bytes 7000-9999/10000" });
			response.end(contents.subarray(7000));
		});
		const { body } = await transport().http.request({ url, headers: {} });
		expect(Buffer.from(body).equals(contents)).toBe(true);
	});

	test("a server that never ends its answer is left once that is too large", async () => {
		const { url } = await serve((_, response) => {
			const more = () => {
				while (!response.destroyed && response.write(contents));
			};
			response.on("drain", more);
			more();
		});
		const { http } = transport({ maxSize: 1e6 });
		await expect(http.request({ url, headers: {} })).rejects.toThrow("it is larger than 1000000 bytes");
		await expect(transport().http.request({ url, headers: {}, maxSize: 1e5 })).rejects.toThrow(
			"larger than 100000 bytes",
		);
	});

	test("a server that has stalled is given up", async () => {
		const { url } = await serve((_, response) => {
			response.writeHead(200, { "Content-Length": contents.length });
			response.write("some");
		});
		const waited: number[] = [];
		const { http } = transport({
			tries: 1,
			stalledTimeout: 300,
			// Time passes at once, but for what comes while nobody looks.
			later: (milliseconds, action) => {
				waited.push(milliseconds);
				const timer = setTimeout(action, 200);
				return () => clearTimeout(timer);
			},
		});
		await expect(http.request({ url, headers: {} })).rejects.toThrow(
			"HTTP error 200 (curl error: Timeout was reached)",
		);
		expect(new Set(waited)).toEqual(new Set([300_000]));
	});

	test("a speed limit makes it wait after every piece", async () => {
		const { url } = await serve((_, response) => void response.end(contents));
		let waited = 0;
		const sleep = async (milliseconds: number) => {
			waited += milliseconds;
		};
		await transport({ speed: 1, sleep }).http.request({ url, headers: {} });
		expect(Math.round(waited)).toBe(Math.round((contents.length / 1024) * 1000));
	});

	test("no more downloads at once than allowed", async () => {
		let now = 0;
		let most = 0;
		const { url } = await serve((_, response) => {
			most = Math.max(most, ++now);
			setImmediate(() => {
				now--;
				response.end("x");
			});
		});
		const { http } = transport({ connections: 2 });
		await Promise.all(Array.from({ length: 9 }, (_, i) => http.request({ url: `${url}/${i}`, headers: {} })));
		expect(most).toBeLessThanOrEqual(2);
	});

	test("a token stays with its server, and is in no message", async () => {
		const other = await serve((_, response) => void response.writeHead(500).end("secret? no"));
		const first = await serve((_, response) => void response.writeHead(302, { Location: `${other.url}/x` }).end());
		for (const name of ["Authorization", "Private-Token"]) {
			const { http, warnings } = transport({ tries: 2 });
			const { status } = await http.request({ url: first.url, headers: { [name]: "token s3cret" } });
			expect([status, warnings.join().includes("s3cret")]).toEqual([500, false]);
		}
		expect(first.asked.map((headers) => headers.authorization ?? headers["private-token"])).toEqual(
			Array.from({ length: 4 }, () => "token s3cret"),
		);
		for (const headers of other.asked) expect(JSON.stringify(headers)).not.toContain("s3cret");
	});

	test("logins come from the URL, or the netrc file, for each server its own", async () => {
		const last = await serve((_, response) => void response.end());
		const { url } = await serve(
			(_, response) => void response.writeHead(302, { Location: last.url.replace("127.0.0.1", "localhost") }).end(),
		);
		const requests = [
			{ url, headers: {} },
			{ url: url.replace("//", "//me:s%20t@"), headers: {} },
		];
		const seen: (string | undefined)[] = [];
		const http = fetchTransport({
			fetch: (asked, init) => {
				seen.push(init.headers.Authorization);
				expect(asked).not.toContain("@");
				return asked.startsWith(url)
					? fetchFunction(asked, init)
					: Promise.resolve(new Response("ok") as Awaited<ReturnType<FetchFunction>>);
			},
			netrc: [{ machine: "127.0.0.1", login: "u", password: "p" }],
		});
		for (const request of requests) await http.request(request);
		const basic = (text: string) => `Basic ${Buffer.from(text).toString("base64")}`;
		expect(seen).toEqual([basic("u:p"), undefined, basic("me:s t"), undefined]);
	});

	test("one who asks too often waits as long as the server says, else long", async () => {
		const waits: number[] = [];
		const sleep = async (milliseconds: number) => void waits.push(milliseconds);
		const { url } = await serve((_, response, number) => {
			if (number === 1) response.writeHead(429, { "Retry-After": "7" }).end();
			else if (number === 2) response.writeHead(429).end("slow down");
			else response.end();
		});
		const { http, warnings } = transport({ sleep });
		expect((await http.request({ url, headers: {} })).status).toBe(200);
		expect(waits).toEqual([7000, 120_000]);
		expect(warnings[1]).toBe(
			"unable to download 'http://server': HTTP error 429\n\nresponse body:\n\nslow down; retrying in 120000 ms (attempt 2/5)",
		);
	});

	test("what is known already is not read again", async () => {
		const { url } = await serve((_, response) => {
			response.writeHead(200, { ETag: '"v1"' });
			response.write("never ends");
		});
		const { status } = await transport().http.request({ url, headers: { "If-None-Match": '"v1"' } });
		expect(status).toBe(304);
	});
});
