import { fromHostName, hostPath } from "../accessors/fs";
import { topologicalSort } from "../build/topological-sort";
import type { ByteString } from "../byte-string";
import { StoreError } from "../errors";
import { isDerivationPath, maybeParseBaseName, type StorePath } from "../formats/store-path";
import type { LocalStore } from "../stores/local/local-store";
import { removeTree } from "../stores/local/write-tree";
import { PathInUseError } from "../stores/store-errors";
import { findPermanentRoots, findTempRoots, lockGarbage, type RuntimeRootsSource } from "./roots";

/** What a collection is to do. */
export type GcAction = "return-live" | "return-dead" | "delete-dead" | "delete-specific";

/** Takes roots from other processes while a collection runs: a socket. */
export interface RootsServer {
	/** Listen; `onRoot` is called with each root, and answered when it is back. Gives what ends it. */
	listen(socket: ByteString, onRoot: (root: ByteString) => void): Promise<() => Promise<void>>;
}

export interface GcOptions {
	readonly action: GcAction;
	/** For `delete-specific`. */
	readonly paths?: readonly StorePath[];
	/** With `delete-specific`: also what roots lead to. */
	readonly ignoreLiveness?: boolean;
	/** Stop after so many bytes. */
	readonly maxFreed?: number;
	/** A path that lives keeps the derivations that make it, and a derivation its outputs. */
	readonly keepOutputs?: boolean;
	readonly keepDerivations?: boolean;
	readonly runtime?: RuntimeRootsSource;
	readonly server?: RootsServer;
	readonly onInfo?: (message: string) => void;
	readonly onDetail?: (message: string) => void;
	readonly onError?: (message: string) => void;
	readonly signal?: AbortSignal;
	/** Waited for once other collectors are kept out, and once the roots are known. */
	readonly onLocked?: () => Promise<void>;
	readonly onRootsFound?: () => Promise<void>;
	/** What `note: hard linking is currently saving` says: bytes rendered for people; `12 bytes` unless told. */
	readonly renderSize?: (bytes: number) => string;
	/** Filled as things go: what was done before an error is told, too. */
	readonly progress?: { paths: string[]; bytesFreed: number };
}

export interface GcResults {
	/** Whole paths: live, dead or deleted, sorted. */
	readonly paths: readonly string[];
	readonly bytesFreed: number;
}

class LimitReached extends Error {}

/**
 * Collect a store's garbage: what no root leads to. Other processes may go on: what they begin to use meanwhile is
 * told through a socket. Implements `nix store gc` and `nix store delete`. Throws where a path that is to be deleted
 * lives.
 */
export const collectGarbage = async (store: LocalStore, options: GcOptions): Promise<GcResults> => {
	const { fs, stateDir } = store;
	if (deletes(options.action))
		try {
			fs.unlinkSync(hostPath(fs, `${stateDir}/db/reserved`));
		} catch {
			// Nothing was reserved.
		}
	const release = lockGarbage(store, "exclusive", options.onInfo);
	try {
		await options.onLocked?.();
		const collection = new Collection(store, options);
		const stop = await options.server?.listen(`${stateDir}/gc-socket/socket`, (root) => collection.newRoot(root));
		try {
			return await collection.run();
		} finally {
			await stop?.();
		}
	} finally {
		release();
	}
};

const deletes = (action: GcAction): boolean => action === "delete-dead" || action === "delete-specific";

class Collection {
	private readonly roots = new Set<string>();
	/** Hash parts, so that what lies beside a path under its name is left alone. */
	private readonly tempRoots = new Set<string>();
	private readonly alive = new Map<string, StorePath>();
	private readonly dead = new Map<string, StorePath>();
	private readonly progress: { paths: string[]; bytesFreed: number };
	private readonly keepOutputs: boolean;
	private readonly keepDerivations: boolean;
	private lastPause = 0;

	constructor(
		private readonly store: LocalStore,
		private readonly options: GcOptions,
	) {
		this.progress = options.progress ?? { paths: [], bytesFreed: 0 };
		const ignoring = options.action === "delete-specific" && options.ignoreLiveness === true;
		this.keepOutputs = !ignoring && options.keepOutputs === true;
		this.keepDerivations = !ignoring && options.keepDerivations === true;
	}

	/** Another process begins to use a path. */
	newRoot(text: ByteString): void {
		const { storeDir } = this.store;
		const path = text.startsWith(`${storeDir}/`) ? maybeParseBaseName(text.slice(storeDir.length + 1)) : undefined;
		if (path === undefined) this.options.onError?.("received garbage instead of a root from client");
		else this.tempRoots.add(path.hashPart);
	}

