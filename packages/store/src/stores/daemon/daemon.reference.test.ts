import { execFile, spawn } from "node:child_process";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { memoryAccessor } from "../../accessors/memory";
import { bytesToString } from "../../byte-string";
import { narChunks } from "../../formats/nar/chunks";
import { MemoryTreeBuilder } from "../../formats/nar/memory";
import { parseStorePath, type StorePath } from "../../formats/store-path";
import { nodeDuplex } from "../../protocol/node-duplex";
import { converse, type Duplex, type Talk } from "../../protocol/talk";
import { serveDaemonClient } from "../../serve/daemon-session";
import type { ServeHost } from "../../serve/host";
import { scratchFolder } from "../../testing/reference";
import { memoryStore } from "../memory";
import { ServeClient } from "../ssh/serve-client";
import { DaemonClient } from "./client";

const bin = (name: string): string => join(process.env.TSNIX_REFERENCE ?? "", "bin", name);
const env = {
	PATH: process.env.PATH,
	HOME: "/nonexistent",
	NIX_CONFIG: "experimental-features = nix-command ca-derivations\nsubstitute = false",
};

/** A program of the reference, to speak with. */
const start = (...[program, ...args]: string[]): Duplex => {
	const child = spawn(bin(program), args, { stdio: ["pipe", "pipe", "ignore"], env });
	return nodeDuplex(child.stdout, child.stdin);
};

const scratch = scratchFolder();
const tree = memoryAccessor({ a: "1", b: { c: "2" } });

describe("a client of the reference's nix-daemon", () => {
	let duplex: Duplex;
	let client: DaemonClient;
	const ask = <T>(talk: Talk<T>): Promise<T> => converse(talk, duplex);

	beforeAll(async () => {
		duplex = start("nix-daemon", "--stdio", "--store", `${scratch}/daemon`);
		client = new DaemonClient({ storeDir: "/nix/store", uri: "test://" });
		await ask(client.open());
	});
	afterAll(() => duplex.close());

	it("is told its version, and that it is trusted", () => {
		expect(client.info).toEqual({ daemonVersion: "2.34.8", trustsUs: true });
	});

	it("adds files to where they belong, and reads them back", async () => {
		const info = await ask(client.addToStore("tree", "nar", "sha256", [], narChunks(tree)));
		expect(info.path.equals(memoryStore().addToStore("tree", tree, "/"))).toBe(true);
		expect(await ask(client.queryPathInfo(info.path))).toMatchObject({ narSize: info.narSize, ultimate: false });
		const builder = new MemoryTreeBuilder();
		expect(await ask(client.narFromPath(info.path, builder))).toBe(info.narSize);
		expect(bytesToString(memoryAccessor(builder.root).readFile("/b/c"))).toBe("2");
	});

	it("copies objects, and is refused those that are not what is said of them", async () => {
		const from = memoryStore();
		const one = from.addTextToStore("one", "1", []);
		const two = from.addTextToStore("two", "2", [one]);
		const objects = [one, two].map((path) => {
			const info = from.queryPathInfo(path);
			if (info === undefined) throw new Error("not there");
			return { info, nar: narChunks(from.accessor(path)) };
		});
		await ask(client.addMultipleToStore(objects, { checkSignatures: false }));
		expect((await ask(client.queryReferrers(one))).map(String)).toEqual([String(two)]);
		const path = from.addTextToStore("three", "3", []);
		const info = from.queryPathInfo(path);
		if (info === undefined) throw new Error("not there");
		const wrong = { info, nar: narChunks(memoryAccessor({ not: "this" })) };
		await expect(ask(client.addObject(wrong, { checkSignatures: false }))).rejects.toThrow("hash mismatch");
		expect(await ask(client.isValidPath(path))).toBe(false);
	});

	it("is told what is missing, roots and errors", async () => {
		const nothing = parseStorePath("/nix/store/g1w7hy3qg1w7hy3qg1w7hy3qg1w7hy3q-nothing");
		const missing = await ask(client.queryMissing([{ kind: "opaque", path: nothing }]));
		expect(missing.unknown.map(String)).toEqual([String(nothing)]);
		expect(Array.isArray(await ask(client.findRoots()))).toBe(true);
		await expect(ask(client.ensurePath(nothing))).rejects.toThrow("there is no substituter that can build it");
		const dead = await ask(client.collectGarbage({ action: "return-dead" }));
		expect(dead.bytesFreed).toBe(0);
	});
});

describe("a client of the reference's nix-store --serve", () => {
	it("copies objects there and back", async () => {
		const duplex = start("nix-store", "--serve", "--write", "--store", `${scratch}/serve`);
		const ask = <T>(talk: Talk<T>): Promise<T> => converse(talk, duplex);
		const client = new ServeClient("/nix/store", "test");
		await ask(client.open());
		const from = memoryStore();
		const path = from.addToStore("tree", tree, "/");
		const info = from.queryPathInfo(path);
		if (info === undefined) throw new Error("not there");
		await ask(client.addObject({ info, nar: narChunks(from.accessor(path)) }));
		expect((await ask(client.queryClosure([path]))).map(String)).toEqual([String(path)]);
		expect(await ask(client.queryPathInfos([path]))).toMatchObject([{ narSize: info.narSize }]);
		const builder = new MemoryTreeBuilder();
		expect(await ask(client.narFromPath(path, builder))).toBe(info.narSize);
		duplex.close();
	});
});

describe("the reference's nix, on a store that is served here", () => {
	const store = memoryStore();
	const missing: StorePath[] = [];
	const host: ServeHost = {
		store,
		version: "2.34.8",
		trusted: true,
		build: async () => [],
		buildDerivation: async () => {
			throw new Error("nothing is built here");
		},
		queryMissing: async () => ({ willBuild: [], willSubstitute: [], unknown: missing, downloadSize: 0, narSize: 0 }),
	};
	const socket = join(scratch, "socket");
	const uri = `unix://${socket}?root=${scratch}/none`;
	let server: Server;
	const nix = async (...args: string[]): Promise<string> => {
		const { stdout } = await promisify(execFile)(bin("nix"), args, { env });
		return stdout.trimEnd();
	};

	beforeAll(async () => {
		server = createServer({ allowHalfOpen: true }, (connection) => {
			void serveDaemonClient(host, nodeDuplex(connection, connection));
		});
		await new Promise<void>((resolve) => server.listen(socket, resolve));
	});
	afterAll(() => void server.close());

	it("asks it", async () => {
		expect(JSON.parse(await nix("store", "info", "--json", "--store", uri))).toMatchObject({
			version: "2.34.8",
			trusted: true,
		});
		const path = store.addToStore("tree", tree, "/");
		const infos = JSON.parse(
			await nix("path-info", "--json", "--json-format", "1", "--store", uri, String(path)),
		) as Record<string, { narSize: number }>;
		expect(infos[String(path)].narSize).toBe(store.queryPathInfo(path)?.narSize);
	});

	it("copies to it and from it", async () => {
		const path = store.addToStore("tree", tree, "/");
		await nix("copy", "--no-check-sigs", "--from", uri, "--to", `${scratch}/copied`, String(path));
		const text = memoryStore().addTextToStore("text", "hello", []);
		await nix("store", "add-file", "--store", `${scratch}/copied`, "--name", "own", "/etc/hostname");
		await nix("copy", "--no-check-sigs", "--all", "--from", `${scratch}/copied`, "--to", uri);
		expect(
			store
				.queryAllValidPaths()
				.map((valid) => valid.name)
				.sort(),
		).toEqual(["own", "tree"]);
		expect(store.isValidPath(text)).toBe(false);
	});
});
