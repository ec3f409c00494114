import { readFileSync } from "node:fs";
import { encodeQuery } from "@tsnix/fetchers";
import {
	type BinaryCache,
	type CacheFetch,
	type CacheFiles,
	type CacheKnowledge,
	folderFiles,
	findS3Credentials,
	type HttpFilesOptions,
	httpFiles,
	type Jobs,
	NixError,
	openBinaryCache,
	s3Files,
	SecretKey,
	type Substituter,
} from "@tsnix/store";
import { nodeFs, nodeSpill } from "@tsnix/store/node";
import { nodeCacheCodecs } from "./cache-codecs";
import { fileFetch } from "./file-fetch";

/** What of the surroundings binary caches need. */
export interface CacheSurroundings {
	readonly fetch: CacheFetch;
	readonly env: (name: string) => string | undefined;
	/** Shows a size in bytes, for messages. */
	readonly renderSize?: (bytes: number) => string;
	/** How often a download is tried. */
	readonly attempts: number;
	readonly onWarning?: (message: string) => void;
	readonly onDetail?: (message: string) => void;
	readonly signal?: AbortSignal;
	/** Who compresses and decompresses, beside this thread. */
	readonly jobs?: () => Jobs | undefined;
	/** What is remembered of caches behind HTTP, opened when there is one. */
	readonly knowledge?: () => CacheKnowledge | undefined;
}

const sleep = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

const httpOptions = (params: URLSearchParams, caches: CacheSurroundings): HttpFilesOptions => ({
	fetch: caches.fetch,
	tries: caches.attempts,
	sleep,
	...(caches.onWarning === undefined ? {} : { onWarning: caches.onWarning }),
	...(caches.signal === undefined ? {} : { signal: caches.signal }),
	encode: (path, contents) => {
		const encoding = path.endsWith(".narinfo")
			? params.get("narinfo-compression")
			: path.endsWith(".ls")
				? params.get("ls-compression")
				: path.startsWith("log/")
					? params.get("log-compression")
					: null;
		const encoded = encoding ? nodeCacheCodecs.compress(encoding, contents, -1) : undefined;
		return encoding && encoded !== undefined ? { encoding, contents: encoded } : undefined;
	},
});

const httpCache = (url: string, params: URLSearchParams, caches: CacheSurroundings): CacheFiles => {
	const options = httpOptions(params, caches);
	return httpFiles(url, url.startsWith("file:") ? { ...options, fetch: fileFetch } : options);
};

const readText = (path: string): string | undefined => {
	try {
		return readFileSync(path, "utf8");
	} catch {
		return undefined;
	}
};

/** A cache in a bucket: `s3://bucket?region=…`. */
const s3Cache = (url: string, params: URLSearchParams, caches: CacheSurroundings): CacheFiles => {
	const text = (name: string): string | undefined => params.get(name) ?? undefined;
	const given = <T>(name: string, value: T | undefined): object => (value === undefined ? {} : { [name]: value });
	const number = (name: string): number | undefined => (text(name) === undefined ? undefined : Number(text(name)));
	const bucket = decodeURIComponent(url.replace(/^s3:\/\//, "").replace(/\/+$/, ""));
	const shown = ["addressing-style", "endpoint", "profile", "region", "scheme"].filter((name) => params.has(name));
	const query = encodeQuery(new Map(shown.map((name) => [name, text(name) ?? ""])));
	const credentials = findS3Credentials({ env: caches.env, readFile: readText, ...given("profile", text("profile")) });
	return s3Files({
		...httpOptions(params, caches),
		place: {
			bucket,
			...given("region", text("region")),
			...given("scheme", text("scheme")),
			...given("endpoint", text("endpoint")),
			...given("addressingStyle", text("addressing-style")),
		},
		key: `s3://${bucket}`,
		uri: `s3://${bucket}${query === "" ? "" : `?${query}`}`,
		...given("credentials", credentials),
		...given("storageClass", text("storage-class")),
		multipartUpload: ["true", "1", "yes"].includes(text("multipart-upload") ?? ""),
		...given("multipartChunkSize", number("multipart-chunk-size") ?? number("buffer-size")),
		...given("multipartThreshold", number("multipart-threshold")),
		now: () => new Date(),
		...given("renderSize", caches.renderSize),
	});
};

const readKey = (path: string): SecretKey => {
	try {
		return SecretKey.parse(readFileSync(path, "latin1"));
	} catch (error) {
		if (error instanceof NixError) throw error;
		throw new NixError("NO_KEY_FILE", `opening file "${path}": No such file or directory`, { cause: error });
	}
};

/**
 * The binary cache that a store reference means: `file:///cache`, `https://cache.example.org`, `s3://bucket`. With `forceHttp` folders
 * are used as if they were behind HTTP.
 */
export const openCache = (
	url: string,
	params: URLSearchParams,
	storeDir: string,
	caches: CacheSurroundings,
	forceHttp = false,
): Promise<BinaryCache> => {
	const isFile = url.startsWith("file://") && !forceHttp;
	const files = isFile
		? folderFiles(nodeFs, decodeURI(url.slice("file://".length)).replace(/(.)\/+$/, "$1"), String(process.pid))
		: url.startsWith("s3:")
			? s3Cache(url, params, caches)
			: httpCache(url, params, caches);
	const flag = (name: string): boolean => ["true", "1", "yes"].includes(params.get(name) ?? "");
	const keyFiles = [params.get("secret-key"), ...(params.get("secret-keys") ?? "").split(",")].filter(Boolean);
	const number = (name: string): number | undefined => {
		const text = params.get(name);
		return text === null || !/^-?[0-9]+$/.test(text) ? undefined : Number(text);
	};
	const priority = number("priority");
	const narCache = params.get("local-nar-cache");
	const level = number("compression-level");
	const compression = params.get("compression");
	const jobs = caches.jobs?.();
	const knowledge = isFile ? undefined : caches.knowledge?.();
	return openBinaryCache({
		files,
		storeDir,
		codecs: nodeCacheCodecs,
		openSpill: nodeSpill,
		...(compression === null ? {} : { compression }),
		...(level === undefined ? {} : { compressionLevel: level }),
		secretKeys: keyFiles.map((file) => readKey(file as string)),
		writeNarListing: flag("write-nar-listing"),
		indexDebugInfo: flag("index-debug-info"),
		...(priority === undefined ? {} : { priority }),
		...(narCache === null ? {} : { localNarCache: folderFiles(nodeFs, narCache, String(process.pid)) }),
		...(params.get("want-mass-query") === null ? {} : { wantMassQuery: flag("want-mass-query") }),
		trusted: flag("trusted"),
		...(knowledge === undefined ? {} : { knowledge }),
		...(jobs === undefined ? {} : { jobs }),
		...(caches.onDetail === undefined ? {} : { onDetail: caches.onDetail }),
	});
};

/** A binary cache as something to substitute from. */
export const openSubstituter = (cache: BinaryCache): Substituter => ({
	uri: cache.uri,
	storeDir: cache.storeDir,
	wantMassQuery: cache.wantMassQuery,
	queryPathInfo: async (path) => {
		const info = await cache.queryPathInfo(path);
		return info === undefined ? undefined : { ...info, downloadSize: info.fileSize };
	},
	accessor: (path) => cache.accessor(path),
	queryRealisation: async (outputId) => cache.queryRealisation?.(outputId),
});
