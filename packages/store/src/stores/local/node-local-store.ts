import { chmodSync, chownSync, statSync } from "node:fs";
import { threadId } from "node:worker_threads";
import { nodeFs } from "../../accessors/node-fs";
import { nodeGroupId } from "../../build/node-build-users";
import { type AutoCollectPlace, nodeSpace } from "../../gc/node-space";
import { type LocalStore, type LocalStoreOptions, localStore } from "./local-store";
import { openNodeDatabase } from "./node-database";
import { nodeFileLocks } from "./node-file-locks";

/** Where a store on Node's file system lies, and how it is used: plain data, which other threads can be sent. */
export type LocalStorePlace = Omit<
	LocalStoreOptions,
	"fs" | "openDatabase" | "clock" | "locks" | "processName" | "onNotice" | "onWarning" | "ensureSpace" | "shareStoreDir"
> & {
	/** The group that builders are in: the store's folder is theirs to write to. */
	readonly buildGroup?: string;
	/** Garbage is collected where space runs out. */
	readonly autoCollect?: AutoCollectPlace;
};

/** Whom a store tells. */
export type LocalStoreListeners = Pick<LocalStoreOptions, "onNotice" | "onWarning">;

/** How often each state folder was opened in this thread. */
const opened = new Map<string, number>();

/** Unlike in every thread and for every time that a store is opened; it begins with the process's number. */
const processName = (stateDir: string): string => {
	const count = (opened.get(stateDir) ?? 0) + 1;
	opened.set(stateDir, count);
	return `${process.pid}${threadId === 0 && count === 1 ? "" : `-${threadId}-${count}`}`;
};

const shareWithGroup = (place: string, name: string, { onWarning }: LocalStoreListeners): void => {
	const group = nodeGroupId(name);
	if (group === undefined) return onWarning?.(`the group '${name}' specified in 'build-users-group' does not exist`);
	const { uid, gid, mode } = statSync(place);
	if (uid === 0 && gid === group && (mode & 0o7777) === 0o1775) return;
	chownSync(place, 0, group);
	chmodSync(place, 0o1775);
};

/** A store on Node's file system, with Nix's own database and its locks, where this Node has them. */
export const nodeLocalStore = (
	{ autoCollect, buildGroup, ...place }: LocalStorePlace = {},
	listeners: LocalStoreListeners = {},
): LocalStore =>
	localStore({
		fs: nodeFs,
		...(openNodeDatabase === undefined ? {} : { openDatabase: openNodeDatabase, locks: nodeFileLocks }),
		clock: () => Math.floor(Date.now() / 1000),
		processName,
		...(autoCollect === undefined ? {} : { ensureSpace: nodeSpace(autoCollect, listeners.onNotice) }),
		...(buildGroup === undefined ? {} : { shareStoreDir: (path) => shareWithGroup(path, buildGroup, listeners) }),
		...place,
		...listeners,
	});
