import type { HostStore } from "@tsnix/eval";

/**
 * A store that is opened when something is first asked of it, its folder's name excepted.
 *
 *     const store = lateStore("/nix/store", () => nodeLocalStore())
 */
export const lateStore = (storeDir: string, open: () => HostStore): HostStore => {
	let store: HostStore | undefined;
	return new Proxy({} as HostStore, {
		get: (_, name) => {
			if (name === "storeDir") return storeDir;
			store ??= open();
			const member: unknown = Reflect.get(store, name, store);
			return typeof member === "function" ? member.bind(store) : member;
		},
	});
};
