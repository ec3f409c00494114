import { describe, expect, it } from "vitest";
import { memoryAccessor, memoryNode } from "../../accessors/memory";
import { narChunks } from "./chunks";
import { narHash } from "./hash";
import { parseNar } from "./parse";
import { type Spill, SpillingTreeBuilder } from "./spill";

/** What is spilled here is kept in an array, and counted. */
const inArray = (opened: { open: number }): Spill => {
	const pieces: Uint8Array[] = [];
	let size = 0;
	opened.open++;
	return {
		get size() {
			return size;
		},
		append: (bytes) => {
			pieces.push(bytes.slice());
			size += bytes.length;
		},
		read: (offset, length) => [Buffer.concat(pieces).subarray(offset, offset + length)],
		close: () => void opened.open--,
	};
};

describe("a tree that is built of a NAR in bounded memory", () => {
	it("is the same tree, with what is much of it outside of memory", () => {
		const tree = memoryAccessor({
			first: new Uint8Array(9 << 20).fill(1),
			second: new Uint8Array(9 << 20).fill(2),
			third: "small",
			fourth: new Uint8Array(1 << 20).fill(4),
		});
		const opened = { open: 0 };
		const builder = new SpillingTreeBuilder(() => inArray(opened));
		parseNar(narChunks(tree), builder);
		expect(opened.open).toBe(1);
		const built = memoryAccessor(builder.root);
		expect(narHash(built)).toEqual(narHash(tree));
		expect(built.lstat("/second")).toMatchObject({ size: 9 << 20 });
		expect(built.readFile("/second")[5]).toBe(2);
		builder.dispose();
		expect(opened.open).toBe(0);
	});

	it.each([100, 20 << 20])("holds one plain file whose size is found out as it comes: %d bytes", (size) => {
		const contents = new Uint8Array(size).map((_, at) => at % 251);
		const opened = { open: 0 };
		const builder = new SpillingTreeBuilder(() => inArray(opened));
		const sink = builder.file();
		for (let at = 0; at < size; at += 1 << 16) sink.write(contents.subarray(at, at + (1 << 16)));
		sink.end?.();
		expect(opened.open).toBe(size > 1000 ? 1 : 0);
		expect(narHash(memoryAccessor(builder.root))).toEqual(narHash(memoryAccessor(memoryNode(contents))));
		builder.dispose();
		expect(opened.open).toBe(0);
	});

	it("asks for no place where there is little", () => {
		const opened = { open: 0 };
		const builder = new SpillingTreeBuilder(() => inArray(opened));
		parseNar(narChunks(memoryAccessor({ a: "1", b: "2" })), builder);
		expect(builder.spilled).toBe(false);
		expect(opened.open).toBe(0);
	});
});
