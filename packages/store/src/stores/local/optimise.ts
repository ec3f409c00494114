import { fromHostName, fsAccessor, hostPath } from "../../accessors/fs";
import type { ByteString } from "../../byte-string";
import { narHash } from "../../formats/nar/hash";
import type { FsStat } from "../../fs";
import type { LocalStore } from "./local-store";
import type { StoreFs } from "./write-tree";

/** What was saved by making equal files one. */
export interface OptimiseStats {
	filesLinked: number;
	/** Bytes. */
	bytesFreed: number;
}

/** What optimising tells. */
export interface OptimiseOptions {
	/** Check the shared files, too, and replace damaged ones. */
	readonly repair?: boolean;
	readonly onWarning?: (message: string) => void;
	readonly onInfo?: (message: string) => void;
	/** Of each path, and of each file that is linked. */
	readonly onDetail?: (message: string) => void;
}

interface Work {
	readonly store: LocalStore;
	readonly stats: OptimiseStats;
	/** Files that are known to be shared already, by inode. */
	readonly inodes: Set<number>;
	readonly options: OptimiseOptions;
}

const lstat = (store: LocalStore, path: ByteString): FsStat => store.fs.lstatSync(hostPath(store.fs, path));

const lstatMaybe = (store: LocalStore, path: ByteString): FsStat | undefined => {
	try {
		return lstat(store, path);
	} catch (error) {
		if ((error as { code?: unknown }).code === "ENOENT") return undefined;
		throw error;
	}
};

/** Share the files of one path of a store with equal ones; symbolic links, too. */
export const optimisePath = (store: LocalStore, path: ByteString, options: OptimiseOptions = {}): OptimiseStats => {
	const stats = { filesLinked: 0, bytesFreed: 0 };
	optimiseTree({ store, stats, inodes: new Set(), options }, path);
	return stats;
};

/**
 * Make equal files of a store one: each is a hard link to a file in `.links`, named for the hash of its NAR. Implements
 * `nix store optimise`.
 */
export const optimiseStore = (store: LocalStore, options: OptimiseOptions = {}): OptimiseStats => {
	const { fs } = store;
	const links = `${store.realStoreDir}/.links`;
	const stats = { filesLinked: 0, bytesFreed: 0 };
	const inodes = new Set<number>();
	for (const name of fs.readdirSync(hostPath(fs, links))) {
		// Collectors take those that nobody shares any more.
		const { ino } = lstatMaybe(store, `${links}/${fromHostName(fs, name)}`) ?? {};
		if (ino !== undefined) inodes.add(ino);
	}
	options.onDetail?.(`loaded ${inodes.size} hash inodes`);
	for (const path of store.queryAllValidPaths()) {
		store.addTempRoot(path);
		if (!store.isValidPath(path)) continue;
		options.onDetail?.(`optimising path '${path.toString(store.storeDir)}'...`);
		optimiseTree({ store, stats, inodes, options }, store.realPath(path));
	}
	return stats;
};

const optimiseTree = (work: Work, path: ByteString): void => {
	const { store, inodes, options } = work;
	const { fs } = store;
	const stat = lstat(store, path);
	if (stat.isDirectory()) {
		for (const name of fs.readdirSync(hostPath(fs, path))) optimiseTree(work, `${path}/${fromHostName(fs, name)}`);
		return;
	}
	if (!stat.isFile() && !stat.isSymbolicLink()) return;
	if (stat.isFile() && (stat.mode & 0o200) !== 0) {
		options.onWarning?.(`skipping suspicious writable file '"${path}"'`);
		return;
	}
	if ((stat.nlink ?? 1) > 1 && inodes.has(stat.ino ?? -1)) return;
	linkFile(work, path, stat);
};

/** How often is tried to share a file when a collector is in the way. */
const mostTries = 10;

/** Share a file. A collector may take the shared one, or the link beside, before they are in their place. */
const linkFile = (work: Work, path: ByteString, stat: FsStat): void => {
	for (let tries = 1; ; tries++)
		try {
			return tryLinkFile(work, path, stat);
		} catch (error) {
			if ((error as { code?: unknown }).code !== "ENOENT" || tries === mostTries) throw error;
		}
};

/** A link to a file at a place where nothing is: other processes may make such, too, or have left one. */
const linkBeside = (fs: StoreFs, link: ByteString, place: ByteString): ByteString => {
	for (let n = 0; ; n++)
		try {
			fs.linkSync(hostPath(fs, link), hostPath(fs, `${place}-${n}`));
			return `${place}-${n}`;
		} catch (error) {
			if ((error as { code?: unknown }).code !== "EEXIST") throw error;
		}
};

/** Put a link to the shared file in a file's place, which becomes the shared one where there was none. */
const tryLinkFile = ({ store, stats, inodes, options }: Work, path: ByteString, stat: FsStat): void => {
	const { fs } = store;
	const at = (place: ByteString): string => hostPath(fs, place);
	const { hash } = narHash(fsAccessor(fs, path));
	const link = `${store.realStoreDir}/.links/${hash.nix32()}`;
	let shared = lstatMaybe(store, link);
	if (shared !== undefined) {
		const damaged =
			shared.size !== stat.size || (options.repair === true && !narHash(fsAccessor(fs, link)).hash.equals(hash));
		if (damaged) {
			options.onWarning?.(`removing corrupted link "${link}"`);
			options.onWarning?.(
				"There may be more corrupted paths.\nYou should run `nix-store --verify --check-contents --repair` to fix them all",
			);
			fs.unlinkSync(at(link));
			shared = undefined;
		}
	}
	if (shared === undefined) {
		try {
			fs.linkSync(at(path), at(link));
			inodes.add(stat.ino ?? -1);
		} catch (error) {
			const { code } = error as { code?: unknown };
			if (code === "ENOSPC") {
				options.onInfo?.(`cannot link "${link}" to '"${path}"': No space left on device`);
				return;
			}
			if (code !== "EEXIST") throw error;
		}
		shared = lstat(store, link);
	}
	if (shared.ino === stat.ino) return;
	options.onDetail?.(`linking "${path}" to "${link}"`);
	const folder = path.slice(0, path.lastIndexOf("/"));
	const inFolder = folder !== store.realStoreDir;
	if (inFolder) fs.chmodSync(at(folder), lstat(store, folder).mode | 0o200);
	try {
		let beside: ByteString;
		try {
			beside = linkBeside(fs, link, `${store.realStoreDir}/.tmp-link-${hash.nix32()}`);
		} catch (error) {
			if ((error as { code?: unknown }).code !== "EMLINK") throw error;
			if (stat.size !== 0) options.onInfo?.(`"${link}" has maximum number of links`);
			return;
		}
		inodes.add(shared.ino ?? -1);
		try {
			fs.renameSync(at(beside), at(path));
		} catch (error) {
			fs.unlinkSync(at(beside));
			if ((error as { code?: unknown }).code === "EMLINK") return;
			throw error;
		}
	} finally {
		if (inFolder) {
			fs.chmodSync(at(folder), 0o555);
			fs.utimesSync(at(folder), 1, 1);
		}
	}
	stats.filesLinked++;
	stats.bytesFreed += stat.size;
};
