import { execFile } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { memoryAccessor } from "../../accessors/memory";
import { scratchFolder } from "../../testing/reference";
import { type S3Server, startS3Server } from "../../testing/s3-server";
import { asyncStore } from "../async";
import { closureIn, copyPaths } from "../copy";
import { openNodeDatabase } from "../local/node-database";
import { memoryStore } from "../memory";
import { type BinaryCache, openBinaryCache } from "./binary-cache";
import type { CacheFetch } from "./http-transfer";
import { DiskKnowledge } from "./disk-knowledge";
import { s3Files } from "./s3-files";

const scratch = scratchFolder();
const nodeFetch: CacheFetch = (url, { body, ...init }) =>
	fetch(url, { ...init, ...(body === undefined ? {} : { body, duplex: "half" }) } as RequestInit);

/** The reference as it is built here signs nothing, so that the server asks for no signatures. */
describe("a bucket that the reference uses, too", () => {
	let server: S3Server;
	const nix = async (...args: string[]): Promise<string> => {
		const env = {
			PATH: process.env.PATH,
			HOME: scratch,
			XDG_CACHE_HOME: join(scratch, "cache"),
			NIX_CONFIG: "experimental-features = nix-command\nrequire-sigs = false\nconnect-timeout = 5",
		};
		const { stdout } = await promisify(execFile)(join(process.env.TSNIX_REFERENCE ?? "", "bin/nix"), args, { env });
		return stdout.trimEnd();
	};
	const knowledge = (): DiskKnowledge => {
		if (openNodeDatabase === undefined) throw new Error("no SQLite");
		mkdirSync(join(scratch, "cache/nix"), { recursive: true });
		return new DiskKnowledge({
			database: openNodeDatabase(join(scratch, "cache/nix/binary-cache-v7.sqlite")),
			ages: { positive: 1e6, negative: 1e6, meta: 1e6 },
			clock: () => Math.floor(Date.now() / 1000),
		});
	};
	const open = (bucket: string, known?: DiskKnowledge): Promise<BinaryCache> =>
		openBinaryCache({
			files: s3Files({
				fetch: nodeFetch,
				place: { bucket, endpoint: server.endpoint },
				key: `s3://${bucket}`,
				uri: `s3://${bucket}`,
				now: () => new Date(),
				multipartUpload: true,
				multipartThreshold: 5 * 2 ** 20,
			}),
			compression: "none",
			...(known === undefined ? {} : { knowledge: known }),
		});
	const store = memoryStore();
	const path = store.addToStore("tree", memoryAccessor({ large: new Uint8Array(11 << 20).fill(3), a: "1" }), "/");

	beforeAll(async () => {
		server = await startS3Server(undefined);
	});
	afterAll(() => server.close());

	it("reads what we wrote in parts, and finds again what we found out", async () => {
		const known = knowledge();
		const cache = await open("ours", known);
		await copyPaths(asyncStore(store), cache, (await closureIn(asyncStore(store), [path])).values());
		known.close();
		expect(server.log.some((line) => line.includes("partNumber=3"))).toBe(true);
		server.log.length = 0;
		const to = join(scratch, "store");
		await nix("copy", "--from", `s3://ours?endpoint=${server.endpoint}`, "--to", to, path.toString());
		expect(await nix("path-info", "--store", to, path.toString())).toBe(path.toString());
		expect(server.log.filter((line) => line.includes("narinfo"))).toEqual([]);
	});

	it("writes what we read, and we find again what it found out", async () => {
		const from = join(scratch, "store");
		await nix(
			"copy",
			"--from",
			from,
			"--to",
			`s3://theirs?endpoint=${server.endpoint}&compression=none`,
			path.toString(),
		);
		server.log.length = 0;
		const known = knowledge();
		const cache = await open("theirs", known);
		const back = memoryStore();
		await copyPaths(cache, asyncStore(back), (await closureIn(cache, [path])).values());
		known.close();
		expect(back.queryPathInfo(path)?.narHash).toEqual(store.queryPathInfo(path)?.narHash);
		expect(server.log).toHaveLength(1);
	});
});
