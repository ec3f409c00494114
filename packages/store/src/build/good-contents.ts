import { narHash } from "../formats/nar/hash";
import type { StorePath } from "../formats/store-path";
import type { PathInfo, SyncStore } from "../stores/store";
import type { RealiseEvent } from "./events";

/** Answers whether valid paths have the contents that they had when they became valid. Each is looked at once. */
export class GoodContents {
	readonly #known = new Map<string, boolean>();

	constructor(
		private readonly store: SyncStore,
		private readonly emit: (event: RealiseEvent) => void,
	) {}

	has(path: StorePath): boolean {
		const known = this.#known.get(path.baseName);
		if (known !== undefined) return known;
		const text = path.toString(this.store.storeDir);
		this.emit({ type: "detail", level: 3, message: `checking path '${text}'...` });
		const info = this.store.queryPathInfo(path);
		const good = info !== undefined && hasContents(this.store, info);
		this.#known.set(path.baseName, good);
		if (!good) this.emit({ type: "complaint", message: `path '${text}' is corrupted or missing!` });
		return good;
	}

	/** It was just made. */
	note(path: StorePath): void {
		this.#known.set(path.baseName, true);
	}
}

const hasContents = (store: SyncStore, info: PathInfo): boolean => {
	try {
		return narHash(store.accessor(info.path)).hash.equals(info.narHash);
	} catch {
		return false; // its files are not there
	}
};
