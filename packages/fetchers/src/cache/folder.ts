import { bytesToString, hashString, stringToBytes, type WritableSyncFs } from "@tsnix/store";
import type { Attr, Attrs } from "../attrs";
import { openRandomAccess } from "../git/random-access";
import { type CacheEntry, cacheKey, type FetchCache } from "./cache";

const isEntry = (value: unknown): value is { key: string; value: Record<string, Attr>; timestamp: number } =>
	typeof value === "object" &&
	value !== null &&
	"key" in value &&
	"value" in value &&
	"timestamp" in value &&
	typeof value.key === "string" &&
	typeof value.timestamp === "number" &&
	typeof value.value === "object" &&
	value.value !== null &&
	Object.values(value.value).every((attr) => ["string", "number", "boolean"].includes(typeof attr));

/**
 * A cache in a folder: a small JSON file a fact, named by the hash of its key, and the blobs beside them. Files are
 * written beside their place and renamed, so that several processes can share it; a damaged one counts as absent.
 */
export const folderCache = (fs: WritableSyncFs, dir: string): FetchCache => {
	let counter = 0;
	const factPath = (domain: string, key: Attrs) => {
		const name = hashString("sha256", cacheKey(domain, key)).nix32();
		return `${dir}/facts/${name.slice(0, 2)}/${name}`;
	};
	const read = (path: string): Uint8Array | undefined => {
		try {
			return fs.readFileSync(path);
		} catch {
			return undefined;
		}
	};
	const writePieces = (path: string, pieces: Iterable<Uint8Array>) => {
		const fd = fs.openSync(path, "wx", 0o666);
		try {
			for (const piece of pieces)
				for (let done = 0; done < piece.length; ) done += fs.writeSync(fd, piece, done, piece.length - done);
		} finally {
			fs.closeSync(fd);
		}
	};
	const write = (path: string, contents: Uint8Array | Iterable<Uint8Array>) => {
		fs.mkdirSync(path.slice(0, path.lastIndexOf("/")), { recursive: true });
		for (;;) {
			const temporary = `${path}.tmp-${counter++}`;
			try {
				if (contents instanceof Uint8Array) fs.writeFileSync(temporary, contents, { flag: "wx" });
				else writePieces(temporary, contents);
			} catch (error) {
				if ((error as { code?: unknown }).code !== "EEXIST") {
					fs.rmSync(temporary, { force: true });
					throw error;
				}
				if (counter > 1000) throw error;
				continue;
			}
			fs.renameSync(temporary, path);
			return;
		}
	};
	return {
		lookup(domain, key): CacheEntry | undefined {
			const contents = read(factPath(domain, key));
			if (contents === undefined) return undefined;
			let parsed: unknown;
			try {
				parsed = JSON.parse(bytesToString(contents));
			} catch {
				return undefined;
			}
			return isEntry(parsed) && parsed.key === cacheKey(domain, key)
				? { value: parsed.value, timestamp: parsed.timestamp }
				: undefined;
		},
		upsert(domain, key, value, now) {
			const entry = { key: cacheKey(domain, key), value, timestamp: Math.floor(now) };
			write(factPath(domain, key), stringToBytes(JSON.stringify(entry)));
		},
		readBlob: (name) => read(`${dir}/blobs/${name}`),
		writeBlob: (name, contents) => write(`${dir}/blobs/${name}`, contents),
		openBlob: (name) => {
			try {
				return openRandomAccess(fs, `${dir}/blobs/${name}`);
			} catch {
				return undefined;
			}
		},
		writeBlobPieces: (name, pieces) => write(`${dir}/blobs/${name}`, pieces),
	};
};
