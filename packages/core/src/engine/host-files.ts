import { describedAccessor } from "@tsnix/fetchers";
import {
	FileAccessError,
	type FileKind,
	maybeParseStorePath,
	parseStorePath,
	type StorePath,
	type SourceAccessor,
	type SourceStat,
	type SyncStore,
} from "@tsnix/store";

/** A path in a tree; of a store's object, which one it is. */
interface Located {
	readonly tree: SourceAccessor;
	readonly path: string;
	readonly object?: StorePath;
}

/**
 * The files that an evaluation is shown: those of the host, with the store's objects in the store's folder, wherever
 * the store really keeps them.
 */
export class HostFiles implements SourceAccessor {
	private readonly objects = new Map<string, { readonly tree: SourceAccessor; readonly object: StorePath }>();
	private readonly prefix: string;
	private readonly isInMemory: boolean;

	constructor(
		/** The host's files; undefined where there are none. */
		private readonly files: SourceAccessor | undefined,
		private readonly store: Pick<SyncStore, "storeDir" | "uri" | "accessor" | "isValidPath">,
		/** The store that has places on the host, where `store` has more than is kept there. */
		private readonly kept: Pick<SyncStore, "accessor" | "isValidPath"> = store,
	) {
		this.prefix = `${store.storeDir}/`;
		this.isInMemory = /^(?:dummy|memory):/.test(store.uri);
	}

	/** The tree that a path lies in, and the path there. */
	private locate(path: string): Located | undefined {
		if (path.startsWith(this.prefix)) {
			const end = path.indexOf("/", this.prefix.length);
			const base = path.slice(this.prefix.length, end < 0 ? path.length : end);
			const found = this.object(base);
			if (found !== undefined) return { ...found, path: end < 0 ? "/" : path.slice(end) };
			// What the host does not have is asked for in the store, which takes no name that is not a store path's; one in
			// memory just has nothing of that name.
			if (!this.isInMemory && this.files?.lstat(path) === undefined)
				parseStorePath(this.prefix + base, this.store.storeDir);
		}
		return this.files === undefined ? undefined : { tree: this.files, path };
	}

	private object(base: string): { readonly tree: SourceAccessor; readonly object: StorePath } | undefined {
		const known = this.objects.get(base);
		if (known !== undefined) return known;
		const object = maybeParseStorePath(this.prefix + base, this.store.storeDir);
		if (object === undefined || !this.store.isValidPath(object)) return undefined;
		const kept = this.store.accessor(object);
		// A tree that was fetched tells where it is from; here it is known by where it is.
		const place = this.prefix + base;
		const tree = kept.showPath?.("/") === place ? kept : describedAccessor(kept, { displayPrefix: place });
		const found = { tree, object };
		this.objects.set(base, found);
		return found;
	}

	private required(path: string): Located {
		const found = this.locate(path);
		if (found === undefined) throw new FileAccessError("FILE_NOT_FOUND", `path '${path}' does not exist`, path);
		return found;
	}

	lstat(path: string): SourceStat | undefined {
		const found = this.locate(path);
		// The store's folder is there whatever the store keeps its objects in.
		if (found !== undefined)
			return found.tree.lstat(found.path) ?? (path === this.store.storeDir ? { kind: "directory" } : undefined);
		return path === "/" || path === this.store.storeDir || this.store.storeDir.startsWith(`${path}/`)
			? { kind: "directory" }
			: undefined;
	}

	readFile(path: string): Uint8Array {
		const { tree, path: at } = this.required(path);
		return tree.readFile(at);
	}

	readDirectory(path: string): Iterable<readonly [string, FileKind | undefined]> {
		const { tree, path: at } = this.required(path);
		return tree.readDirectory(at);
	}

	readLink(path: string): string {
		const { tree, path: at } = this.required(path);
		return tree.readLink(at);
	}

	physicalPath(path: string): string | undefined {
		const found = this.locate(path);
		if (found?.object === undefined) return found?.tree.physicalPath?.(found.path);
		// Where a fetched tree is from is not its place.
		const { object } = found;
		return this.kept.isValidPath(object) ? this.kept.accessor(object).physicalPath?.(found.path) : undefined;
	}

	showPath(path: string): string {
		return path;
	}
}
