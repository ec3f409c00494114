import { fromHostName, hostPath } from "../accessors/fs";
import { type ByteString, bytesToString } from "../byte-string";
import { maybeParseBaseName, type StorePath } from "../formats/store-path";
import type { LocalStore } from "../stores/local/local-store";
import { openLockFile } from "../stores/local/lock-file";

/** What is kept from being collected, by base name: its path, and what keeps it. */
export type Roots = Map<string, { readonly path: StorePath; readonly links: Set<string> }>;

/** Processes that are running, and what of the store they use. */
export interface RuntimeRootsSource {
	/** Files that processes have open, mapped, or named in their environment: each with what says so. */
	find(storeDir: string): Iterable<readonly [target: ByteString, link: string]>;
}

export interface FindRootsOptions {
	/** What processes use is said without saying which: it is theirs to know. */
	readonly censor?: boolean;
	readonly runtime?: RuntimeRootsSource;
	readonly onInfo?: (message: string) => void;
}

const censored = "{censored}";

export const addRoot = (roots: Roots, path: StorePath, link: string): void => {
	const known = roots.get(path.baseName);
	if (known === undefined) roots.set(path.baseName, { path, links: new Set([link]) });
	else known.links.add(link);
};

/** The store path that a path of the host lies in. */
const storePathIn = (store: LocalStore, target: ByteString): StorePath | undefined => {
	const prefix = `${store.storeDir}/`;
	if (!target.startsWith(prefix)) return undefined;
	return maybeParseBaseName(target.slice(prefix.length).split("/", 1)[0] as string);
};

const unreadable = new Set(["EACCES", "ENOENT", "ENOTDIR"]);

/**
 * All roots of a store: links below `gcroots` and `profiles`, links of others that those lead to, running processes,
 * and temporary roots. Links of users that are gone are removed.
 */
export const findRoots = (store: LocalStore, options: FindRootsOptions = {}): Roots => {
	const roots = findPermanentRoots(store, options);
	for (const [path, links] of findTempRoots(store, options)) for (const link of links) addRoot(roots, path, link);
	return roots;
};

/** All but the temporary ones. */
export const findPermanentRoots = (store: LocalStore, options: FindRootsOptions = {}): Roots => {
	const roots: Roots = new Map();
	new RootFinder(store, roots, options).find(`${store.stateDir}/gcroots`);
	new RootFinder(store, roots, options).find(`${store.stateDir}/profiles`);
	for (const [target, link] of options.runtime?.find(store.storeDir) ?? []) {
		const path = storePathIn(store, target);
		if (path !== undefined && store.isValidPath(path)) addRoot(roots, path, options.censor === true ? censored : link);
	}
	return roots;
};

class RootFinder {
	constructor(
		private readonly store: LocalStore,
		private readonly roots: Roots,
		private readonly options: FindRootsOptions,
	) {}

	find(path: ByteString): void {
		try {
			this.look(path);
		} catch (error) {
			const { code } = error as { code?: string };
			if (code === undefined || !unreadable.has(code)) throw error;
			this.options.onInfo?.(`cannot read potential root "${path}"`);
		}
	}

	private look(path: ByteString): void {
		const { fs, storeDir } = this.store;
		const stat = fs.lstatSync(hostPath(fs, path));
		if (stat.isDirectory()) {
			for (const name of fs.readdirSync(hostPath(fs, path)).sort()) this.find(`${path}/${fromHostName(fs, name)}`);
		} else if (stat.isSymbolicLink()) {
			const target = fromHostName(fs, fs.readlinkSync(hostPath(fs, path)));
			if (target.startsWith(`${storeDir}/`)) this.found(path, target);
			else this.indirect(path, absolute(target, path));
		} else if (stat.isFile()) {
			const named = maybeParseBaseName(path.slice(path.lastIndexOf("/") + 1));
			if (named !== undefined && this.store.isValidPath(named)) addRoot(this.roots, named, path);
		}
	}

