import { spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readdirSync, readSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bytesToString, narHash, stringToBytes } from "@tsnix/store";
import fc from "fast-check";
import { gzipSync, zipSync } from "fflate";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ArchiveError } from "../errors";
import { nodeCodecs } from "../node/codecs";
import { nodeSpool } from "../node/spool";
import { portableCodecs } from "./codecs";
import { tar, type TarMember } from "./testing/tar";
import { unpackArchive } from "./unpack";

const limits = { totalSize: 1e6, entries: 1000 };

const refusal = (data: Uint8Array, bounds: Parameters<typeof unpackArchive>[2] = limits): string => {
	try {
		unpackArchive(data, nodeCodecs, bounds, nodeSpool(dir));
	} catch (error) {
		expect(error).toBeInstanceOf(ArchiveError);
		return (error as Error).message;
	}
	throw new Error("it was taken");
};

let dir: string;
beforeAll(() => {
	dir = mkdtempSync(join(tmpdir(), "tsnix-hostile-"));
});
afterAll(() => {
	expect(readdirSync(dir)).toEqual([]);
	rmSync(dir, { recursive: true });
});

const pax = (records: Record<string, string>): TarMember => ({
	path: "pax",
	type: "x",
	contents: Object.entries(records)
		.map(([name, value]) => {
			const rest = ` ${name}=${value}\n`;
			let length = rest.length + 1;
			while (`${length}${rest}`.length !== length) length++;
			return `${length}${rest}`;
		})
		.join(""),
});

describe("paths", () => {
	const names = (data: Uint8Array) =>
		[...unpackArchive(data, nodeCodecs, limits).accessor.readDirectory("/")].map(([n]) => n);

	test("that climb out, or are absolute, lie below the root all the same", () => {
		const members = ["../../../etc/a", "/etc/b", "x/../../etc/c", "./etc/./d"].map((path) => ({ path, contents: "x" }));
		expect(names(tar(...members)).sort()).toEqual(["a", "b", "c", "d"]);
	});

	test("are not written through links", () => {
		const link = { path: "x/link", type: "2", target: "/etc" };
		expect(refusal(tar(link, { path: "x/link/passwd", contents: "x" }))).toBe(
			"path '/x/link/passwd' has a non-directory parent",
		);
	});

	test("cannot make a folder of a file", () => {
		expect(refusal(tar({ path: "a", contents: "1" }, { path: "a/b", contents: "2" }))).toBe(
			"path '/a/b' has a non-directory parent",
		);
	});

	test("cannot be nested without end", () => {
		expect(refusal(tar(pax({ path: "a/".repeat(100_000) }), { path: "x" }))).toContain("nested too deeply");
	});

	test("end at the first zero", () => {
		expect(names(tar(pax({ path: "good\0/../bad" }), { path: "x", contents: "1" }, { path: "other" }))).toEqual([
			"good",
			"other",
		]);
	});

	test("of JavaScript's own objects are names like others", () => {
		expect(names(tar(...["__proto__", "constructor", "toString"].map((path) => ({ path, contents: "1" }))))).toEqual([
			"__proto__",
			"constructor",
			"toString",
		]);
	});
});

describe("hard links", () => {
	const link = (path: string, target: string): TarMember => ({ path, target, type: "1" });

	test("in a circle, to nowhere, to a folder", () => {
		expect(refusal(tar(link("a", "b"), link("b", "a")))).toBe("path '/b' does not exist");
		expect(refusal(tar(link("a", "../../etc/passwd")))).toBe("path '/etc/passwd' does not exist");
		expect(refusal(tar({ path: "d/", type: "5" }, { path: "f" }, link("a", "d")))).toBe(
			"cannot create a hard link to a directory",
		);
	});

	test("count each as large as what they are to", () => {
		const links = Array.from({ length: 200 }, (_, i) => link(`l${i}`, "big"));
		expect(refusal(tar({ path: "big", contents: "x".repeat(10_000) }, ...links))).toBe("the archive is too large");
	});
});

describe("sizes", () => {
	test("of bombs", () => {
		const zeros = tar({ path: "zeros", contents: "\0".repeat(3e6) });
		expect(refusal(gzipSync(zeros))).toBe("the archive is too large");
		expect(refusal(gzipSync(gzipSync(zeros)))).toBe("the archive is too large");
		expect(refusal(zipSync({ a: new Uint8Array(600_000), b: new Uint8Array(600_000) }))).toBe(
			"the archive is too large",
		);
	});

	test("of archives within archives within archives", () => {
		let data = tar({ path: "x" });
		for (let i = 0; i < 20; i++) data = gzipSync(data);
		expect(refusal(data)).toBe("the archive is compressed too often");
	});

	test("that are only claimed", () => {
		const sparse = { "GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.realsize": "9".repeat(15) };
		expect(refusal(tar(pax(sparse), { path: "x", contents: "0\n" }))).toBe("a sparse file of the archive is too large");
		expect(
			refusal(tar(pax({ ...sparse, "GNU.sparse.realsize": "10" }), { path: "x", contents: "999999999999999\n" })),
		).toBe("damaged sparse file in archive");
		for (const size of ["1e999", "-1", "nonsense", "9999999999999999999"])
			expect(refusal(tar(pax({ size }), { path: "x", contents: "1" }))).toMatch(/(Damaged|Truncated) tar archive/);
		const zip = zipSync({ a: [stringToBytes("1"), { level: 0 }] });
		const directory = bytesToString(zip).indexOf("PK\x01\x02");
		zip.set([0xf0, 0xff, 0xff, 0x7f], directory + 24);
		expect(refusal(zip, { totalSize: 2 ** 40, entries: 9 })).toBe("ZIP bad CRC");
	});

	test("of too many members", () => {
		expect(refusal(tar(...Array.from({ length: 1001 }, (_, i) => ({ path: `${i}` }))))).toBe(
			"the archive has too many members",
		);
	});
});

