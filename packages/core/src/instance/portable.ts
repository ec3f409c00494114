import type { LocalStoreOptions, NamedFs, SyncStore } from "@tsnix/store";

/*
 * A worker opens Node's files and stores on them itself. Which objects are such is noted here by those who make them
 * (`@tsnix/core/node`); any others are asked across threads.
 */

const stores = new WeakMap<SyncStore, Omit<LocalStoreOptions, "fs" | "openDatabase" | "clock">>();
const nodeFileSystems = new WeakSet<NamedFs>();

export const markNodeFs = (fs: NamedFs): void => void nodeFileSystems.add(fs);
export const isNodeFs = (fs: NamedFs): boolean => nodeFileSystems.has(fs);

/** Notes that a store lies on Node's file system, at that place. */
export const markLocalStore = (store: SyncStore, place: Omit<LocalStoreOptions, "fs" | "openDatabase" | "clock">): void =>
	void stores.set(store, place);
export const placeOfStore = (store: SyncStore): Omit<LocalStoreOptions, "fs" | "openDatabase" | "clock"> | undefined =>
	stores.get(store);
