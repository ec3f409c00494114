import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bytesToString } from "../byte-string";
import { decodeBase16, encodeBase16 } from "./base16";
import { decodeNixBase32, encodeNixBase32 } from "./base32";
import { decodeBase64, encodeBase64 } from "./base64";
import {
	compressHash,
	createHasher,
	hashBytes,
	hashString,
	parseHash,
	parseHashAnyPrefixed,
	parseSri,
	sha256Hex,
} from "./hash";

const bytes = fc.uint8Array({ maxLength: 70 });

describe("encodings", () => {
	test.each([
		["base16", encodeBase16, decodeBase16],
		["nix32", encodeNixBase32, decodeNixBase32],
		["base64", encodeBase64, decodeBase64],
	])("%s reads back what it wrote", (_, encode, decode) => {
		fc.assert(
			fc.property(bytes, (data) => {
				expect([...decode(encode(data))]).toEqual([...data]);
			}),
		);
	});

	test("base 64 ends at the first =, skips newlines and needs no padding", () => {
		expect(bytesToString(decodeBase64("aGVs\nbG8"))).toBe("hello");
		expect(bytesToString(decodeBase64("aGVsbG8=aGVs"))).toBe("hello");
	});

	test("nix32 has no e, o, t, u", () => {
		expect(() => decodeNixBase32("e")).toThrow("invalid character in Nix32 (Nix's Base32 variation) string: 'e'");
	});
});

describe("digests", () => {
	const hello = hashString("sha256", "hello\n");

	test("are written in every format", () => {
		expect(hello.base16()).toBe("5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03");
		expect(hello.nix32()).toBe("00xyyr3fi8l6hb839bv3f7yb86yjv7xi1cgh1xnhipym4asvb4aq");
		expect(hello.sri()).toBe("sha256-WJG1tSLV3whtD/CxEPvZ0hu0/HFjrzTQgoai6Eb2vgM=");
		expect(hello.toString()).toBe(`sha256:${hello.nix32()}`);
		expect(hello.format("base16", true)).toBe(`sha256:${hello.base16()}`);
	});

	test.each([
		["md5", "md5-sZRqySSS0jR8YjW00mERhA=="],
		["sha1", "sha1-9XLTlvrpIGYocU+yzgD3LpTyJY8="],
		["sha512", "sha512-58IrmUxZ2c8rSOVJseJGZmNgRZMNPafBrLKZ0cO3+TH5Sq5B7dosKyB6NuEPi8uNRSI+VIePWzFufOO2vAGWKQ=="],
	] as const)("%s", (algorithm, sri) => {
		expect(hashString(algorithm, "hello\n").sri()).toBe(sri);
	});

	test("BLAKE3", () => {
		expect(hashString("blake3", "#!/bin/sh\n").sri()).toBe("blake3-vB9AehHJN3yLmxP5VrJ5yEYndRBeuVj8muPEDeh8yW4=");
	});

	test("one character is one byte", () => {
		fc.assert(
			fc.property(bytes, (data) => {
				const text = bytesToString(data);
				expect(sha256Hex(text)).toBe(hashBytes("sha256", data).base16());
				expect(hashString("sha1", text).equals(hashBytes("sha1", data))).toBe(true);
			}),
		);
	});

	test("may come piece by piece", () => {
		const hasher = createHasher("sha256");
		for (const piece of ["hel", "", "lo\n"]) hasher.update(Buffer.from(piece));
		expect(hasher.digest().equals(hello)).toBe(true);
	});

	test("are folded to fewer bytes by exclusive or", () => {
		expect([...compressHash(Uint8Array.of(1, 2, 3, 4, 5), 2)]).toEqual([1 ^ 3 ^ 5, 2 ^ 4]);
	});
});

describe("parsing", () => {
	const hash = hashString("sha256", "hello\n");

	test("takes every form", () => {
		for (const text of [hash.base16(), hash.nix32(), hash.base64()]) {
			expect(parseHash(text, "sha256").equals(hash)).toBe(true);
			expect(parseHash(`sha256:${text}`).equals(hash)).toBe(true);
		}
		expect(parseHash(hash.sri()).equals(hash)).toBe(true);
		expect(parseHashAnyPrefixed(hash.sri()).equals(hash)).toBe(true);
		expect(parseSri(hash.sri()).equals(hash)).toBe(true);
		expect(parseHash(hash.base16().toUpperCase(), "sha256").equals(hash)).toBe(true);
	});

	const e = "e".repeat(52);
	const z = "z".repeat(52);
	test.each([
		["zzz", "sha256", "hash 'zzz' has wrong length for hash algorithm 'sha256'"],
		[e, "sha256", `invalid nix32 hash '${e}', length 0 != expected length 32`],
		[z, "sha256", `invalid nix32 hash '${z}', length 33 != expected length 32`],
		["sha256-abcd", undefined, "invalid SRI hash 'abcd', length 3 != expected length 32"],
		["abcd", undefined, "hash 'abcd' does not include a type, nor is the type otherwise known from context"],
		["sha256-abcd", "sha1", "hash 'sha256-abcd' should have type 'sha1'"],
		["sha3:abcd", undefined, "unknown hash algorithm 'sha3', expect 'blake3', 'md5', 'sha1', 'sha256', or 'sha512'"],
	] as const)("%s (%s) is an error", (text, algorithm, message) => {
		expect(() => parseHash(text, algorithm)).toThrow(message);
	});

	test("names the form it wanted", () => {
		expect(() => parseSri("abcd")).toThrow("hash 'abcd' is not SRI");
		expect(() => parseHashAnyPrefixed("abcd")).toThrow("hash 'abcd' does not include a type");
	});
});
