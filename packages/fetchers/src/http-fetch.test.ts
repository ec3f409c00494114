import { bytesToString } from "@tsnix/store";
import { expect, test } from "vitest";
import { type FetchAnswer, fetchTransport } from "./http-fetch";

const answer = (status: number, headers: Record<string, string> = {}, body = ""): FetchAnswer => ({
	status,
	headers: { get: (name) => headers[name] ?? null },
	arrayBuffer: async () => new TextEncoder().encode(body).buffer as ArrayBuffer,
});

const ask = { url: "http://a/x", headers: { Authorization: "secret" } };

test("redirects are followed, their links gathered, and credentials stay with their host", async () => {
	const seen: [string, Record<string, string>][] = [];
	const http = fetchTransport({
		fetch: async (url, { headers }) => {
			seen.push([url, headers]);
			return url === "http://a/x"
				? answer(302, { location: "http://b/y", link: '<http://c>; rel="immutable"' })
				: answer(200, { etag: '"1"' }, "body");
		},
	});
	const response = await http.request(ask);
	expect(response).toMatchObject({
		status: 200,
		urls: ["http://a/x", "http://b/y"],
		etag: '"1"',
		links: ['<http://c>; rel="immutable"'],
	});
	expect(bytesToString(response.body)).toBe("body");
	expect(seen).toEqual([
		["http://a/x", { Authorization: "secret" }],
		["http://b/y", {}],
	]);
});

test("what may pass is tried again, with longer and longer waits", async () => {
	const waits: number[] = [];
	let count = 0;
	const http = fetchTransport({
		fetch: async () => answer(++count < 3 ? 503 : 200),
		sleep: async (milliseconds) => {
			waits.push(milliseconds);
		},
	});
	expect((await http.request(ask)).status).toBe(200);
	expect(waits).toEqual([250, 500]);
});

test("what will not pass is not", async () => {
	let count = 0;
	const http = fetchTransport({ fetch: async () => answer(++count === 1 ? 404 : 200) });
	expect((await http.request(ask)).status).toBe(404);
});

test("a server that cannot be reached is an error worded like curl's", async () => {
	const cause = Object.assign(new Error("refused"), { code: "ECONNREFUSED" });
	const http = fetchTransport({ fetch: () => Promise.reject(new TypeError("fetch failed", { cause })), tries: 2 });
	await expect(http.request(ask)).rejects.toThrow(
		"unable to download 'http://a/x': Could not connect to server (7) Failed to connect to a:80: Could not connect to server",
	);
});

test("where there is a clock, it tells how long connecting took", async () => {
	const cause = Object.assign(new Error("refused"), { code: "ECONNREFUSED" });
	const times = [10, 12.6];
	const http = fetchTransport({
		fetch: () => Promise.reject(new TypeError("fetch failed", { cause })),
		tries: 1,
		now: () => times.shift() ?? 0,
	});
	await expect(http.request(ask)).rejects.toThrow("Failed to connect to a:80 after 3 ms: Could not connect to server");
});

test("what is neither HTTP nor encoded in a way that is known is refused at once", async () => {
	let count = 0;
	const http = fetchTransport({ fetch: async () => answer(200, { "content-encoding": ++count === 1 ? "odd" : "" }) });
	await expect(http.request(ask)).rejects.toThrow("Unrecognized or bad HTTP Content or Transfer-Encoding");
	expect(count).toBe(1);
	await expect(http.request({ ...ask, url: "foo://x" })).rejects.toThrow(
		`unable to download 'foo://x': Unsupported protocol (1) Protocol "foo" not supported`,
	);
});

test("redirects end, and stay with HTTP", async () => {
	const loop = fetchTransport({ fetch: async () => answer(302, { location: "/x" }) });
	await expect(loop.request(ask)).rejects.toThrow("redirects hit maximum amount");
	const file = fetchTransport({ fetch: async () => answer(302, { location: "file:///etc/passwd" }) });
	await expect(file.request(ask)).rejects.toThrow("Unsupported protocol");
});

test("a download that is too large is refused", async () => {
	const http = fetchTransport({ fetch: async () => answer(200, {}, "12345"), maxSize: 4 });
	await expect(http.request(ask)).rejects.toThrow("larger than 4 bytes");
});
