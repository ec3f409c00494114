import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { filteredAccessor, subAccessor } from "../../accessors/derived";
import {
	executable,
	MemoryDirectory,
	MemoryFile,
	type MemoryNode,
	MemorySymlink,
	memoryAccessor,
	symlink,
} from "../../accessors/memory";
import { bytesToString, stringToBytes } from "../../byte-string";
import { hashPath } from "../hash-path";
import { narHash } from "./hash";
import { listTree, parseNarListing } from "./listing";
import { narToMemory } from "./memory";
import { parseNar } from "./parse";
import { narBytes } from "./write";

const tree = (): MemoryNode => {
	const accent = new MemoryDirectory();
	const root = narToMemory(
		narBytes(
			memoryAccessor({
				"a.txt": "hello\n",
				run: executable("#!/bin/sh\n"),
				sub: { link: symlink("../a.txt"), deep: { file: "x" } },
				empty: accent,
				zero: "",
				é: "u",
				eight: "12345678",
			}),
		),
	) as MemoryDirectory;
	root.entries.set("caf\xe9", new MemoryFile(stringToBytes("latin"))); // a name that is not UTF-8
	return root;
};

const name = fc.stringMatching(/^[a-z\x80-\xff]{1,6}$/);
const anyTree: fc.Memo<MemoryNode> = fc.memo((depth) => {
	const file = fc.tuple(fc.uint8Array({ maxLength: 20 }), fc.boolean()).map(([data, x]) => new MemoryFile(data, x));
	const link = fc.stringMatching(/^[a-z/\x80-\xff]{1,9}$/).map((target) => new MemorySymlink(target));
	if (depth <= 1) return fc.oneof(file, link);
	const entries = fc.array(fc.tuple(name, anyTree(depth - 1)), { maxLength: 4 });
	return fc.oneof(
		file,
		link,
		entries.map((list) => new MemoryDirectory(new Map(list))),
	);
});

describe("writing", () => {
	test("hashes as the reference does", () => {
		const { hash } = narHash(memoryAccessor(tree()));
		expect(hash.sri()).toBe("sha256-tEp0yh6E0F5CLhom/71FBvkDqH9kwGtJ5FoXlOeL2eg=");
		expect(narHash(memoryAccessor(tree()), "/", undefined, "sha1").hash.base16()).toBe(
			"33824f807eaf5593805e6a76d3770908b14028bb",
		);
	});

	test("gives the same bytes however files are read", () => {
		const large = new Uint8Array(3_000_000).map((_, i) => i * 7);
		const whole = memoryAccessor({ before: "1", large, after: "2" });
		const chunked = {
			lstat: (path: string) => whole.lstat(path),
			readFile: (path: string) => whole.readFile(path),
			readDirectory: (path: string) => whole.readDirectory(path),
			readLink: (path: string) => whole.readLink(path),
			*readFileChunks(path: string) {
				const data = whole.readFile(path);
				for (let at = 0; at < data.length; at += 100_003) yield data.subarray(at, at + 100_003);
			},
		};
		expect(narHash(chunked).hash.sri()).toBe(narHash(whole).hash.sri());
	});

	test("leaves out what the filter does not want", () => {
		const source = memoryAccessor({ keep: "1", drop: { inner: "2" }, sub: { drop: "3", keep: "4" } });
		const keep = (path: string) => !path.endsWith("drop");
		expect(listTree(memoryAccessor(narToMemory(narBytes(source, "/", keep))))).toEqual(
			listTree(memoryAccessor({ keep: "1", sub: { keep: "4" } })),
		);
		expect(narHash(filteredAccessor(source, keep)).hash.sri()).toBe(narHash(source, "/", keep).hash.sri());
	});

	test("of a part of a tree is that of the part alone", () => {
		const source = memoryAccessor({ sub: { a: "1" } });
		expect(narHash(source, "/sub").hash.sri()).toBe(narHash(memoryAccessor({ a: "1" })).hash.sri());
		expect(narHash(subAccessor(source, "/sub")).hash.sri()).toBe(narHash(source, "/sub").hash.sri());
	});

	test("refuses folders nested too deep", () => {
		const nested = (depth: number): MemoryNode =>
			depth === 0 ? new MemoryFile(new Uint8Array()) : new MemoryDirectory(new Map([["d", nested(depth - 1)]]));
		expect(() => narBytes(memoryAccessor(nested(64)))).toThrow(/exceeds maximum NAR directory depth of 64/);
		expect(
			parseNar(narBytes(memoryAccessor(nested(63))), { directory() {}, regular: () => undefined, symlink() {} }),
		).toBeGreaterThan(0);
	});

	test("says what is missing", () => {
		expect(() => narBytes(memoryAccessor(undefined))).toThrow("path '/' does not exist");
	});
});

