import { Readable } from "node:stream";
import { createGunzip, createGzip, gunzipSync, gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { memoryAccessor } from "../../accessors/memory";
import { bytesToString, stringToBytes } from "../../byte-string";
import type { Spill } from "../../formats/nar/spill";
import { publicKeys, SecretKey } from "../../formats/signature";
import { asyncStore } from "../async";
import { closureIn, copyPaths } from "../copy";
import { memoryStore } from "../memory";
import { isBinaryCache, openBinaryCache } from "./binary-cache";
import type { CacheFiles } from "./cache-files";
import type { CacheCodecs } from "./compression";
import { httpFiles } from "./http-files";

const codecs: CacheCodecs = {
	compress: (method, data) => (method === "gzip" ? gzipSync(data) : undefined),
	decompress: (method, data) => (method === "gzip" ? gunzipSync(data) : undefined),
};

const inMemory = (files = new Map<string, Uint8Array>()): CacheFiles & { files: Map<string, Uint8Array> } => ({
	files,
	uri: "memory-cache",
	get: async (path) => files.get(path),
	exists: async (path) => files.has(path),
	put: async (path, contents) => void files.set(path, contents),
	list: async () => [...files.keys()],
});

const key = SecretKey.fromSeed("cache-1", new Uint8Array(32).fill(7));

/** A store with two paths, one of which refers to the other, and a cache that has them. */
const filled = async (options: { compression?: string } = {}) => {
	const store = memoryStore();
	const low = store.addTextToStore("low", "hello", []);
	const high = store.addTextToStore("high", low.toString(), [low]);
	const files = inMemory();
	const open = () => openBinaryCache({ files, codecs, compression: "gzip", secretKeys: [key], ...options });
	const cache = await open();
	const source = asyncStore(store);
	await copyPaths(source, cache, (await closureIn(source, [high])).values());
	return { cache, files: files.files, high, low, open };
};

/** What is copied from a cache to a new store. */
const fetched = async (cache: Awaited<ReturnType<typeof openBinaryCache>>, high: Parameters<typeof closureIn>[1]) => {
	const store = memoryStore();
	const target = asyncStore(store);
	const trustedKeys = publicKeys([key.publicKey().toString()]);
	await copyPaths(cache, target, (await closureIn(cache, high)).values(), { trustedKeys });
	return store;
};

describe("a binary cache", () => {
	test("gives back what was copied to it", async () => {
		const { files, high, open } = await filled();
		const cache = await open();
		expect(isBinaryCache(cache)).toBe(true);
		const store = await fetched(cache, [high]);
		expect(
			store
				.queryAllValidPaths()
				.map(({ name }) => name)
				.sort(),
		).toEqual(["high", "low"]);
		expect(bytesToString(files.get("nix-cache-info") as Uint8Array)).toBe("StoreDir: /nix/store\n");
		const info = bytesToString(files.get(`${high.hashPart}.narinfo`) as Uint8Array);
		expect(info).toMatch(/^StorePath: .*-high\nURL: nar\/[a-z0-9]{52}\.nar\nCompression: gzip\nFileHash: sha256:/);
		expect(info).toContain("\nSig: cache-1:");
	});

	test("is filled by several copies at once, each path after what it refers to", async () => {
		const store = memoryStore();
		const low = Array.from({ length: 20 }, (_, i) => store.addTextToStore(`low${i}`, `${i}`, []));
		const high = store.addTextToStore("high", "x", low);
		const files = inMemory();
		let [now, most] = [0, 0];
		const slow: CacheCodecs = {
			...codecs,
			compressApart: async (_method, data) => {
				most = Math.max(most, ++now);
				await new Promise((resolve) => setImmediate(resolve));
				now--;
				return gzipSync(data);
			},
		};
		const cache = await openBinaryCache({ files, codecs: slow, compression: "gzip" });
		const told: string[] = [];
		const source = asyncStore(store);
		const infos = (await closureIn(source, [high])).values();
		await copyPaths(source, cache, infos, { onCopy: ({ name }) => told.push(name) });
		expect(most).toBeGreaterThan(1);
		expect(told.at(-1)).toBe("high");
		expect(await (await openBinaryCache({ files, codecs })).queryAllValidPaths?.()).toHaveLength(21);
	});

	test("writes listings where it is told to", async () => {
		const files = inMemory();
		const cache = await openBinaryCache({ files, compression: "none", writeNarListing: true });
		const store = memoryStore();
		const path = store.addTextToStore("x", "hello", []);
		await copyPaths(asyncStore(store), cache, (await closureIn(asyncStore(store), [path])).values());
		expect(bytesToString(files.files.get(`${path.hashPart}.ls`) as Uint8Array)).toBe(
			'{"root":{"narOffset":96,"size":5,"type":"regular"},"version":1}',
		);
	});

	test("is refused where a NAR is cut short, and leaves nothing behind", async () => {
		const { files, low, open } = await filled({ compression: "none" });
		const { url } = (await (await open()).queryPathInfo(low)) as { url: string };
		const nar = files.get(url) as Uint8Array;
		files.set(url, nar.subarray(0, nar.length - 8));
		const store = memoryStore();
		const cache = await open();
		const copying = copyPaths(cache, asyncStore(store), (await closureIn(cache, [low])).values());
		await expect(copying).rejects.toThrow();
		expect(store.queryAllValidPaths()).toEqual([]);
	});

	test("is refused where a NAR is another than promised", async () => {
		const { files, high, low, open } = await filled({ compression: "none" });
		const cache = await open();
		const [a, b] = [await cache.queryPathInfo(low), await cache.queryPathInfo(high)].map((info) => info?.url as string);
		files.set(a, files.get(b) as Uint8Array);
		await expect(fetched(cache, [low])).rejects.toThrow(/^hash mismatch importing path '.*-low'/);
	});

	test("needs signatures for what is not content-addressed", async () => {
		const { files, low, open } = await filled();
		const name = `${low.hashPart}.narinfo`;
		const text = bytesToString(files.get(name) as Uint8Array).replace(/CA: .*\n/, "");
		files.set(name, stringToBytes(text));
		expect((await fetched(await open(), [low])).isValidPath(low)).toBe(true);
		files.set(name, stringToBytes(text.replace(/Sig: .*\n/, "")));
		await expect(fetched(await open(), [low])).rejects.toThrow(
			`cannot add path '${low.toString()}' because it lacks a signature by a trusted key`,
		);
	});

	test("for other store paths is refused", async () => {
		const files = inMemory(new Map([["nix-cache-info", stringToBytes("StoreDir: /other\n")]]));
		await expect(openBinaryCache({ files })).rejects.toThrow(
			"binary cache 'memory-cache' is for Nix stores with prefix '/other', not '/nix/store'",
		);
	});

	test("says how soon it wants to be asked", async () => {
		const info = "StoreDir: /nix/store\nWantMassQuery: 1\nPriority: 40\n";
		const files = inMemory(new Map([["nix-cache-info", stringToBytes(info)]]));
		expect(await openBinaryCache({ files })).toMatchObject({ priority: 40, wantMassQuery: true });
		expect(await openBinaryCache({ files, priority: 1 })).toMatchObject({ priority: 1 });
	});

	test("takes no path without what it refers to", async () => {
		const store = memoryStore();
		const low = store.addTextToStore("low", "hello", []);
		const high = store.addTextToStore("high", "x", [low]);
		const cache = await openBinaryCache({ files: inMemory(), compression: "none" });
		const info = store.queryPathInfo(high);
		if (info === undefined) throw new Error("not added");
		await expect(copyPaths(asyncStore(store), cache, [info])).rejects.toThrow(
			`cannot add '${high.toString()}' to the binary cache because the reference '${low.toString()}' is not valid`,
		);
	});
});

describe("large objects", () => {
	test("go into a cache and come out of it piece by piece", async () => {
		const store = memoryStore();
		const tree = memoryAccessor({ large: new Uint8Array(17 << 20).fill(7), small: "text" });
		const path = store.addToStore("large", tree, "/");
		const kept = new Map<string, Uint8Array>();
		const largest = { piece: 0 };
		const watch = (bytes: Uint8Array): Uint8Array => {
			largest.piece = Math.max(largest.piece, bytes.length);
			return bytes;
		};
		const files: CacheFiles = {
			...inMemory(kept),
			open: async (name) => {
				const bytes = kept.get(name);
				return bytes === undefined ? undefined : piecesOf(bytes);
			},
			putLarge: async (name, contents) => void kept.set(name, Buffer.concat([...contents.read()])),
		};
		const streaming: CacheCodecs = {
			...codecs,
			compressing: (_method, pieces) => Readable.from(pieces).map(watch).pipe(createGzip()),
			decompressing: (_method, pieces) => Readable.from(pieces).pipe(createGunzip()).map(watch),
		};
		const openSpill = (): Spill => spillInMemory();
		const cache = await openBinaryCache({ files, codecs: streaming, compression: "gzip", openSpill });
		await copyPaths(asyncStore(store), cache, (await closureIn(asyncStore(store), [path])).values());
		const back = memoryStore();
		await copyPaths(cache, asyncStore(back), (await closureIn(cache, [path])).values());
		expect(back.queryPathInfo(path)?.narHash).toEqual(store.queryPathInfo(path)?.narHash);
		expect(largest.piece).toBeGreaterThan(0);
		const url = ((await cache.queryPathInfo(path)) as { url: string }).url;
		kept.set(url, (kept.get(url) as Uint8Array).subarray(0, 1000));
		const cut = await openBinaryCache({ files, codecs: streaming, openSpill });
		await expect(cut.accessor(path)).rejects.toThrow("unexpected end of file");
	});
});

async function* piecesOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
	for (let at = 0; at < bytes.length; at += 65536) yield bytes.subarray(at, at + 65536);
}

