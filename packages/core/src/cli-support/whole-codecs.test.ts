import { describe, expect, it } from "vitest";
import { nodeCacheCodecs } from "./cache-codecs";
import { xzWhole } from "./xz-whole";

/** Bytes that do not compress, after some that do. */
const mixed = (size: number): Uint8Array => {
	let state = 7;
	return Uint8Array.from({ length: size }, (_, i) => {
		state = (Math.imul(state, 1103515245) + 12345) >>> 0;
		return i < size / 2 ? i % 7 : state >>> 24;
	});
};

const none = Buffer.alloc(0);

describe("compressing in one call", () => {
	it.each(["xz", "zstd", "gzip"])("%s comes out as it went in, time and again", (method) => {
		for (const size of [0, 1, 100, 70_000, 0, 400_000])
			for (const level of [-1, 1]) {
				const compressed = nodeCacheCodecs.compress(method, mixed(size), level) ?? none;
				expect(Buffer.compare(nodeCacheCodecs.decompress(method, compressed) ?? none, mixed(size))).toBe(0);
			}
	});

	it("of xz is nothing where the library is another one", () => {
		expect(xzWhole(mixed(10), {})).toBe(undefined);
	});
});
