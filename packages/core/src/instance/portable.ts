import type { NamedFs, SyncStore } from "@tsnix/store";
import type { LocalStorePlace } from "@tsnix/store/node";

/*
 * A worker opens Node's files and stores on them itself. Which objects are such is noted here by those who make them
 * (`@tsnix/core/node`); any others are asked across threads.
 */

const stores = new WeakMap<SyncStore, LocalStorePlace>();
const nodeFileSystems = new WeakSet<NamedFs>();

export const markNodeFs = (fs: NamedFs): void => void nodeFileSystems.add(fs);
export const isNodeFs = (fs: NamedFs): boolean => nodeFileSystems.has(fs);

/** Notes that a store lies on Node's file system, at that place. */
export const markLocalStore = (store: SyncStore, place: LocalStorePlace): void => void stores.set(store, place);
export const placeOfStore = (store: SyncStore): LocalStorePlace | undefined => stores.get(store);