test("times that are none do not matter, and those out of all range are the last of all", () => {
	const { lastModified } = unpackArchive(tar(pax({ mtime: "nonsense" }), { path: "x", mtime: 0 }), nodeCodecs, limits);
	expect(lastModified).toBe(0);
	const late = unpackArchive(tar(pax({ mtime: "1e300" }), { path: "x" }), nodeCodecs, limits);
	expect(Number.isSafeInteger(late.lastModified)).toBe(true);
});

test("devices and pipes are refused by name", () => {
	for (const [type, mode] of [
		["3", 0o020000],
		["4", 0o060000],
		["6", 0o010000],
	] as const)
		expect(refusal(tar({ path: "dev/x", type }))).toBe(`file 'dev/x' in tarball has unsupported file type ${mode}`);
});

describe("what is large is put aside", () => {
	const tree = tar(
		...Array.from({ length: 50 }, (_, i) => ({ path: `d${i % 7}/f${i}`, contents: `${i}`.repeat(1000 * (i % 5)) })),
	);
	const hashOf = (data: Uint8Array, held: number) =>
		narHash(unpackArchive(data, nodeCodecs, { ...limits, held }, nodeSpool(dir)).accessor).hash.sri();

	test.each([
		["plain", (data: Uint8Array) => data],
		["gzip", (data: Uint8Array) => gzipSync(data)],
		...["bzip2", "xz", "zstd"]
			.filter((program) => spawnSync(program, ["--version"]).status === 0)
			.map((program): [string, (data: Uint8Array) => Uint8Array] => [
				program,
				(data) => spawnSync(program, ["-c"], { input: data }).stdout,
			]),
	])("and gives the same tree, %s", (_, compress) => {
		const data = compress(tree);
		expect(hashOf(data, 5000)).toBe(hashOf(data, 1e6));
	});

	test("zip", () => {
		const zip = zipSync({
			a: stringToBytes("1".repeat(4000)),
			b: stringToBytes("2".repeat(4000)),
			c: stringToBytes("3"),
		});
		expect(hashOf(zip, 4000)).toBe(hashOf(zip, 1e6));
	});

	test("a zip archive is read in places, and its large members in pieces", () => {
		const zip = zipSync({ big: new Uint8Array(40e6), stored: [new Uint8Array(3e6), { level: 0 }] });
		let largest = 0;
		const source = {
			size: zip.length,
			read: (offset: number, length: number) => {
				largest = Math.max(largest, Math.min(length, zip.length - offset));
				return zip.subarray(offset, offset + length);
			},
		};
		const { accessor } = unpackArchive(source, nodeCodecs, { ...limits, totalSize: 5e7, held: 1e6 }, nodeSpool(dir));
		expect(largest).toBeLessThan(1.1e6);
		expect(accessor.lstat("/big")).toMatchObject({ size: 40e6 });
		expect(accessor.readFile("/stored").length).toBe(3e6);
	});

	test("several streams in a file are one", () => {
		for (const program of ["bzip2", "xz"]) {
			if (spawnSync(program, ["--version"]).status !== 0) continue;
			const half = (from: number, to?: number) => spawnSync(program, ["-c"], { input: tree.subarray(from, to) }).stdout;
			const both = new Uint8Array(Buffer.concat([half(0, 5000), half(5000)]));
			expect(hashOf(both, 1e6)).toBe(hashOf(tree, 1e6));
		}
	});

	test("without anywhere to put it, too much is refused", () => {
		const run = () => unpackArchive(gzipSync(tree), portableCodecs, { ...limits, held: 5000 });
		expect(run).toThrow("the archive is too large");
	});

	test("the place is gone once it is not needed", () => {
		const probe = () => {
			const fd = openSync("/dev/null", "r");
			closeSync(fd);
			return fd;
		};
		const before = probe();
		refusal(gzipSync(tar({ path: "zeros", contents: "\0".repeat(3e6) })), { ...limits, held: 100 });
		expect(probe()).toBe(before);
		expect(() => readSync(before, Buffer.alloc(1))).toThrow();
	});
});

test("whatever is changed in an archive, it is a tree or an ArchiveError, soon", () => {
	const archives = [
		tar({ path: "a/b", contents: "some text" }, pax({ path: "long/name", mtime: "7.5" }), { path: "x", contents: "2" }),
		zipSync({ "a/b": stringToBytes("some text ".repeat(20)), c: stringToBytes("2") }),
	];
	const compressed = [...archives, ...archives.map((data) => gzipSync(data))];
	fc.assert(
		fc.property(
			fc.constantFrom(...compressed),
			fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 6 }),
			fc.nat(),
			(data, changes, cut) => {
				const changed = data.slice(0, data.length - (cut % 3 === 0 ? cut % data.length : 0));
				for (const [at, byte] of changes) if (changed.length > 0) changed[at % changed.length] = byte;
				try {
					narHash(unpackArchive(changed, nodeCodecs, { ...limits, held: 2000 }, nodeSpool(dir)).accessor);
				} catch (error) {
					expect(error).toBeInstanceOf(ArchiveError);
				}
			},
		),
		{ numRuns: 300 },
	);
});