describe("reading", () => {
	test("gives back what was written, in pieces of any size", () => {
		fc.assert(
			fc.property(anyTree(3), fc.integer({ min: 1, max: 100 }), (root, size) => {
				const nar = narBytes(memoryAccessor(root));
				const pieces = Array.from({ length: Math.ceil(nar.length / size) }, (_, i) =>
					nar.subarray(i * size, (i + 1) * size),
				);
				expect(bytesToString(narBytes(memoryAccessor(narToMemory(pieces))))).toBe(bytesToString(nar));
			}),
		);
	});

	test("stops where the archive ends", () => {
		const nar = narBytes(memoryAccessor("x"));
		const visitor = { directory() {}, regular: () => undefined, symlink() {} };
		expect(parseNar(Buffer.concat([nar, Buffer.from("more")]), visitor)).toBe(nar.length);
	});

	test("lists what is there, and where", () => {
		expect(parseNarListing(narBytes(memoryAccessor({ f: "x", x: executable("12345678"), l: symlink("f") })))).toEqual({
			type: "directory",
			entries: {
				f: { type: "regular", size: 1, narOffset: 232 },
				l: { type: "symlink", target: "f" },
				x: { type: "regular", size: 8, executable: true, narOffset: 648 },
			},
		});
	});

	const token = (text: string): string => {
		const size = new Uint8Array(8);
		size[0] = text.length & 255;
		size[1] = text.length >> 8;
		return bytesToString(size) + text.padEnd(Math.ceil(text.length / 8) * 8, "\0");
	};
	const archive = (...texts: string[]): Uint8Array => stringToBytes(["nix-archive-1", ...texts].map(token).join(""));
	const file = ["(", "type", "regular", "contents", "", ")"];
	const entry = (name: string, node: string[] = file): string[] => ["entry", "(", "name", name, "node", ...node, ")"];
	const directory = (...entries: string[][]): string[] => ["(", "type", "directory", ...entries.flat(), ")"];

	test.each<[string, Uint8Array, string]>([
		["nothing", new Uint8Array(), "unexpected end-of-file"],
		["something else", stringToBytes("x".repeat(40)), "bad archive: input doesn't look like a Nix archive"],
		["an end too early", archive("(", "type"), "unexpected end-of-file"],
		["another tag", archive("["), "bad archive: expected tag '(', got '['"],
		["another type", archive("(", "type", "fifo"), "bad archive: unknown file type 'fifo'"],
		["no contents", archive("(", "type", "regular", ")"), "bad archive: expected tag 'contents', got ')'"],
		["a mark with a value", archive("(", "type", "regular", "executable", "x"), "string is too long"],
		[
			"no target",
			archive("(", "type", "symlink", "target", "", ")"),
			"bad archive: NAR contains invalid symlink target",
		],
		["a long target", archive("(", "type", "symlink", "target", "x".repeat(4096)), "string is too long"],
		["an unsorted folder", archive(...directory(entry("b"), entry("a"))), "bad archive: NAR directory is not sorted"],
		["a name twice", archive(...directory(entry("a"), entry("a"))), "bad archive: NAR directory is not sorted"],
		["a long name", archive(...directory(entry("a".repeat(256)))), "string is too long"],
		[
			"something in a folder",
			archive("(", "type", "directory", "x"),
			"bad archive: expected tag 'entry' or ')', got 'x'",
		],
		...["", ".", "..", "a/b", "a\0b"].map((name): [string, Uint8Array, string] => [
			`the name ${JSON.stringify(name)}`,
			archive(...directory(entry(name))),
			`bad archive: NAR contains invalid file name '${name}'`,
		]),
	])("refuses %s", (_, nar, message) => {
		expect(() => narToMemory(nar)).toThrow(message);
	});

	test("refuses padding that is not zero", () => {
		const nar = narBytes(memoryAccessor("x"));
		const at = bytesToString(nar).lastIndexOf("x\0");
		nar[at + 1] = 1;
		expect(() => narToMemory(nar)).toThrow("non-zero padding");
	});

	test("refuses folders nested too deep", () => {
		let node = file;
		for (let i = 0; i < 64; i++) node = directory(entry("d", node));
		expect(() => narToMemory(archive(...node))).toThrow(
			"bad archive: NAR directory nesting exceeds maximum depth of 64",
		);
	});
});