	async run(): Promise<GcResults> {
		const { store, options } = this;
		const { action, onInfo } = options;
		const finding = {
			censor: true,
			...(options.runtime === undefined ? {} : { runtime: options.runtime }),
			...(onInfo === undefined ? {} : { onInfo }),
		};
		onInfo?.("finding garbage collector roots...");
		if (options.ignoreLiveness !== true)
			for (const name of findPermanentRoots(store, finding).keys()) this.roots.add(name);
		for (const [path] of findTempRoots(store, finding)) {
			this.roots.add(path.baseName);
			this.tempRoots.add(path.hashPart);
		}
		await options.onRootsFound?.();
		if (action === "delete-specific") await this.deleteSpecific(options.paths ?? []);
		else if ((options.maxFreed ?? Number.POSITIVE_INFINITY) > 0) await this.deleteAll();
		if (action === "return-live") return this.results([...this.alive.values()]);
		if (action === "return-dead") return this.results([...this.dead.values()]);
		this.removeUnusedLinks();
		if (action === "delete-dead") removeStaleBuilds(store);
		return { paths: this.progress.paths.sort(), bytesFreed: this.progress.bytesFreed };
	}

	private results(paths: readonly StorePath[]): GcResults {
		return { paths: paths.map((path) => path.toString(this.store.storeDir)).sort(), bytesFreed: 0 };
	}

	private async deleteSpecific(paths: readonly StorePath[]): Promise<void> {
		for (const path of paths) {
			await this.deleteReferrers(path);
			if (this.dead.has(path.baseName)) continue;
			throw new StoreError(
				"PATH_ALIVE",
				`Cannot delete path '${path.toString(this.store.storeDir)}' since it is still alive. To find out why, use: nix-store --query --roots and nix-store --query --referrers`,
			);
		}
	}

	private async deleteAll(): Promise<void> {
		const { store, options } = this;
		const { fs } = store;
		options.onInfo?.(deletes(options.action) ? "deleting garbage..." : "determining live/dead paths...");
		try {
			for (const host of fs.readdirSync(hostPath(fs, store.realStoreDir))) {
				const name = fromHostName(fs, host);
				if (name === ".links") continue;
				const path = maybeParseBaseName(name);
				if (path !== undefined) await this.deleteReferrers(path);
				else if (deletes(options.action)) this.deleteFiles(name);
			}
		} catch (error) {
			if (!(error instanceof LimitReached)) throw error;
		}
	}

	/** Others' requests are heard between paths. */
	private async pause(): Promise<void> {
		this.options.signal?.throwIfAborted();
		const now = Date.now();
		if (now === this.lastPause) return;
		this.lastPause = now;
		await new Promise<void>((resolve) => setImmediate(resolve));
	}

	/** If no root leads to a path, it and all that refers to it go. */
	private async deleteReferrers(start: StorePath): Promise<void> {
		const { store, options } = this;
		const visited = new Map<string, StorePath>([[start.baseName, start]]);
		const todo = [start];
		const enqueue = (path: StorePath): void => {
			if (visited.has(path.baseName)) return;
			visited.set(path.baseName, path);
			todo.push(path);
		};
		await this.pause();
		for (const path of todo) {
			const name = path.baseName;
			if (this.alive.has(name)) return void this.alive.set(start.baseName, start);
			if (this.dead.has(name)) continue;
			if (this.roots.has(name)) return this.markAlive(path, start);
			if (options.action === "delete-specific" && options.paths?.some((wanted) => wanted.equals(path)) !== true) return;
			if (this.tempRoots.has(path.hashPart)) return this.markAlive(path, start);
			if (!store.isValidPath(path)) continue;
			store.queryReferrers(path).forEach(enqueue);
			if (this.keepDerivations && isDerivationPath(path))
				for (const output of store.queryDerivationOutputs(path).values())
					if (store.queryPathInfo(output)?.deriver?.equals(path) === true) enqueue(output);
			if (this.keepOutputs) store.queryValidDerivers(path).forEach(enqueue);
		}
		for (const path of this.referrersFirst(visited)) {
			if (this.dead.has(path.baseName)) continue;
			// What came to be used since: the paths before it, which refer to it, are gone all the same.
			if (this.tempRoots.has(path.hashPart)) return this.markAlive(path, start);
			this.dead.set(path.baseName, path);
			if (!deletes(options.action)) continue;
			try {
				store.invalidatePath(path);
				this.deleteFiles(path.baseName);
			} catch (error) {
				if (!(error instanceof PathInUseError)) throw error;
				options.onError?.(`BUG: ${error.message}`);
			}
			await this.pause();
		}
	}

	private referrersFirst(paths: ReadonlyMap<string, StorePath>): StorePath[] {
		const all = [...paths.values()].sort((a, b) => (a.baseName < b.baseName ? -1 : 1));
		const references = (path: StorePath): readonly StorePath[] =>
			(this.store.queryPathInfo(path)?.references ?? []).filter((r) => !r.equals(path) && paths.has(r.baseName));
		const sorted = topologicalSort(all, references, (path) => path.baseName);
		return "cycle" in sorted ? all : sorted.sorted.reverse();
	}

