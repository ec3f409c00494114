import { afterEach, describe, expect, it } from "vitest";
import { memoryAccessor } from "../accessors/memory";
import { bytesToString } from "../byte-string";
import { NixError } from "../errors";
import { narChunks } from "../formats/nar/chunks";
import { MemoryTreeBuilder } from "../formats/nar/memory";
import { parseStorePath } from "../formats/store-path";
import { converse, type Talk } from "../protocol/talk";
import { WireWriter } from "../protocol/wire-writer";
import { workerMagic, workerVersion } from "../protocol/worker-messages";
import { DaemonClient } from "../stores/daemon/client";
import { memoryStore } from "../stores/memory";
import { duplexPair, scripted } from "../testing/duplex-pair";
import { serveDaemonClient } from "./daemon-session";
import type { ServeHost } from "./host";

const nothing = parseStorePath("/nix/store/g1w7hy3qg1w7hy3qg1w7hy3qg1w7hy3q-nothing");

const hostOf = (changes: Partial<ServeHost> = {}): ServeHost => ({
	store: memoryStore(),
	version: "2.34.8",
	trusted: true,
	build: async (targets) =>
		targets.map((path) => ({
			path,
			status: "MiscFailure",
			message: "nothing is built here",
			isNonDeterministic: false,
			timesBuilt: 0,
			startTime: 0,
			stopTime: 0,
			builtOutputs: new Map(),
		})),
	buildDerivation: async () => {
		throw new Error("not here");
	},
	queryMissing: async () => ({ willBuild: [], willSubstitute: [], unknown: [nothing], downloadSize: 1, narSize: 2 }),
	...changes,
});

const closers: (() => void)[] = [];
afterEach(() => {
	for (const close of closers.splice(0)) close();
});

/** A client of a daemon that serves a host. */
const connect = async (changes: Partial<ServeHost> = {}) => {
	const host = hostOf(changes);
	const [here, there] = duplexPair();
	const served = serveDaemonClient(host, there);
	served.catch(() => {});
	const client = new DaemonClient({ storeDir: "/nix/store", uri: "test://" });
	await converse(client.open(), here);
	closers.push(() => here.close());
	return { client, host, served, ask: <T>(talk: Talk<T>): Promise<T> => converse(talk, here) };
};

describe("a daemon and its client", () => {
	it("greet each other", async () => {
		const { client } = await connect();
		expect(client.version).toBe(workerVersion);
		expect(client.info).toEqual({ daemonVersion: "2.34.8", trustsUs: true });
	});

	it("add, ask and read back", async () => {
		const { client, host, ask } = await connect();
		const tree = memoryAccessor({ a: "1", b: { c: "2" } });
		const info = await ask(client.addToStore("tree", "nar", "sha256", [], narChunks(tree)));
		expect(info.path.equals(await host.store.addToStore("tree", tree, "/"))).toBe(true);
		expect(await ask(client.isValidPath(info.path))).toBe(true);
		expect(await ask(client.isValidPath(nothing))).toBe(false);
		expect(await ask(client.queryPathInfo(info.path))).toEqual(info);
		expect(await ask(client.queryPathInfo(nothing))).toBeUndefined();
		expect((await ask(client.queryPathFromHashPart(info.path.hashPart)))?.equals(info.path)).toBe(true);
		const builder = new MemoryTreeBuilder();
		expect(await ask(client.narFromPath(info.path, builder))).toBe(info.narSize);
		expect(bytesToString(memoryAccessor(builder.root).readFile("/b/c"))).toBe("2");
		const text = await ask(client.addToStore("text", "text", "sha256", [info.path], [Buffer.from("hello")]));
		expect((await ask(client.queryReferrers(info.path))).map(String)).toEqual([String(text.path)]);
		expect(await ask(client.queryAllValidPaths())).toHaveLength(2);
	});

	it("add plain files that arrive in many pieces", async () => {
		const { client, host, ask } = await connect();
		const contents = Buffer.alloc(300_000, "large ");
		const info = await ask(client.addToStore("file", "flat", "sha256", [], [contents]));
		expect(bytesToString((await host.store.accessor(info.path)).readFile("/"))).toBe(contents.toString("latin1"));
	});

	it("refuse ways of hashing whose features are off, and those that are none", async () => {
		const requireFeature = (feature: string): never => {
			throw new NixError("OFF", `${feature} is off`);
		};
		const { client, host, ask } = await connect({ requireFeature });
		const add = (method: "nar" | "git" | "text", algorithm: "sha1" | "blake3" | "sha256") =>
			ask(client.addToStore("x", method, algorithm, [], narChunks(memoryAccessor("x"))));
		await expect(add("git", "sha1")).rejects.toThrow("git-hashing is off");
		await expect(add("nar", "blake3")).rejects.toThrow("blake3-hashes is off");
		await expect(add("text", "sha1")).rejects.toThrow("text hash algorithm must be sha256, not 'sha1'");
		expect(await host.store.queryAllValidPaths()).toEqual([]);
		expect(await ask(client.isValidPath(nothing))).toBe(false);
	});

	it("copy several objects at once", async () => {
		const from = memoryStore();
		const one = from.addTextToStore("one", "1", []);
		const two = from.addTextToStore("two", "2", [one]);
		const objects = [one, two].map((path) => {
			const info = from.queryPathInfo(path);
			if (info === undefined) throw new Error("not there");
			return { info, nar: narChunks(from.accessor(path)) };
		});
		const { client, host, ask } = await connect();
		await ask(client.addMultipleToStore(objects));
		expect(host.store.isValidPath(two)).toBe(true);
		expect((await ask(client.queryValidPaths([one, two, nothing]))).map(String)).toEqual([one, two].map(String).sort());
	});

	it("say what failed, and go on", async () => {
		const { client, ask } = await connect();
		await expect(ask(client.queryDerivationOutputMap(nothing))).rejects.toThrow();
		await expect(ask(client.findRoots())).rejects.toThrow("Garbage collection not supported by store 'memory:'");
		const [result] = await ask(client.buildPathsWithResults([{ kind: "opaque", path: nothing }], "normal"));
		expect(result).toMatchObject({ status: "MiscFailure", message: "nothing is built here" });
		await expect(ask(client.buildPaths([{ kind: "opaque", path: nothing }], "normal"))).rejects.toThrow(
			"nothing is built here",
		);
		expect(await ask(client.queryMissing([]))).toMatchObject({ downloadSize: 1, narSize: 2 });
	});

	it("leave nothing of an object that is not what is said of it", async () => {
		const from = memoryStore();
		const path = from.addTextToStore("one", "1", []);
		const info = from.queryPathInfo(path);
		if (info === undefined) throw new Error("not there");
		const { client, host, ask } = await connect();
		const nar = narChunks(memoryAccessor({ other: "files" }));
		await expect(ask(client.addObject({ info, nar }))).rejects.toThrow("hash mismatch");
		expect(host.store.isValidPath(path)).toBe(false);
		expect(await ask(client.isValidPath(path))).toBe(false);
	});
});

