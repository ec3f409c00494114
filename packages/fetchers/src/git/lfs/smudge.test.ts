import { bytesToString, hashBytes, MemoryDirectory, MemoryFile, memoryAccessor, stringToBytes } from "@tsnix/store";
import { memfs } from "memfs";
import { expect, test } from "vitest";
import { runSync, WouldBlock } from "../../effects";
import { tracesOf } from "../../errors";
import type { HttpRequest } from "../../http";
import { createFetchWorld } from "../../world";
import type { GitRepository } from "../repository";
import { parseLfsPointer } from "./pointer";
import { smudge } from "./smudge";

const contents = "large\n";
const oid = hashBytes("sha256", stringToBytes(contents)).base16();
const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${oid}\nsize ${contents.length}\n`;

const tree = memoryAccessor(
	new MemoryDirectory(
		new Map([
			[".gitattributes", new MemoryFile(stringToBytes("*.bin filter=lfs diff=lfs merge=lfs -text\n"))],
			["a.bin", new MemoryFile(stringToBytes(pointer))],
			["b.bin", new MemoryFile(stringToBytes("not a pointer"))],
			["c.txt", new MemoryFile(stringToBytes(pointer))],
		]),
	),
);

/** A server with one object, and what it was asked. */
const server = (body = contents) => {
	const asked: HttpRequest[] = [];
	const answer = (request: HttpRequest): string =>
		request.method === "POST"
			? JSON.stringify({
					objects: [
						{
							oid,
							size: contents.length,
							actions: { download: { href: "http://lfs/1", header: { Authorization: "Basic x" } } },
						},
					],
				})
			: body;
	const requestSync = (request: HttpRequest) => {
		asked.push(request);
		return { status: 200, urls: [request.url], links: [], body: stringToBytes(answer(request)) };
	};
	return { asked, http: { requestSync, request: async (r: HttpRequest) => requestSync(r) } };
};

const smudged = (origin: string, http?: ReturnType<typeof server>["http"], files: Record<string, string> = {}) => {
	const { fs } = memfs({ "/cache": null, "/repo/config": "", ...files });
	const warnings: string[] = [];
	const world = createFetchWorld({
		fs: fs as never,
		clones: { fs: fs as never, dir: "/cache" },
		...(http === undefined ? {} : { http }),
		warn: (message) => warnings.push(message),
	});
	const config = new Map(origin === "" ? [] : [["remote.origin.url", origin]]);
	const repository = { fs, commonDir: "/repo", gitDir: "/repo", config } as unknown as GitRepository;
	const run = () => runSync(smudge(tree, repository, world), world, (effect) => new WouldBlock(effect, async () => {}));
	return { run, warnings };
};

const read = (run: () => typeof tree, path: string): string => bytesToString(run().readFile(path));

test("a pointer is read as the specification has it", () => {
	expect(parseLfsPointer(pointer)).toEqual({ oid, size: contents.length });
	expect(parseLfsPointer(pointer.replace("v1", "v2"))).toBeUndefined();
	expect(parseLfsPointer(pointer.replace(/size .*/, "size x"))).toBeUndefined();
});

test("what the attributes name is fetched beside the remote, once", () => {
	const { asked, http } = server();
	const { run, warnings } = smudged("https://example.org/r.git", http);
	expect(read(run, "/a.bin")).toBe(contents);
	expect(read(run, "/c.txt")).toBe(pointer);
	expect(asked.map(({ url }) => url)).toEqual(["https://example.org/r.git/info/lfs/objects/batch", "http://lfs/1"]);
	expect(bytesToString(asked[0]?.body as Uint8Array)).toBe(
		`{"objects":[{"oid":"${oid}","size":6}],"operation":"download"}`,
	);
	expect(asked[1]?.headers).toEqual({ Authorization: "Basic x" });
	expect(warnings[0]).toBe("encountered file '/b.bin' that should have been a git-lfs pointer, but is invalid");
});

test("a remote on this machine is read where it lies", () => {
	const files = { [`/other/lfs/objects/${oid.slice(0, 2)}/${oid.slice(2, 4)}/${oid}`]: contents };
	expect(read(smudged("file:///other", undefined, files).run, "/a.bin")).toBe(contents);
	expect(smudged("file:///other").run).toThrow("uploading to 'file:///other/info/lfs/objects/batch' is not supported");
});

test("contents that are not what was promised are refused", () => {
	const { run } = smudged("https://example.org/r.git", server("other\n").http);
	let failure: unknown;
	try {
		run();
	} catch (error) {
		failure = error;
	}
	expect((failure as Error).message).toMatch(/^hash mismatch while fetching http:\/\/lfs\/1: expected sha256:/);
	expect(tracesOf(failure)).toEqual(["while smudging git-lfs file '/a.bin'"]);
});
