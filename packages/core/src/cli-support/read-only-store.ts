import { StoreError, type SyncStore } from "@tsnix/store";

/**
 * A store to which evaluation cannot add anything, under another name. Throws StoreError where it would, worded with
 * the names of the reference's operations.
 */
export const readOnlyStore = (store: SyncStore, uri: string): SyncStore => {
	const refuse = (operation: string) => (): never => {
		throw new StoreError("UNSUPPORTED_OPERATION", `operation '${operation}' is not supported by store '${uri}'`);
	};
	const own: Partial<SyncStore> = {
		uri,
		addToStore: refuse("addToStoreFromDump"),
		addTextToStore: refuse("addToStoreFromDump"),
		addDerivation: refuse("writeDerivation"),
		addObject: refuse("addToStore"),
		addNar: refuse("addToStore"),
	};
	return new Proxy(store, {
		get: (target, name) => {
			if (name in own) return own[name as keyof SyncStore];
			const value: unknown = Reflect.get(target, name, target);
			return typeof value === "function" ? value.bind(target) : value;
		},
	});
};
