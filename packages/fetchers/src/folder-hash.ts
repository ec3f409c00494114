import {
	childPath,
	createHasher,
	type FsStat,
	fromHostName,
	fsAccessor,
	type Hash,
	hostPath,
	type NamedFs,
	narHash,
	parseSri,
	stringToBytes,
} from "@tsnix/store";
import { maybeGetStrAttr } from "./attrs";
import type { FetchWorld } from "./world";

/** What hashing a folder gives. */
export interface HashedFolder {
	readonly narHash: Hash;
	/** The newest modification time of everything in it, links not followed, in seconds since 1970. */
	readonly lastModified: number;
}

/** What a file system tells of a folder and all that is in it. */
interface FolderState {
	/** Something that all of it comes down to; undefined where too little was told. */
	readonly digest: string | undefined;
	readonly entries: number;
	/** When something was last changed, in milliseconds since 1970. */
	readonly lastChange: number;
	/** Seconds since 1970. */
	readonly lastModified: number;
}

/** Of one file: its name, a zero, and what may not change. */
const line = (path: string, { mode, size, ino, dev, mtimeMs, ctimeMs }: FsStat): string =>
	`${path}\0${mode} ${size} ${ino} ${dev} ${mtimeMs} ${ctimeMs}\n`;

/** The state of a file or folder, and of all below it. Throws what the file system throws. */
const stateOf = (fs: NamedFs, root: string): FolderState => {
	const hasher = createHasher("sha256");
	let isTold = fs.tellsChanges === true;
	let pending = "";
	let entries = 0;
	let lastChange = 0;
	let lastModified = 0;
	const visit = (host: string, path: string): void => {
		const stat = fs.lstatSync(host);
		entries++;
		lastModified = Math.max(lastModified, Math.floor(Number(stat.mtimeMs) / 1000));
		if (stat.ino === undefined || stat.dev === undefined || stat.ctimeMs === undefined) isTold = false;
		else lastChange = Math.max(lastChange, Number(stat.ctimeMs));
		if (isTold) pending += line(path, stat);
		if (pending.length > 1 << 16) {
			hasher.update(stringToBytes(pending));
			pending = "";
		}
		if (stat.isDirectory())
			for (const name of fs.readdirSync(host).sort())
				visit(childPath(host, name), childPath(path, fromHostName(fs, name)));
	};
	visit(hostPath(fs, root), "/");
	hasher.update(stringToBytes(pending));
	return { digest: isTold ? hasher.digest().sri() : undefined, entries, lastChange, lastModified };
};

/** The same; undefined where the file system throws. */
const maybeStateOf = (fs: NamedFs, path: string): FolderState | undefined => {
	try {
		return stateOf(fs, path);
	} catch {
		return undefined;
	}
};

/**
 * What was changed this many milliseconds ago, or later, may be changed again without its time becoming another: clocks
 * of file systems tick slower than files are written, and may not be ours.
 */
const tooYoung = 2000;

/** Hashing less than this takes no longer than looking up what it gave. */
const worthIt = 200;

const domain = "tsnixFolderToHash";

/**
 * The hash of a file or folder. On file systems that tell changes it is remembered with all that they tell of every file,
 * and the files are not read again as long as that is the same: path, mode, size, inode, device, and the times of the
 * last modification and of the last change, which nobody can set back. What was changed just now is not remembered, nor
 * what changes while it is read: what is remembered was told before.
 */
export const hashFolder = (fs: NamedFs, path: string, world: FetchWorld): HashedFolder => {
	const start = world.clock() * 1000;
	const before = maybeStateOf(fs, path);
	const isWorthIt = before?.digest !== undefined && before.entries >= worthIt;
	if (isWorthIt) {
		const known = world.cache.lookup(domain, { path })?.value;
		const hash = known && maybeGetStrAttr(known, "hash");
		if (hash !== undefined && known !== undefined && maybeGetStrAttr(known, "state") === before.digest)
			return { narHash: parseSri(hash), lastModified: before.lastModified };
	}
	const { hash } = narHash(fsAccessor(fs, path));
	const { digest, lastChange, lastModified } = before ?? stateOf(fs, path);
	if (isWorthIt && digest !== undefined && lastChange < start - tooYoung)
		world.cache.upsert(domain, { path }, { state: digest, hash: hash.sri() }, world.clock());
	return { narHash: hash, lastModified };
};
