import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { memoryAccessor } from "../accessors/memory";
import { bytesToString } from "../byte-string";
import { MemoryTreeBuilder } from "../formats/nar/memory";
import { narBytes } from "../formats/nar/write";
import { scripted } from "../testing/duplex-pair";
import { FramedInput, sendFramed } from "./framed";
import { converse, type Talk } from "./talk";
import { WireReader } from "./wire-reader";
import { WireWriter } from "./wire-writer";

const read = <T>(bytes: Uint8Array, talk: (from: WireReader) => Talk<T>): Promise<T> =>
	converse(talk(new WireReader()), scripted(bytes));

const byteStrings = fc.uint8Array({ maxLength: 40 }).map(bytesToString);

describe("numbers and strings of the protocols", () => {
	it("are 8 bytes each, and strings filled up to a multiple of 8", () => {
		const bytes = new WireWriter().number(1).string("hi").boolean(true).take();
		expect(Buffer.from(bytes).toString("hex")).toBe(
			"010000000000000002000000000000006869000000000000" + "0100000000000000",
		);
	});

	it("are read as they were written", async () => {
		await fc.assert(
			fc.asyncProperty(fc.maxSafeNat(), fc.array(byteStrings), async (number, texts) => {
				const bytes = new WireWriter().number(number).strings(texts).take();
				const found = await read(bytes, function* (from) {
					return [yield* from.number(), yield* from.strings()] as const;
				});
				expect(found).toEqual([number, texts]);
			}),
		);
	});

	it.each([
		["a string that ends early", new WireWriter().number(5).take(), "unexpected end-of-file"],
		["a string that is too long", new WireWriter().number(2 ** 40).take(), "string is too long"],
		["padding that is not zero", new WireWriter().number(1).number(0x161).take(), "non-zero padding"],
	])("refuse %s", async (_, bytes, message) => {
		await expect(read(bytes, (from) => from.string())).rejects.toThrow(message);
	});

	it("refuse numbers that are too large", async () => {
		const bytes = new WireWriter().number(2n ** 63n).take();
		await expect(read(bytes, (from) => from.number())).rejects.toThrow(
			"serialised integer 9223372036854775808 is too large",
		);
	});

	it("say where they are not what they should be", async () => {
		const bytes = new WireWriter()
			.string("ok")
			.number(2 ** 40)
			.take();
		const talk = function* (from: WireReader): Talk<string> {
			yield* from.string();
			return yield* from.string();
		};
		await expect(read(bytes, talk)).rejects.toMatchObject({ code: "PROTOCOL", position: 24 });
	});
});

describe("framed data", () => {
	it("comes back whole, and what follows is left alone", async () => {
		await fc.assert(
			fc.asyncProperty(fc.array(fc.uint8Array({ minLength: 1, maxLength: 50 })), async (pieces) => {
				const out = scripted(new Uint8Array());
				const writer = new WireWriter();
				await converse(sendFramed(writer, pieces), out);
				const bytes = Buffer.concat([...out.sent, writer.number(7).take()]);
				const found = await read(bytes, function* (from) {
					const input = new FramedInput(from);
					const parts: Buffer[] = [];
					for (;;) {
						const part = yield* input.reader.some(1000);
						if (part === undefined) break;
						parts.push(Buffer.from(part));
					}
					return [Buffer.concat(parts).toString("hex"), yield* from.number()] as const;
				});
				expect(found).toEqual([Buffer.concat(pieces).toString("hex"), 7]);
			}),
		);
	});
});

describe("a NAR within a connection", () => {
	it("ends where it ends", async () => {
		const nar = narBytes(memoryAccessor({ a: "1", b: { c: "22" } }));
		const builder = new MemoryTreeBuilder();
		const found = await read(Buffer.concat([nar, new WireWriter().number(9).take()]), function* (from) {
			return [yield* from.nar(builder), yield* from.number()] as const;
		});
		expect(found).toEqual([nar.length, 9]);
		expect(builder.root?.kind).toBe("directory");
	});

	it("that is cut off is refused", async () => {
		const nar = narBytes(memoryAccessor({ a: "1" }));
		const builder = new MemoryTreeBuilder();
		await expect(read(nar.subarray(0, 100), (from) => from.nar(builder))).rejects.toThrow("unexpected end-of-file");
	});
});
