import { type CacheEntry, cacheKey, type FetchCache } from "./cache";

/** A cache that lasts as long as it is held. */
export const memoryCache = (): FetchCache => {
	const facts = new Map<string, CacheEntry>();
	const blobs = new Map<string, Uint8Array>();
	return {
		lookup: (domain, key) => facts.get(cacheKey(domain, key)),
		upsert: (domain, key, value, now) => {
			facts.set(cacheKey(domain, key), { value, timestamp: Math.floor(now) });
		},
		readBlob: (name) => blobs.get(name),
		writeBlob: (name, contents) => {
			blobs.set(name, contents);
		},
	};
};
