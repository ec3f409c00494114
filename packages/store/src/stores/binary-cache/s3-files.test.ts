import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { bytesToString, stringToBytes } from "../../byte-string";
import { type S3Server, startS3Server } from "../../testing/s3-server";
import { asyncStore } from "../async";
import { closureIn, copyPaths } from "../copy";
import { memoryStore } from "../memory";
import { openBinaryCache } from "./binary-cache";
import type { CacheFiles } from "./cache-files";
import type { CacheFetch } from "./http-transfer";
import { findS3Credentials } from "./s3-credentials";
import { type S3FilesOptions, s3Files } from "./s3-files";
import { s3BaseUrl } from "./s3-url";

const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret/key+1" };
const nodeFetch: CacheFetch = (url, { body, ...init }) =>
	fetch(url, { ...init, ...(body === undefined ? {} : { body, duplex: "half" }) } as RequestInit);

describe("the files of a bucket", () => {
	let server: S3Server;
	beforeEach(async () => {
		server = await startS3Server(credentials.secretAccessKey);
	});
	afterEach(() => server.close());

	const open = (options: Partial<S3FilesOptions> = {}): CacheFiles =>
		s3Files({
			fetch: nodeFetch,
			tries: 1,
			place: { bucket: "cache", region: "eu-west-1", endpoint: server.endpoint },
			uri: "s3://cache?region=eu-west-1",
			credentials: { ...credentials, sessionToken: "token" },
			now: () => new Date("2026-07-01T12:00:00Z"),
			...options,
		});

	it("are written and read with signatures that the server reckons, too", async () => {
		const files = open({ storageClass: "STANDARD_IA" });
		expect(files.uri).toBe("s3://cache?region=eu-west-1");
		expect(await files.get("nar/a b+c.nar")).toBeUndefined();
		expect(await files.exists("x")).toBe(false);
		await files.put("log/a b+c", Uint8Array.from(stringToBytes("text")), "text/plain");
		expect(server.objects.get("cache/log/a b+c")?.toString()).toBe("text");
		expect(bytesToString((await files.get("log/a b+c")) as Uint8Array)).toBe("text");
	});

	it("are not to be had with another secret, or without any", async () => {
		await open().put("x", Uint8Array.from([1]), "text/plain");
		const { credentials: _, ...unsigned } = { credentials };
		for (const files of [
			open({ credentials: { ...credentials, secretAccessKey: "other" } }),
			s3FilesUnsigned(unsigned),
		]) {
			expect(await files.get("x")).toBeUndefined();
			await expect(files.put("y", Uint8Array.from([1]), "text/plain")).rejects.toThrow("HTTP error 403");
		}
	});

	const s3FilesUnsigned = (options: object): CacheFiles =>
		s3Files({
			fetch: nodeFetch,
			tries: 1,
			place: { bucket: "cache", endpoint: server.endpoint },
			uri: "s3://cache",
			now: () => new Date(),
			...options,
		});

	it("are uploaded in parts where they are large and that is asked for", async () => {
		const size = 5 * 2 ** 20;
		const bytes = new Uint8Array(2 * size + 10).map((_, i) => i % 251);
		const files = open({ multipartUpload: true, multipartThreshold: size });
		await files.putLarge?.(
			"nar/large",
			{ size: bytes.length, read: () => [bytes.subarray(0, 7), bytes.subarray(7)] },
			"x",
		);
		expect(Buffer.compare(server.objects.get("cache/nar/large") ?? Buffer.alloc(0), bytes)).toBe(0);
		expect(server.log.map((line) => line.replace(/upload%2B/g, ""))).toEqual([
			"POST /cache/nar/large?uploads= 200",
			"PUT /cache/nar/large?partNumber=1&uploadId=1 200",
			"PUT /cache/nar/large?partNumber=2&uploadId=1 200",
			"PUT /cache/nar/large?partNumber=3&uploadId=1 200",
			"POST /cache/nar/large?uploadId=1 200",
		]);
		server.log.length = 0;
		await open().putLarge?.("nar/once", { size: bytes.length, read: () => [bytes] }, "x");
		expect(server.log).toEqual(["PUT /cache/nar/once 200"]);
		expect(server.objects.get("cache/nar/once")?.length).toBe(bytes.length);
	});

	it("leave no upload behind that failed half-way", async () => {
		const size = 5 * 2 ** 20;
		const files = open({ multipartUpload: true, multipartThreshold: size });
		const read = function* (): Generator<Uint8Array> {
			yield new Uint8Array(size);
			throw new Error("the disk is gone");
		};
		let reads = 0;
		const contents = { size: 2 * size, read: () => (reads++ === 0 ? [] : read()) };
		await expect(files.putLarge?.("nar/large", contents, "x")).rejects.toThrow("the disk is gone");
		expect(server.uploads.size).toBe(0);
		expect(server.objects.size).toBe(0);
	});

	it("are a binary cache", async () => {
		const store = memoryStore();
		const path = store.addTextToStore("x", "hello", []);
		const cache = await openBinaryCache({ files: open(), compression: "none" });
		await copyPaths(asyncStore(store), cache, (await closureIn(asyncStore(store), [path])).values());
		expect(server.objects.get("cache/nix-cache-info")?.toString()).toBe("StoreDir: /nix/store\n");
		const again = await openBinaryCache({ files: open() });
		expect(bytesToString((await again.accessor(path)).readFile("/"))).toBe("hello");
	});
});

