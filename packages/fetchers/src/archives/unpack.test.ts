import { type SourceAccessor, bytesToString, stringToBytes } from "@tsnix/store";
import fc from "fast-check";
import { gzipSync, type Zippable, zipSync } from "fflate";
import { describe, expect, test } from "vitest";
import { nodeCodecs } from "../node/codecs";
import { memoryBytes } from "./bytes";
import { type Codecs, portableCodecs } from "./codecs";
import { decompress as decompressSource } from "./decompress";
import { tar, type TarMember } from "./testing/tar";
import { unpackArchive } from "./unpack";

const limits = { totalSize: 1e6, entries: 1000 };
const decompress = (data: Uint8Array, codecs: Codecs, limit: number): Uint8Array => {
	const plain = decompressSource(memoryBytes(data), codecs, { totalSize: limit, held: limit });
	return plain.read(0, plain.size);
};
const unpack = (data: Uint8Array) => unpackArchive(data, portableCodecs, limits);

/** A tree as plain data: contents, `*` before those of executables, `-> ` before link targets. */
const show = (accessor: SourceAccessor, path = "/"): unknown => {
	const stat = accessor.lstat(path);
	if (stat?.kind === "symlink") return `-> ${accessor.readLink(path)}`;
	if (stat?.kind === "regular") return (stat.executable ? "*" : "") + bytesToString(accessor.readFile(path));
	const entries = [...accessor.readDirectory(path)].map(([name]) => name).sort();
	return Object.fromEntries(
		entries.map((name) => [name, show(accessor, path === "/" ? `/${name}` : `${path}/${name}`)]),
	);
};

const messageOf = (run: () => unknown): string => {
	try {
		run();
	} catch (error) {
		return (error as Error).message;
	}
	return "no error";
};

describe("tar", () => {
	test("a single folder at the top is left away, and the newest time counts", () => {
		const { accessor, lastModified } = unpack(
			tar(
				{ path: "x-1/", type: "5" },
				{ path: "x-1/run", mode: 0o755, contents: "#!", mtime: 9 },
				{ path: "x-1/link", type: "2", target: "run" },
				{ path: "x-1/hard", type: "1", target: "x-1/run" },
				{ path: "x-1/empty/", type: "5" },
			),
		);
		expect(show(accessor)).toEqual({ run: "*#!", link: "-> run", hard: "*#!", empty: {} });
		expect(lastModified).toBe(9);
	});

	test("several members at the top stay", () => {
		expect(show(unpack(tar({ path: "a", contents: "1" }, { path: "b/c", contents: "2" })).accessor)).toEqual({
			a: "1",
			b: { c: "2" },
		});
	});

	test("paths cannot climb out", () => {
		const { accessor } = unpack(tar({ path: "../../a/../b", contents: "1" }, { path: "/c", contents: "2" }));
		expect(show(accessor)).toEqual({ b: "1", c: "2" });
	});

	test("the last member of a name wins", () => {
		expect(show(unpack(tar({ path: "a", contents: "1" }, { path: "a", contents: "2" })).accessor)).toEqual({ a: "2" });
	});

	test("pax and GNU long names", () => {
		const long = "n".repeat(150);
		const record = ` path=${long}/p\n`;
		const length = record.length + String(record.length + 3).length;
		const archive = tar(
			{ path: "pax", type: "x", contents: `${length}${record}` },
			{ path: "short", contents: "1" },
			{ path: "././@LongLink", type: "L", contents: `${long}/q\0` },
			{ path: "short", contents: "2" },
		);
		expect(show(unpack(archive).accessor)).toEqual({ p: "1", q: "2" });
	});

	test.each<[string, TarMember[], string]>([
		["devices", [{ path: "d", type: "3" }], "file 'd' in tarball has unsupported file type 8192"],
		["a link to nothing", [{ path: "l", type: "1", target: "m" }], "path '/m' does not exist"],
		["a file as a folder", [{ path: "a" }, { path: "a/b" }], "path '/a/b' has a non-directory parent"],
	])("refuses %s", (_, members, message) => expect(messageOf(() => unpack(tar(...members)))).toBe(message));

	test("what is damaged or no archive is refused", () => {
		const whole = tar({ path: "a", contents: "1".repeat(2000) });
		expect(messageOf(() => unpack(whole.subarray(0, 1024)))).toBe(
			"cannot read file from tarball: Truncated tar archive detected while reading data",
		);
		expect(messageOf(() => unpack(stringToBytes("hello")))).toBe(
			"Failed to open archive (Unrecognized archive format)",
		);
		expect(messageOf(() => unpack(gzipSync(whole).subarray(0, 30)))).toBe(
			"Failed to open archive (truncated gzip input)",
		);
	});

	test("limits hold", () => {
		const archive = tar({ path: "a", contents: "1".repeat(100) }, { path: "b", contents: "2".repeat(100) });
		expect(messageOf(() => unpackArchive(archive, portableCodecs, { totalSize: 1e6, entries: 1 }))).toContain(
			"too many",
		);
		expect(messageOf(() => unpackArchive(archive, portableCodecs, { totalSize: 150, entries: 9 }))).toContain(
			"too large",
		);
	});

	test("noise in an archive gives an ArchiveError or a tree, never anything else", () => {
		const archive = tar({ path: "a/b", contents: "1".repeat(600) }, { path: "l", type: "1", target: "a/b" });
		fc.assert(
			fc.property(fc.nat(archive.length - 1), fc.nat(255), (at, byte) => {
				const noisy = archive.slice();
				noisy[at] = byte;
				try {
					unpack(noisy);
				} catch (error) {
					expect((error as Error).name).toBe("ArchiveError");
				}
			}),
		);
	});
});

