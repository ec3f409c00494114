import { describe, expect, it } from "vitest";
import { memoryAccessor } from "../accessors/memory";
import { bytesToString } from "../byte-string";
import { narChunks } from "../formats/nar/chunks";
import { MemoryTreeBuilder } from "../formats/nar/memory";
import { serveMagic, serveVersion } from "../protocol/serve-messages";
import { converse, type Talk } from "../protocol/talk";
import { WireWriter } from "../protocol/wire-writer";
import { memoryStore } from "../stores/memory";
import { ServeClient } from "../stores/ssh/serve-client";
import { duplexPair, scripted } from "../testing/duplex-pair";
import type { ServeHost } from "./host";
import { serveStoreClient } from "./serve-session";

const hostOf = (): ServeHost => ({
	store: memoryStore(),
	version: "2.34.8",
	trusted: true,
	build: async () => [],
	buildDerivation: async () => {
		throw new Error("not here");
	},
	queryMissing: async () => ({ willBuild: [], willSubstitute: [], unknown: [], downloadSize: 0, narSize: 0 }),
});

const options = {
	maxSilentTime: 0,
	buildTimeout: 0,
	maxLogSize: 0,
	repeats: 0,
	enforceDeterminism: false,
	keepFailed: false,
};

const connect = async (host: ServeHost, writeAllowed: boolean) => {
	const [here, there] = duplexPair();
	const served = serveStoreClient(host, there, writeAllowed);
	const client = new ServeClient("/nix/store", "test");
	await converse(client.open(), here);
	return { client, served, ask: <T>(talk: Talk<T>): Promise<T> => converse(talk, here), close: () => here.close() };
};

describe("nix-store --serve and its client", () => {
	it("copy objects there and back", async () => {
		const from = memoryStore();
		const one = from.addTextToStore("one", "1", []);
		const two = from.addTextToStore("two", "2", [one]);
		const { client, served, ask, close } = await connect(hostOf(), true);
		for (const path of [one, two]) {
			const info = from.queryPathInfo(path);
			if (info === undefined) throw new Error("not there");
			await ask(client.addObject({ info, nar: narChunks(from.accessor(path)) }));
		}
		expect((await ask(client.queryValidPaths([one, two]))).map(String)).toEqual([one, two].map(String).sort());
		expect((await ask(client.queryClosure([two]))).map(String)).toEqual([one, two].map(String).sort());
		const [info] = await ask(client.queryPathInfos([two]));
		expect(info.references.map(String)).toEqual([String(one)]);
		const builder = new MemoryTreeBuilder();
		await ask(client.narFromPath(two, builder));
		expect(bytesToString(memoryAccessor(builder.root).readFile("/"))).toBe("2");
		expect(await ask(client.buildPaths([], options))).toBeUndefined();
		close();
		await served;
	});

	it("end where writing is not allowed", async () => {
		const { client, served, ask } = await connect(hostOf(), false);
		const ended = expect(served).rejects.toThrow("building paths is not allowed");
		await expect(ask(client.buildPaths([], options))).rejects.toThrow("unexpected end-of-file");
		await ended;
	});

	it("end at what makes no sense", async () => {
		const bytes = new WireWriter().number(serveMagic.client).number(serveVersion).number(99).take();
		await expect(serveStoreClient(hostOf(), scripted(bytes), true)).rejects.toThrow("unknown serve command 99");
	});

	it("say who is no server", async () => {
		const client = new ServeClient("/nix/store", "there");
		const said = scripted(Buffer.from("This account is currently not available.\n"));
		await expect(converse(client.open(), said)).rejects.toThrow(
			"'nix-store --serve' protocol mismatch from 'there', got 'This account is currently not available.'",
		);
		const silent = scripted(new Uint8Array());
		await expect(converse(client.open(), silent)).rejects.toThrow("cannot connect to 'there'");
	});
});