describe("other ways to hash a tree", () => {
	test("git's", () => {
		const accessor = memoryAccessor(tree());
		expect(hashPath(accessor, "/", { method: "git", algorithm: "sha1" }).base16()).toBe(
			"284f4683f6951c018ac26d7b9461cda38238af3a",
		);
		expect(hashPath(accessor, "/", { method: "git", algorithm: "sha256" }).base16()).toBe(
			"d44cab7dfbceab277fc3e3321ea286cf7f1da77ebba74835d0ee2e29433fb2d2",
		);
	});

	test("flat, for files only", () => {
		const accessor = memoryAccessor(tree());
		expect(hashPath(accessor, "/run", { method: "flat" }).sri()).toBe(
			"sha256-qAdtPSjSHgIBKyDq99v3VAmmJ3E0Q5Al8oLjaOMwWr8=",
		);
		expect(() => hashPath(accessor, "/sub", { method: "flat" })).toThrow("path '/sub' is not a regular file");
	});
});

describe("an archive that is all there", () => {
	const told = (nar: Uint8Array | Iterable<Uint8Array>): string[] => {
		const said: string[] = [];
		const say = (what: string, ...more: unknown[]): void => void said.push([what, ...more].join(" "));
		try {
			const size = parseNar(nar, {
				directory: (path) => say("directory", path),
				endDirectory: (path) => say("end", path),
				regular: (path, { executable, size, offset }) => {
					say("regular", path, executable, size, offset);
					return { write: (chunk) => say("write", bytesToString(chunk)), end: () => say("whole") };
				},
				symlink: (path, target) => say("symlink", path, target),
			});
			say("size", size);
		} catch (error) {
			say(String(error));
		}
		return said;
	};
	/** What is told of contents that end too early depends on the pieces. */
	const withoutContents = (said: string[]): string[] => said.filter((line) => !line.startsWith("write"));

	test("is read as one that comes in pieces, whatever is wrong with it", () => {
		const damage = fc.record({ at: fc.nat(), byte: fc.nat(255), length: fc.option(fc.nat()), more: fc.uint8Array() });
		fc.assert(
			fc.property(anyTree(4), fc.option(damage, { freq: 1 }), (root, damaged) => {
				let nar = narBytes(memoryAccessor(root));
				expect(told(nar)).toEqual(told([nar]));
				if (damaged === null) return;
				nar[damaged.at % nar.length] = damaged.byte;
				if (damaged.length !== null) nar = nar.subarray(0, damaged.length % nar.length);
				nar = Buffer.concat([nar, damaged.more]);
				expect(withoutContents(told(nar))).toEqual(withoutContents(told([nar])));
			}),
			{ numRuns: 500 },
		);
	});
});