	/** A link to a link that somebody keeps elsewhere. */
	private indirect(path: ByteString, target: ByteString): void {
		const { fs, storeDir, stateDir } = this.store;
		let isLink: boolean;
		try {
			isLink = fs.lstatSync(hostPath(fs, target)).isSymbolicLink();
		} catch (error) {
			if ((error as { code?: unknown }).code !== "ENOENT") throw error;
			if (path.startsWith(`${stateDir}/gcroots/auto/`)) {
				this.options.onInfo?.(`removing stale link from "${path}" to "${target}"`);
				removeQuietly(this.store, path);
			}
			return;
		}
		if (!isLink) return;
		const last = fromHostName(fs, fs.readlinkSync(hostPath(fs, target)));
		if (last.startsWith(`${storeDir}/`)) this.found(target, last);
	}

	private found(link: ByteString, target: ByteString): void {
		const path = storePathIn(this.store, target);
		if (path === undefined) return;
		if (this.store.isValidPath(path)) addRoot(this.roots, path, link);
		else this.options.onInfo?.(`skipping invalid root from "${link}" to "${target}"`);
	}
}

const absolute = (target: ByteString, from: ByteString): ByteString => {
	const whole = target.startsWith("/") ? target : `${from.slice(0, from.lastIndexOf("/"))}/${target}`;
	const out: string[] = [];
	for (const part of whole.split("/"))
		if (part === "..") out.pop();
		else if (part !== "" && part !== ".") out.push(part);
	return `/${out.join("/")}`;
};

const removeQuietly = (store: LocalStore, path: ByteString): void => {
	try {
		store.fs.unlinkSync(hostPath(store.fs, path));
	} catch {
		// It may belong to another user, or be gone.
	}
};

/** The temporary roots of processes that live; the files of those that do not are removed. */
export const findTempRoots = (
	store: LocalStore,
	options: FindRootsOptions = {},
): (readonly [path: StorePath, links: readonly string[]])[] => {
	const { fs, locks, stateDir, storeDir } = store;
	const found: (readonly [StorePath, readonly string[]])[] = [];
	if (locks === undefined) return found;
	const folder = `${stateDir}/temproots`;
	for (const host of fs.readdirSync(hostPath(fs, folder)).sort()) {
		const name = fromHostName(fs, host);
		if (name.startsWith(".")) continue;
		const file = `${folder}/${name}`;
		let fd: number;
		try {
			fd = fs.openSync(hostPath(fs, file), "r+");
		} catch (error) {
			if ((error as { code?: unknown }).code === "ENOENT") continue;
			throw error;
		}
		try {
			if (locks.lock(fd, "exclusive", false)) {
				options.onInfo?.(`removing stale temporary roots file "${file}"`);
				removeQuietly(store, file);
				fs.writeSync(fd, new Uint8Array([0x64]));
				continue;
			}
			const link = options.censor === true ? censored : `{temp:${Number.parseInt(name, 10)}}`;
			const paths = bytesToString(fs.readFileSync(hostPath(fs, file)))
				.split("\0")
				.slice(0, -1);
			for (const text of paths) {
				const path = maybeParseBaseName(text.slice(storeDir.length + 1));
				if (path !== undefined) found.push([path, [link]]);
			}
		} finally {
			fs.closeSync(fd);
		}
	}
	return found;
};

/** Takes the collector's lock on a store; gives what releases it. */
export const lockGarbage = (
	store: LocalStore,
	kind: "shared" | "exclusive",
	onInfo?: (message: string) => void,
): (() => void) => {
	const { fs, locks, stateDir } = store;
	if (locks === undefined) return () => {};
	const fd = openLockFile(fs, `${stateDir}/gc.lock`);
	if (!locks.lock(fd, kind, false)) {
		onInfo?.("waiting for the big garbage collector lock...");
		locks.lock(fd, kind, true);
	}
	return () => fs.closeSync(fd);
};
