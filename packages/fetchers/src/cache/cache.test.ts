import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringToBytes } from "@tsnix/store";
import { nodeFs, openNodeDatabase } from "@tsnix/store/node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type FetchCache, isExpired } from "./cache";
import { databaseCache } from "./database";
import { folderCache } from "./folder";
import { memoryCache } from "./memory";

let dir: string;
beforeAll(() => {
	dir = fs.mkdtempSync(join(tmpdir(), "tsnix-cache-"));
});
afterAll(() => fs.rmSync(dir, { recursive: true, force: true }));

const databasePlace = () => ({
	fs: nodeFs,
	path: join(dir, "cache.sqlite"),
	blobs: join(dir, "blobs"),
	open: openNodeDatabase as NonNullable<typeof openNodeDatabase>,
});

describe.each<[string, () => FetchCache]>([
	["in memory", memoryCache],
	["in a folder", () => folderCache(nodeFs, join(dir, "cache"))],
	...(openNodeDatabase === undefined
		? []
		: [["in a database", () => databaseCache(databasePlace())] satisfies [string, () => FetchCache]]),
])("a cache %s", (_, create) => {
	test("remembers facts by domain and key, whatever the key's order", () => {
		const cache = create();
		expect(cache.lookup("d", { a: 1 })).toBeUndefined();
		cache.upsert("d", { a: 1, b: "x" }, { c: true }, 1000.9);
		expect(cache.lookup("d", { b: "x", a: 1 })).toEqual({ value: { c: true }, timestamp: 1000 });
		expect(cache.lookup("e", { a: 1, b: "x" })).toBeUndefined();
		cache.upsert("d", { a: 1, b: "x" }, { c: false }, 2000);
		expect(cache.lookup("d", { a: 1, b: "x" })?.value).toEqual({ c: false });
	});

	test("remembers files", () => {
		const cache = create();
		expect(cache.readBlob("h")).toBeUndefined();
		cache.writeBlob("h", stringToBytes("data"));
		expect([...(cache.readBlob("h") as Uint8Array)]).toEqual([...stringToBytes("data")]);
	});
});

test("a folder keeps what another cache in it wrote, and passes over what is damaged", () => {
	const place = join(dir, "shared");
	folderCache(nodeFs, place).upsert("d", { a: 1 }, { c: 1 }, 5);
	expect(folderCache(nodeFs, place).lookup("d", { a: 1 })).toEqual({ value: { c: 1 }, timestamp: 5 });
	for (const file of fs.readdirSync(join(place, "facts"), { recursive: true, withFileTypes: true }))
		if (file.isFile()) fs.writeFileSync(join(file.parentPath, file.name), "{");
	expect(folderCache(nodeFs, place).lookup("d", { a: 1 })).toBeUndefined();
});

test("an entry is old once its time is over, and always where there is none", () => {
	const entry = { value: {}, timestamp: 100 };
	expect(isExpired(entry, 60, 160)).toBe(false);
	expect(isExpired(entry, 60, 161)).toBe(true);
	expect(isExpired(entry, 0, 100)).toBe(true);
});