const spillInMemory = (): Spill => {
	const pieces: Uint8Array[] = [];
	let size = 0;
	return {
		get size() {
			return size;
		},
		append: (bytes) => {
			pieces.push(bytes.slice());
			size += bytes.length;
		},
		read: (offset, length) => [Buffer.concat(pieces).subarray(offset, offset + length)],
		close: () => {},
	};
};

describe("files behind HTTP", () => {
	const answer = (status: number, body = "") => ({
		status,
		arrayBuffer: async () => Uint8Array.from(stringToBytes(body)).buffer as ArrayBuffer,
	});

	test("are asked for by URL; what is absent or forbidden is not there", async () => {
		const asked: string[] = [];
		const files = httpFiles("http://cache/", {
			fetch: async (url, { method }) => {
				asked.push(`${method} ${url}`);
				return url.endsWith("/there") ? answer(200, "x") : answer(url.endsWith("/secret") ? 403 : 404);
			},
		});
		expect(files.uri).toBe("http://cache");
		expect(bytesToString((await files.get("there")) as Uint8Array)).toBe("x");
		expect(await files.get("missing")).toBeUndefined();
		expect(await files.exists("secret")).toBe(false);
		expect(asked).toEqual(["GET http://cache/there", "GET http://cache/missing", "HEAD http://cache/secret"]);
	});

	test("are asked for again where the failure may pass", async () => {
		const statuses = [503, 429, 200];
		const waits: number[] = [];
		const files = httpFiles("http://cache", {
			fetch: async () => answer(statuses.shift() ?? 500, "x"),
			sleep: async (milliseconds) => void waits.push(milliseconds),
		});
		expect(bytesToString((await files.get("f")) as Uint8Array)).toBe("x");
		expect(waits).toEqual([250, 10000]);
		await expect(files.get("f")).rejects.toThrow("unable to download 'http://cache/f': HTTP error 500");
	});

	test("goes on where a download broke off", async () => {
		const text = "0123456789";
		const ranges: (string | undefined)[] = [];
		async function* broken(): AsyncGenerator<Uint8Array> {
			yield Uint8Array.from(stringToBytes(text.slice(0, 4)));
			throw new Error("terminated");
		}
		const files = httpFiles("http://cache", {
			fetch: async (_url, { headers }) => {
				ranges.push(headers.Range);
				if (ranges.length === 1) return { ...answer(200), body: broken() };
				return answer(ranges.length === 2 ? 206 : 200, ranges.length === 2 ? text.slice(4) : text);
			},
		});
		const pieces: Uint8Array[] = [];
		for await (const piece of (await files.open?.("f")) ?? []) pieces.push(piece);
		expect(Buffer.concat(pieces).toString()).toBe(text);
		expect(ranges).toEqual([undefined, "bytes=4-"]);
	});
});