describe("a client that is not trusted", () => {
	it("may not repair, nor add what no signature vouches for, nor ignore liveness", async () => {
		const from = memoryStore();
		const path = from.addTextToStore("one", "1", []);
		const info = from.queryPathInfo(path);
		if (info === undefined) throw new Error("not there");
		const { client, ask } = await connect({ trusted: false, isTrustedInfo: () => false });
		expect(client.info.trustsUs).toBe(false);
		const object = { info, nar: narChunks(from.accessor(path)) };
		await expect(ask(client.addObject(object, { checkSignatures: false }))).rejects.toThrow(
			`cannot add path '${path.toString()}' because it lacks a signature by a trusted key`,
		);
		await expect(ask(client.verifyStore(false, true))).rejects.toThrow("you are not privileged to repair paths");
		await expect(ask(client.collectGarbage({ action: "delete-dead", ignoreLiveness: true }))).rejects.toThrow(
			"you are not allowed to ignore liveness",
		);
		await expect(ask(client.buildPaths([], "repair"))).rejects.toThrow(
			"repairing is not allowed because you are not in 'trusted-users'",
		);
	});
});

describe("what makes no sense", () => {
	const greeting = (): WireWriter =>
		new WireWriter().number(workerMagic.client).number(workerVersion).strings([]).number(0).number(0);

	it.each([
		["a greeting that is none", new WireWriter().string("GET / HTTP/1.1").take(), "protocol mismatch"],
		[
			"an older client",
			new WireWriter().number(workerMagic.client).number(0x10a).take(),
			"the Nix client version is too old",
		],
		["an operation that is none", greeting().number(4711).take(), "invalid operation 4711"],
		[
			"a path that is none",
			greeting().number(1).string("/etc/passwd").take(),
			'path "/etc/passwd" is not in the Nix store',
		],
		[
			"a list without end",
			greeting()
				.number(31)
				.number(2 ** 50)
				.take(),
			"list is too long",
		],
	])("ends the connection: %s", async (_, bytes, message) => {
		const host = hostOf();
		await expect(serveDaemonClient(host, scripted(bytes))).rejects.toThrow(message);
		expect(host.store.queryAllValidPaths()).toEqual([]);
	});

	it("does not from a client that just goes", async () => {
		await serveDaemonClient(hostOf(), scripted(greeting().take()));
		await serveDaemonClient(hostOf(), scripted(greeting().number(7).number(3).take()));
	});
});