describe("compression", () => {
	const archive = tar({ path: "a", contents: "1" }, { path: "b", contents: "2" });
	const decode = (base64: string) => Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
	// "hello\n" as the programs of these names compress it.
	const hello = {
		bzip2: decode("QlpoOTFBWSZTWcHAgOIAAAFBAAAQAkSgADDNAMNGKZcXckU4UJDBwIDi"),
		xz: decode("/Td6WFoAAATm1rRGAgAhARYAAAB0L+WjAQAFaGVsbG8KAAAApWCX8ZT2/eAAAR4GwS+kHR+2830BAAAAAARZWg=="),
		zstd: decode("KLUv/QRYMQAAaGVsbG8KU4i9kQ=="),
	};

	test.each(Object.entries(hello))("%s is undone", (_, data) => {
		expect(bytesToString(decompress(data, nodeCodecs, 100))).toBe("hello\n");
	});

	test("members of a gzip file are appended", () => {
		const [one, two] = [gzipSync(stringToBytes("one ")), gzipSync(stringToBytes("two"))];
		const both = new Uint8Array([...one, ...two]);
		for (const codecs of [portableCodecs, nodeCodecs])
			expect(bytesToString(decompress(both, codecs, 100))).toBe("one two");
	});

	test("wherever a gzip file is cut, that is noticed; what comes after it is not", () => {
		const noise = Array.from({ length: 300 }, (_, i) => String.fromCharCode((i * i * 7919) % 251)).join("");
		const data = gzipSync(stringToBytes(noise.repeat(3)));
		const pieces = (bytes: Uint8Array) => {
			const out: string[] = [];
			portableCodecs.decoders?.gzip?.([bytes], (piece) => out.push(bytesToString(piece)));
			return out.join("");
		};
		for (let size = 11; size < data.length; size++) expect(() => pieces(data.subarray(0, size))).toThrow(/unexpected/);
		expect(pieces(data)).toBe(noise.repeat(3));
		expect(pieces(new Uint8Array([...data, ...data]))).toBe(noise.repeat(6));
		expect(pieces(new Uint8Array([...data, 0, 0, 0, 0, 0]))).toBe(noise.repeat(3));
	});

	test("what would grow beyond the limit is refused", () => {
		const bomb = gzipSync(new Uint8Array(100_000));
		for (const codecs of [portableCodecs, nodeCodecs])
			expect(messageOf(() => decompress(bomb, codecs, 1000))).toBe("the archive is too large");
		for (const data of Object.values(hello))
			expect(messageOf(() => decompress(data, nodeCodecs, 3))).toBe("the archive is too large");
	});

	test.each([
		["portable", portableCodecs],
		["Node's", nodeCodecs],
	])("gzip, %s", (_, codecs) => {
		expect(show(unpackArchive(gzipSync(archive), codecs, limits).accessor)).toEqual({ a: "1", b: "2" });
	});

	test("a decoder that the runtime lacks is named", () => {
		expect(messageOf(() => unpack(hello.bzip2))).toBe(
			"cannot decompress bzip2 data: this runtime has no bzip2 decoder",
		);
	});
});

describe("zip", () => {
	const unix = (mode: number) => ({ os: 3, attrs: (mode << 16) >>> 0, mtime: "2020-01-01T00:00:00Z" }) as const;
	const files: Zippable = {
		"x/run": [stringToBytes("#!/bin/sh"), unix(0o100755)],
		"x/plain": [stringToBytes("text ".repeat(100)), unix(0o100644)],
		"x/link": [stringToBytes("plain"), unix(0o120777)],
		"x/empty/": [new Uint8Array(0), unix(0o040755)],
	};

	test("keeps modes and links", () => {
		expect(show(unpack(zipSync(files)).accessor)).toEqual({
			run: "*#!/bin/sh",
			plain: "text ".repeat(100),
			link: "-> plain",
			empty: {},
		});
	});

	test("refuses what is damaged", () => {
		const data = zipSync(files);
		const at = bytesToString(data).indexOf("x/run") + 6;
		const damaged = data.slice();
		damaged[at] = (damaged[at] as number) ^ 0xff;
		expect(messageOf(() => unpack(damaged))).not.toBe("no error");
		expect(messageOf(() => unpack(data.subarray(0, data.length - 30)))).toBe(
			"cannot read file from tarball: Truncated ZIP file data",
		);
		expect(messageOf(() => unpackArchive(data, portableCodecs, { totalSize: 10, entries: 9 }))).toContain("too large");
	});
});
