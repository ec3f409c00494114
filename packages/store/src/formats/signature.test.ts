import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PublicKey, publicKeys, SecretKey, verifySignature } from "./signature";

// Made by `nix key generate-secret`, for these tests alone.
const secret = "k1:cUZek6OihU+/uj24cezeWBm1AeA1Fjm2cMxOWTs7aNpRM8VUVdRR68TNZFl0Kf+fsqEvwX45VQsudvkkovQWOQ==";
const open = "k1:UTPFVFXUUevEzWRZdCn/n7KhL8F+OVULLnb5JKL0Fjk=";

describe("signatures", () => {
	const key = SecretKey.parse(secret);

	test("keys read back, and the secret one knows the public one", () => {
		expect(key.toString()).toBe(secret);
		expect(key.publicKey().toString()).toBe(open);
		expect(PublicKey.parse(open).toString()).toBe(open);
		expect(SecretKey.fromSeed("k1", key.bytes.slice(0, 32)).toString()).toBe(secret);
	});

	test("verify what was signed and nothing else", () => {
		const text = fc.string({ unit: "binary-ascii" });
		const keys = publicKeys([open]);
		fc.assert(
			fc.property(text, text, (data, other) => {
				const signature = key.sign(data);
				expect(verifySignature(data, signature, keys)).toBe(true);
				expect(verifySignature(other, signature, keys)).toBe(other === data);
				expect(verifySignature(data, signature, publicKeys([]))).toBe(false);
			}),
			{ numRuns: 20 },
		);
	});

	test.each(["", "k1", ":AAAA", "k1:"])("%s is none", (text) => {
		expect(() => verifySignature("", text, new Map())).toThrow("signature is corrupt");
		expect(() => PublicKey.parse(text)).toThrow("key is corrupt");
	});

	test("have a length", () => {
		expect(() => PublicKey.parse("k1:AAAA")).toThrow("public key is not valid");
		expect(() => SecretKey.parse("k1:AAAA")).toThrow("secret key is not valid");
		expect(() => verifySignature("", "k1:AAAA", publicKeys([open]))).toThrow("signature is not valid");
	});
});
