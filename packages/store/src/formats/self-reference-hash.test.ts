import fc from "fast-check";
import { expect, test } from "vitest";
import { stringToBytes } from "../byte-string";
import { hashString } from "./hash";
import { createSelfReferenceHasher } from "./self-reference-hash";

const self = "g1w7hy3qg1w7hy3qg1w7hy3qg1w7hy3q";

test("a name of its own counts as zeros", () => {
	const part = fc.constantFrom(self, self.slice(0, 20), self.slice(16), "x", "\0");
	fc.assert(
		fc.property(fc.array(part), fc.integer({ min: 1, max: 50 }), (parts, size) => {
			const text = parts.join("");
			const hasher = createSelfReferenceHasher("sha256", self);
			for (let at = 0; at < text.length; at += size) hasher.update(stringToBytes(text.slice(at, at + size)));
			let expected = text;
			for (let at = text.indexOf(self); at >= 0; at = text.indexOf(self, at + self.length))
				expected = expected.slice(0, at) + "\0".repeat(32) + expected.slice(at + 32);
			expect(hasher.digest().base16()).toBe(hashString("sha256", expected).base16());
		}),
	);
});