	private markAlive(path: StorePath, start: StorePath): void {
		const { store } = this;
		this.alive.set(start.baseName, start);
		const left = [path];
		for (let next = left.pop(); next !== undefined; next = left.pop()) {
			if (next !== path && this.alive.has(next.baseName)) continue;
			this.alive.set(next.baseName, next);
			const info = store.queryPathInfo(next);
			if (info === undefined) continue;
			left.push(...info.references);
			if (this.keepOutputs && isDerivationPath(next))
				for (const output of store.queryDerivationOutputs(next).values())
					if (store.isValidPath(output)) left.push(output);
			if (this.keepDerivations && info.deriver !== undefined && store.isValidPath(info.deriver))
				left.push(info.deriver);
		}
	}

	private deleteFiles(name: ByteString): void {
		const { store, options } = this;
		const { fs, locks } = store;
		const real = `${store.realStoreDir}/${name}`;
		if (name.startsWith("tmp-") && locks !== undefined) {
			// Another process works there as long as it holds the lock.
			const fd = fs.openSync(hostPath(fs, real), "r");
			const free = locks.lock(fd, "exclusive", false);
			fs.closeSync(fd);
			if (!free) return;
		}
		const shown = `${store.storeDir}/${name}`;
		options.onInfo?.(`deleting '${shown}'`);
		this.progress.paths.push(shown);
		this.progress.bytesFreed += removeCounting(store, real);
		if (this.progress.bytesFreed > (options.maxFreed ?? Number.POSITIVE_INFINITY)) {
			options.onInfo?.(`deleted more than ${options.maxFreed} bytes; stopping`);
			throw new LimitReached();
		}
	}

	/** Shared files that nobody shares any more. */
	private removeUnusedLinks(): void {
		const { store, options } = this;
		const { fs } = store;
		const links = `${store.realStoreDir}/.links`;
		if (!fs.existsSync(hostPath(fs, links))) return;
		options.onInfo?.("deleting unused links...");
		let actual = 0;
		let unshared = 0;
		for (const host of fs.readdirSync(hostPath(fs, links))) {
			const path = `${links}/${fromHostName(fs, host)}`;
			const { nlink = 1, size } = fs.lstatSync(hostPath(fs, path));
			if (nlink !== 1) {
				actual += size;
				unshared += (nlink - 1) * size;
				continue;
			}
			options.onDetail?.(`deleting unused link "${path}"`);
			fs.unlinkSync(hostPath(fs, path));
		}
		const overhead = (fs.statSync(hostPath(fs, links)).blocks ?? 0) * 512;
		const { renderSize = (bytes) => `${bytes} bytes` } = options;
		options.onInfo?.(`note: hard linking is currently saving ${renderSize(unshared - actual - overhead)}`);
	}
}

/** The folders of builds, as they are named here: by the process, among others. */
const buildFolder = /^nix-([0-9]+)-[0-9a-z]+-[0-9]+$/;

/**
 * Remove the folders of builds whose process was killed. A process that builds has a file of temporary roots; of those
 * that are gone, the file is gone by now. What somebody asked to keep can be entered by all, other folders cannot.
 */
const removeStaleBuilds = (store: LocalStore): void => {
	const { fs, locks, stateDir } = store;
	const folder = `${stateDir}/builds`;
	if (locks === undefined || !fs.existsSync(hostPath(fs, folder))) return;
	const found = fs.readdirSync(hostPath(fs, folder)).map((name) => fromHostName(fs, name));
	const alive = new Set(fs.readdirSync(hostPath(fs, `${stateDir}/temproots`)).map((name) => name.replace(/-.*/, "")));
	for (const name of found) {
		const [, id] = buildFolder.exec(name) ?? [];
		if (id === undefined || alive.has(id)) continue;
		const place = `${folder}/${name}`;
		if ((fs.lstatSync(hostPath(fs, place)).mode & 0o077) === 0) removeTree(fs, place);
	}
};

/** Delete a tree; the bytes that this frees. */
const removeCounting = (store: LocalStore, path: ByteString): number => {
	const { fs } = store;
	const host = hostPath(fs, path);
	let freed = 0;
	try {
		const stat = fs.lstatSync(host);
		if (!stat.isDirectory()) {
			fs.unlinkSync(host);
			// A second link is most likely the one that shares it.
			return (stat.nlink ?? 1) <= 2 ? stat.size : 0;
		}
		if ((stat.mode & 0o700) !== 0o700) fs.chmodSync(host, stat.mode | 0o700);
		for (const name of fs.readdirSync(host)) freed += removeCounting(store, `${path}/${fromHostName(fs, name)}`);
		fs.rmdirSync(host);
	} catch (error) {
		if ((error as { code?: unknown }).code !== "ENOENT") throw error;
	}
	return freed;
};
