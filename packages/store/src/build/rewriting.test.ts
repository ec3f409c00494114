import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { memoryAccessor, symlink } from "../accessors/memory";
import { bytesToString, stringToBytes } from "../byte-string";
import { narHash } from "../formats/nar/hash";
import { rewriteBytes, rewriteString, RewritingSink, rewritingAccessor } from "./rewriting";

const rewrites = new Map([["aaaa", "bbbb"]]);

describe("rewriting", () => {
	test("strings may change their length, bytes may not", () => {
		expect(rewriteString("x=/1rz4g4znpz", new Map([["/1rz4g4znpz", "/nix/store/path"]]))).toBe("x=/nix/store/path");
		expect(bytesToString(rewriteBytes(stringToBytes("1 aaaa 2 aaaaaa"), rewrites))).toBe("1 bbbb 2 bbbbaa");
		expect(() => rewriteBytes(stringToBytes("aaaa"), new Map([["aaaa", "b"]]))).toThrow(RangeError);
	});

	test("bytes without a match are not copied", () => {
		const data = stringToBytes("nothing here");
		expect(rewriteBytes(data, rewrites)).toBe(data);
	});

	test("a stream in pieces comes out as the whole would", () => {
		fc.assert(
			fc.property(fc.array(fc.string({ unit: fc.constantFrom("a", "x"), maxLength: 9 })), (pieces) => {
				let out = "";
				const sink = new RewritingSink(rewrites, (chunk) => (out += bytesToString(chunk)));
				for (const piece of pieces) sink.write(stringToBytes(piece));
				sink.flush();
				expect(out).toBe(pieces.join("").replaceAll("aaaa", "bbbb"));
			}),
		);
	});

	test("a tree is rewritten in contents, link targets and names", () => {
		const tree = memoryAccessor({ "aaaa-dir": { file: "in aaaa", link: symlink("/x/aaaa") }, other: "same" });
		const rewritten = rewritingAccessor(tree, rewrites);
		const expected = memoryAccessor({ "bbbb-dir": { file: "in bbbb", link: symlink("/x/bbbb") }, other: "same" });
		expect(narHash(rewritten).hash.sri()).toBe(narHash(expected).hash.sri());
		expect(bytesToString(rewritingAccessor(tree, rewrites).readFile("/bbbb-dir/file"))).toBe("in bbbb");
	});
});
