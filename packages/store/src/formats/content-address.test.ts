import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { memoryAccessor } from "../accessors/memory";
import {
	makeFixedOutputPath,
	parseContentAddress,
	parseMethodWithAlgorithm,
	renderContentAddress,
	renderMethodWithAlgorithm,
	textPathOf,
} from "./content-address";
import { contentAddressFromJSON, contentAddressToJSON } from "./content-address-json";
import { hashString } from "./hash";
import { hashPath } from "./hash-path";
import { parseStorePath } from "./store-path";

const method = fc.constantFrom("flat" as const, "nar" as const, "git" as const);
const algorithm = fc.constantFrom("md5" as const, "sha1" as const, "sha256" as const, "sha512" as const);

describe("content addresses", () => {
	test.each([
		["flat", "sha1", "fixed:sha1:"],
		["nar", "sha256", "fixed:r:sha256:"],
		["git", "sha1", "fixed:git:sha1:"],
		["text", "sha256", "text:sha256:"],
	] as const)("%s, %s: %s…", (method, algorithm, prefix) => {
		const hash = hashString(algorithm, "x");
		expect(renderContentAddress({ method, hash })).toBe(prefix + hash.nix32());
	});

	test("read back", () => {
		fc.assert(
			fc.property(method, algorithm, fc.string({ unit: "binary-ascii" }), (method, algorithm, text) => {
				const address = { method, hash: hashString(algorithm, text) };
				const rendered = renderContentAddress(address);
				expect(renderContentAddress(parseContentAddress(rendered))).toBe(rendered);
				expect(renderContentAddress(contentAddressFromJSON(contentAddressToJSON(address)))).toBe(rendered);
				expect(parseMethodWithAlgorithm(renderMethodWithAlgorithm(method, algorithm))).toEqual({ method, algorithm });
			}),
		);
	});

	test.each([
		["x", "not a content address because it is not in the form '<prefix>:<rest>': x"],
		["x:y", "content address prefix 'x' is unrecognized. Recogonized prefixes are 'text' or 'fixed'"],
		["fixed:sha256", "content address hash must be in form '<algo>:<hash>', but found: fixed:sha256"],
	])("%s is none", (text, message) => {
		expect(() => parseContentAddress(text)).toThrow(message);
	});
});

describe("the path of content", () => {
	// What `nix-store --add` and `--add-fixed` print for a file a.txt holding "hello\n".
	const file = memoryAccessor("hello\n");
	test.each([
		["nar", "sha256", "z3n6ml62lc6l9glpaz6fq7fvi2rks9vq"],
		["flat", "sha1", "ai1nh82p4c5ylq44c5yqamdsl6s74p63"],
		["flat", "sha256", "fdwm55r4skpypx1gwzb7x69ckav1rv09"],
		["nar", "sha512", "kvjq34s6w9i0ikda7kkfp45ggkahc8ww"],
	] as const)("%s, %s", (method, algorithm, hashPart) => {
		const hash = hashPath(file, "/", { method, algorithm });
		expect(makeFixedOutputPath("a.txt", { method, hash }).baseName).toBe(`${hashPart}-a.txt`);
	});

	test("that is text", () => {
		const inner = textPathOf("a", "b");
		expect(textPathOf("x", `y ${inner}`, [inner]).toString()).toBe("/nix/store/kzm3r08c364m5n7fs6r3myambnj1bwpa-x");
	});

	test("does not depend on the order of references", () => {
		const a = textPathOf("a", "1");
		const b = textPathOf("b", "2");
		expect(textPathOf("x", "", [a, b]).equals(textPathOf("x", "", [b, a, b]))).toBe(true);
	});

	test("with references is only that of SHA-256 NARs and texts", () => {
		const references = [parseStorePath("/nix/store/c015dhfh5l0lp6wxyvdn7bmwhbbr6hr9-foo")];
		const hash = hashString("sha1", "");
		expect(() => makeFixedOutputPath("x", { method: "nar", hash, references })).toThrow(
			"fixed output derivation 'x' is not allowed to refer to other store paths.",
		);
		expect(() => makeFixedOutputPath("x", { method: "git", hash: hashString("md5", "") })).toThrow(
			"Git file ingestion must use SHA-1 or SHA-256 hash, but instead using: md5",
		);
	});
});