describe("where a bucket is", () => {
	it("depends on the endpoint and the way of addressing", () => {
		expect(s3BaseUrl({ bucket: "b" })).toBe("https://b.s3.us-east-1.amazonaws.com");
		expect(s3BaseUrl({ bucket: "b", region: "eu-west-1", addressingStyle: "path" })).toBe(
			"https://s3.eu-west-1.amazonaws.com/b",
		);
		expect(s3BaseUrl({ bucket: "b", endpoint: "minio:9000", scheme: "http" })).toBe("http://minio:9000/b");
		expect(s3BaseUrl({ bucket: "b", endpoint: "http://minio:9000/x", addressingStyle: "virtual" })).toBe(
			"http://b.minio:9000/x",
		);
		const warnings: string[] = [];
		expect(s3BaseUrl({ bucket: "a.b" }, (message) => warnings.push(message))).toBe(
			"https://s3.us-east-1.amazonaws.com/a.b",
		);
		expect(warnings).toHaveLength(1);
		expect(() => s3BaseUrl({ bucket: "a.b", addressingStyle: "virtual" })).toThrow("contains a dot");
		expect(() => s3BaseUrl({ bucket: "b", addressingStyle: "other" })).toThrow("unknown S3 addressing style 'other'");
	});
});

describe("credentials for S3", () => {
	const files: Record<string, string> = {
		"/home/me/.aws/credentials": "[default]\naws_access_key_id = A\naws_secret_access_key = B\n",
		"/home/me/.aws/config": "[profile work]\naws_access_key_id=C\naws_secret_access_key=D\naws_session_token=E\n",
	};
	const find = (env: Record<string, string>, profile?: string) =>
		findS3Credentials({
			env: (name) => ({ HOME: "/home/me", ...env })[name],
			readFile: (path) => files[path],
			...(profile === undefined ? {} : { profile }),
		});

	it("are those of the environment, or of a profile", () => {
		expect(find({ AWS_ACCESS_KEY_ID: "X", AWS_SECRET_ACCESS_KEY: "Y" })).toEqual({
			accessKeyId: "X",
			secretAccessKey: "Y",
		});
		expect(find({})).toEqual({ accessKeyId: "A", secretAccessKey: "B" });
		expect(find({}, "work")).toEqual({ accessKeyId: "C", secretAccessKey: "D", sessionToken: "E" });
		expect(find({ AWS_PROFILE: "work" })).toMatchObject({ accessKeyId: "C" });
		expect(find({}, "none")).toBeUndefined();
	});
});
