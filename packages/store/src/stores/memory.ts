import { copyToMemory, type MemoryNode, memoryAccessor } from "../accessors/memory";
import type { Hash } from "../formats/hash";
import { narHash } from "../formats/nar/hash";
import { defaultStoreDir, StorePath } from "../formats/store-path";
import type { SourceAccessor } from "../source-accessor";
import type { PathInfo, SyncStore } from "./store";
import { InvalidPathError } from "./store-errors";
import { type CheckWritten, type NewObject, SyncStoreBase } from "./sync-store-base";

interface Entry {
	readonly root: MemoryNode;
	/** Computed when first asked for: evaluation adds many objects whose NAR hash nobody wants to know. */
	info: PathInfo | (() => PathInfo);
}

class MemoryStore extends SyncStoreBase {
	private readonly entries = new Map<string, Entry>();
	private readonly referrers = new Map<string, Map<string, StorePath>>();
	private readonly byHashPart = new Map<string, StorePath>();
	private readonly realisations = new Map<string, StorePath>();

	constructor(
		storeDir: string,
		private readonly clock: () => number,
	) {
		super(storeDir, "memory:");
	}

	isValidPath(path: StorePath): boolean {
		return this.entries.has(path.baseName);
	}

	queryPathInfo(path: StorePath): PathInfo | undefined {
		const entry = this.entries.get(path.baseName);
		if (entry === undefined) return undefined;
		if (typeof entry.info === "function") entry.info = entry.info();
		return entry.info;
	}

	queryAllValidPaths(): StorePath[] {
		return [...this.byHashPart.values()].sort(StorePath.compare);
	}

	queryReferrers(path: StorePath): StorePath[] {
		return [...(this.referrers.get(path.baseName)?.values() ?? [])].sort(StorePath.compare);
	}

	queryPathFromHashPart(hashPart: string): StorePath | undefined {
		return this.byHashPart.get(hashPart);
	}

	accessor(path: StorePath): SourceAccessor {
		const entry = this.entries.get(path.baseName);
		if (entry === undefined) throw new InvalidPathError(path, this.storeDir);
		return memoryAccessor(entry.root, path.toString(this.storeDir));
	}

	queryRealisation(outputId: string): StorePath | undefined {
		return this.realisations.get(outputId);
	}

	registerRealisation(outputId: string, path: StorePath): void {
		this.requireValid(path);
		this.realisations.set(outputId, path);
	}

	protected keep(
		object: NewObject,
		source: SourceAccessor,
		known: { hash: Hash; size: number } | undefined,
		_repair: boolean,
		check?: CheckWritten,
	): void {
		const root = copyToMemory(source);
		const registrationTime = object.registrationTime || this.clock();
		const describe = (nar: { hash: Hash; size: number }): PathInfo => ({
			...object,
			narHash: nar.hash,
			narSize: nar.size,
			registrationTime,
		});
		let info: Entry["info"] = () => describe(narHash(memoryAccessor(root)));
		if (check !== undefined) {
			const nar = narHash(memoryAccessor(root));
			check(nar, memoryAccessor(root, object.path.toString(this.storeDir)));
			info = describe(nar);
		} else if (known !== undefined) {
			info = describe(known);
		}
		this.entries.set(object.path.baseName, { root, info });
		this.byHashPart.set(object.path.hashPart, object.path);
		for (const reference of object.references) {
			let referrers = this.referrers.get(reference.baseName);
			if (referrers === undefined) this.referrers.set(reference.baseName, (referrers = new Map()));
			referrers.set(object.path.baseName, object.path);
		}
	}
}

/**
 * A store that keeps everything in memory. `clock` gives seconds since 1970 for registration times; without it they
 * are not known.
 *
 *     const store = memoryStore()
 *     store.addTextToStore("hello", "world", []).toString()
 */
export const memoryStore = (options: { readonly storeDir?: string; readonly clock?: () => number } = {}): SyncStore =>
	new MemoryStore(options.storeDir ?? defaultStoreDir, options.clock ?? (() => 0));
