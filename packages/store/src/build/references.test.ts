import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { stringToBytes } from "../byte-string";
import { ReferenceScanner } from "./references";

const part = "0c6kzph7l0dcbfmjap64f0czdafn3b7x";
const other = "zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz";

const scan = (chunks: string[], parts: string[]): string[] => {
	const scanner = new ReferenceScanner(parts);
	for (const chunk of chunks) scanner.update(stringToBytes(chunk));
	return [...scanner.found].sort();
};

describe("ReferenceScanner", () => {
	test("finds hash parts wherever they stand, and no others", () => {
		expect(scan([`/nix/store/${part}-hello/bin`], [part, other])).toEqual([part]);
		expect(scan([`0123${part}4567`], [part])).toEqual([part]);
		expect(scan([part.slice(1), part.toUpperCase()], [part])).toEqual([]);
	});

	test("finds them across the seams of pieces, however small", () => {
		expect(scan([...`x/${part}-hello`], [part])).toEqual([part]);
		expect(scan([`ab${part.slice(0, 31)}`, `${part.slice(31)}cd`], [part])).toEqual([part]);
	});

	test("finds what a plain search finds", () => {
		const digit = fc.constantFrom(..."0123456789abcdfghijklmnpqrsvwxyz");
		const hash = fc.array(digit, { minLength: 32, maxLength: 32 }).map((digits) => digits.join(""));
		const noise = fc.array(fc.oneof(digit, fc.constantFrom("e", "/", "-", "\0", "\xff")), { maxLength: 70 });
		fc.assert(
			fc.property(
				fc.array(hash, { minLength: 1, maxLength: 4 }),
				fc.array(noise),
				fc.infiniteStream(fc.nat(90)),
				(hashes, gaps, cuts) => {
					const text = gaps.map((gap, i) => gap.join("") + (hashes[i % (hashes.length + 1)] ?? "")).join("");
					const chunks: string[] = [];
					for (let at = 0; at < text.length; ) {
						const size = (cuts.next().value as number) + 1;
						chunks.push(text.slice(at, at + size));
						at += size;
					}
					expect(scan(chunks, hashes)).toEqual([...new Set(hashes)].filter((h) => text.includes(h)).sort());
				},
			),
		);
	});
});
