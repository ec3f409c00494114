import { fsAccessor, hostPath } from "../../accessors/fs";
import { type ByteString, bytesToString } from "../../byte-string";
import { StoreError } from "../../errors";
import { outputPaths } from "../../formats/derivation/derivation";
import { parseDerivation } from "../../formats/derivation/parse";
import type { Hash } from "../../formats/hash";
import { narHash } from "../../formats/nar/hash";
import { isContentAddressed } from "../../formats/path-info";
import { parseOutputId, type Realisation } from "../../formats/realisation";
import { defaultStoreDir, derivationNameOf, isDerivationPath, StorePath } from "../../formats/store-path";
import type { SourceAccessor } from "../../source-accessor";
import type { AddObjectOptions, PathInfo, SyncStore } from "../store";
import { InvalidPathError } from "../store-errors";
import { type CheckWritten, type NewObject, SyncStoreBase } from "../sync-store-base";
import type { SqlDatabase } from "./database";
import type { FileLocks } from "./file-locks";
import { FileRegistry } from "./file-registry";
import { lockPath, lockWaiting, openLockFile, tryLockPath } from "./lock-file";
import { optimisePath } from "./optimise";
import type { NarHash, PathRegistry, Registration } from "./registry";
import { nixSchemaVersion } from "./schema";
import { SqliteRegistry } from "./sqlite-registry";
import { syncTree } from "./sync-tree";
import { TempRoots } from "./temp-roots";
import { moveTree, removeTree, type StoreFs, writeNarTree, writeTree } from "./write-tree";

/** Where a local store lies. All folders are byte-string paths on `fs`. */
export interface LocalStoreOptions {
	readonly fs: StoreFs;
	/** Put before store and state folder: `/tmp/x` for a store below it whose paths still begin with `/nix/store`. */
	readonly root?: ByteString;
	/** The prefix of store paths; `/nix/store`. */
	readonly storeDir?: string;
	/** What is known of the store; `<root>/nix/var/nix`. */
	readonly stateDir?: ByteString;
	/** Where the files lie; `<root>/nix/store`. */
	readonly realStoreDir?: ByteString;
	/** Opens the SQLite database in that file, making it if it is not there. Without it, files are used instead. */
	readonly openDatabase?: (path: ByteString, options?: { readonly readOnly?: boolean }) => SqlDatabase;
	/** How processes keep out of each other's way, found when it is first needed. */
	readonly locks?: () => FileLocks | undefined;
	/**
	 * The name of this process's file of temporary roots in a state folder: its number, and something behind it where it
	 * has that store open more than once.
	 */
	readonly processName?: (stateDir: ByteString) => string;
	/** Nothing is written, not even locks: for stores on file systems that cannot be written. */
	readonly readOnly?: boolean;
	/** Files with the same contents are made one as paths are added. */
	readonly autoOptimise?: boolean;
	/** The store's folder and those above it may be symbolic links. */
	readonly allowSymlinkedStore?: boolean;
	/** Files are on the disk before their path is valid. */
	readonly fsyncStorePaths?: boolean;
	/** False for a database that does not wait until the disk has what is written: quicker, until the power fails. */
	readonly fsyncMetadata?: boolean;
	/** Bytes to be kept for a collector when the disk is full; 8 MiB. */
	readonly reservedSpace?: number;
	/** Told of what is waited for, and of collections of garbage that make space. */
	readonly onNotice?: (message: string) => void;
	/** Told what is odd about what is added. */
	readonly onWarning?: (message: ByteString) => void;
	/** Called before something is written: makes space where it runs out, and returns when that is done. */
	readonly ensureSpace?: () => void;
	/** Gives the store's folder to the group that builders are in, where that is to be done. */
	readonly shareStoreDir?: (realStoreDir: ByteString) => void;
	/** Seconds since 1970, for registration times; without it they are not known. */
	readonly clock?: () => number;
}

/** A local store, with what administering it needs: collecting garbage, verifying, sharing files. */
export interface LocalStore extends SyncStore {
	readonly fs: StoreFs;
	readonly realStoreDir: ByteString;
	readonly stateDir: ByteString;
	readonly readOnly: boolean;
	readonly locks: FileLocks | undefined;
	/** Where a path's files lie. */
	realPath(path: StorePath): ByteString;
	addTempRoot(path: StorePath): void;
	/** The NAR hash and size of every valid path by base name, where that can be told for less than one by one. */
	queryNarHashes(): ReadonlyMap<string, NarHash> | undefined;
	/** The known outputs of a valid derivation by name. */
	queryDerivationOutputs(drvPath: StorePath): Map<string, StorePath>;
	queryValidDerivers(path: StorePath): StorePath[];
	addSignatures(path: StorePath, signatures: readonly string[]): void;
	/**
	 * Begin to add objects whose files somebody else writes: temporary roots, and locks, which nobody is waited for.
	 * Each is to be finished, and its lock given back. Nothing is begun of what is valid, or cannot be added this way.
	 */
	beginAdding(infos: readonly PathInfo[]): (Addition | "valid" | "locked" | "unfit")[];
	/** Make objects valid whose files are there and are what their NAR hash says; tells what is wrong with which. */
	finishAdding(additions: readonly Addition[]): Map<Addition, unknown>;
	/** Make paths valid whose files are there, or change what is known of valid ones: all or none. */
	registerValidPaths(infos: readonly PathInfo[]): void;
	/** Make a path invalid; its files stay. Throws {@link PathInUseError} where others refer to it. */
	invalidatePath(path: StorePath): void;
	/** Give up temporary roots, locks and the database. The store is of no use after. */
	close(): void;
}

/** An object that is being added. */
export interface Addition {
	readonly info: PathInfo;
	/** Where its files are to be written; nothing is there. */
	readonly scratch: ByteString;
	/** Where whoever writes them moves them when they are right; not told where they have to be looked at before. */
	readonly place?: ByteString;
	/** Gives its lock back. */
	readonly release: () => void;
}

/** Writes a tree to a place where nothing is, and tells the hash and size of its NAR. */
type WriteFiles = (place: ByteString) => { hash: Hash; size: number };

class LocalStoreOn extends SyncStoreBase implements LocalStore {
	readonly fs: StoreFs;
	readonly realStoreDir: ByteString;
	readonly stateDir: ByteString;
	readonly readOnly: boolean;
	private readonly registry: PathRegistry;
	private readonly options: LocalStoreOptions;
	private foundLocks: { readonly locks: FileLocks | undefined } | undefined;
	private tempRoots: TempRoots | undefined;
	private bigLock: number | undefined;
	private temporary = 0;
	/** Paths that are locked for as long as they are built. */
	private readonly held = new Set<string>();

	constructor(options: LocalStoreOptions) {
		const { fs, root = "", storeDir = defaultStoreDir, readOnly = false } = options;
		super(storeDir, "local");
		this.options = options;
		this.fs = fs;
		this.readOnly = readOnly;
		this.realStoreDir = options.realStoreDir ?? (root === "" ? storeDir : `${root}/nix/store`);
		this.stateDir = options.stateDir ?? `${root}/nix/var/nix`;
		if (!readOnly || !fs.existsSync(hostPath(fs, this.realStoreDir)))
			fs.mkdirSync(hostPath(fs, this.realStoreDir), { recursive: true });
		if (options.allowSymlinkedStore !== true) refuseLinks(fs, this.realStoreDir);
		if (!readOnly) options.shareStoreDir?.(this.realStoreDir);
		this.registry = openRegistry(options, this.realStoreDir, this.stateDir, storeDir);
	}

	get locks(): FileLocks | undefined {
		this.foundLocks ??= { locks: this.readOnly ? undefined : this.options.locks?.() };
		return this.foundLocks.locks;
	}

	protected override use(path: StorePath): void {
		this.addTempRoot(path);
	}

	protected override warn(message: ByteString): void {
		this.options.onWarning?.(message);
	}

	addTempRoot(path: StorePath): void {
		this.addTempRoots([path]);
	}

	private addTempRoots(paths: readonly StorePath[]): void {
		const { fs, locks, stateDir } = this;
		if (locks === undefined) return;
		if (this.tempRoots === undefined) {
			// Held as long as the store is open: nobody changes the database's schema meanwhile.
			const fd = openLockFile(fs, `${stateDir}/db/big-lock`);
			lockWaiting(locks, fd, "shared", () => this.options.onNotice?.("waiting for the big Nix store lock..."));
			this.bigLock = fd;
			this.tempRoots = new TempRoots({ fs, locks, stateDir, name: this.options.processName?.(stateDir) ?? "1" });
		}
		this.tempRoots.add(paths.map((path) => path.toString(this.storeDir)));
	}

	async lockPaths(
		paths: readonly StorePath[],
		wait: (milliseconds: number) => Promise<void>,
		onWait: (path: StorePath) => void = () => {},
	): Promise<(remove: boolean) => void> {
		const { fs, locks } = this;
		if (locks === undefined) return () => {};
		const releases: ((remove: boolean) => void)[] = [];
		// In one order everywhere, so that nobody waits in a circle.
		for (const path of [...paths].sort(StorePath.compare)) {
			for (let tries = 0; ; tries++) {
				// What is locked here already is another build of this process.
				const release = this.held.has(path.baseName) ? undefined : tryLockPath(fs, locks, this.realPath(path));
				if (release !== undefined) {
					releases.push((remove) => {
						this.held.delete(path.baseName);
						release(remove);
					});
					this.held.add(path.baseName);
					break;
				}
				if (tries === 0) onWait(path);
				await wait(100);
			}
		}
		return (remove) => {
			for (const release of releases) release(remove);
		};
	}

	close(): void {
		this.tempRoots?.close();
		if (this.bigLock !== undefined) this.fs.closeSync(this.bigLock);
		this.tempRoots = this.bigLock = undefined;
		this.registry.close?.();
		if (this.options.openDatabase !== undefined && !this.readOnly)
			keepLogFiles(this.fs, `${this.stateDir}/db/db.sqlite`);
	}

	queryDerivationOutputs(drvPath: StorePath): Map<string, StorePath> {
		if (this.registry.derivationOutputs !== undefined) return this.registry.derivationOutputs(drvPath);
		const outputs = [...outputPaths(this.readDerivation(drvPath), this.storeDir)];
		return new Map(outputs.flatMap(([name, path]) => (path === undefined ? [] : [[name, path] as const])));
	}

	queryValidDerivers(path: StorePath): StorePath[] {
		if (this.registry.validDerivers !== undefined) return this.registry.validDerivers(path);
		return this.queryAllValidPaths().filter(
			(drvPath) =>
				isDerivationPath(drvPath) && [...this.queryDerivationOutputs(drvPath).values()].some((p) => p.equals(path)),
		);
	}

	addSignatures(path: StorePath, signatures: readonly string[]): void {
		const info = this.queryPathInfo(path);
		if (info === undefined) throw new InvalidPathError(path, this.storeDir);
		const all = [...new Set([...info.signatures, ...signatures])].sort();
		this.registry.register([{ info: { ...info, signatures: all } }]);
	}

	/** Waits until the disk has files, where that is wanted. */
	private settle(real: ByteString): void {
		if (this.options.fsyncStorePaths === true) syncTree(this.fs, real);
	}

	registerValidPaths(infos: readonly PathInfo[]): void {
		for (const { path } of infos) this.settle(this.realPath(path));
		this.registry.register(
			infos.map((info) => {
				const files = fsAccessor(this.fs, this.realPath(info.path), info.path.toString(this.storeDir));
				return { info, outputs: this.outputsOf(info.path, files) };
			}),
		);
	}

	invalidatePath(path: StorePath): void {
		this.registry.forget(path);
	}

	realPath(path: StorePath): ByteString {
		return `${this.realStoreDir}/${path.baseName}`;
	}

	isValidPath(path: StorePath): boolean {
		return this.registry.has(path);
	}

	queryPathInfo(path: StorePath): PathInfo | undefined {
		return this.registry.query(path);
	}

	queryPathInfos(paths: readonly StorePath[]): (PathInfo | undefined)[] {
		return this.registry.queryMany?.(paths) ?? paths.map((path) => this.registry.query(path));
	}

	queryNarHashes(): ReadonlyMap<string, NarHash> | undefined {
		return this.registry.narHashes?.();
	}

	queryValidPaths(paths: readonly StorePath[]): StorePath[] {
		return this.registry.valid?.(paths) ?? paths.filter((path) => this.registry.has(path));
	}

	queryAllValidPaths(): StorePath[] {
		return this.registry.all();
	}

	queryReferrers(path: StorePath): StorePath[] {
		return this.registry.referrers(path);
	}

	queryPathFromHashPart(hashPart: string): StorePath | undefined {
		return this.registry.fromHashPart(hashPart);
	}

	queryRealisation(outputId: string): StorePath | undefined {
		return this.registry.queryRealisation(outputId);
	}

	queryRealisationInfo(outputId: string): Realisation | undefined {
		const outPath = this.registry.queryRealisation(outputId);
		if (outPath === undefined) return undefined;
		const signatures = this.registry.realisationSignatures?.(outputId) ?? [];
		return { id: parseOutputId(outputId), outPath, signatures };
	}

	registerRealisation(outputId: string, path: StorePath, signatures: readonly string[] = []): void {
		this.requireValid(path);
		this.registry.registerRealisation(outputId, path, signatures);
	}

	accessor(path: StorePath): SourceAccessor {
		if (!this.isValidPath(path)) throw new InvalidPathError(path, this.storeDir);
		return fsAccessor(this.fs, this.realPath(path), path.toString(this.storeDir));
	}

	addNar(info: PathInfo, nar: Uint8Array, options: AddObjectOptions = {}): void {
		this.addChecked(info, options, (object, check) =>
			this.keepWritten(object, (place) => writeNarTree(this.fs, place, nar), undefined, options.repair === true, check),
		);
	}

	beginAdding(infos: readonly PathInfo[]): (Addition | "valid" | "locked" | "unfit")[] {
		if (this.readOnly) return infos.map(() => "unfit");
		this.addTempRoots(infos.map(({ path }) => path));
		const valid = this.validNames(infos.map(({ path }) => path));
		const begun = infos.map((info) => (valid.has(info.path.baseName) ? "valid" : this.beginOne(info)));
		// Other processes may have made some before they were locked.
		const made = this.validNames(begun.flatMap((addition) => (typeof addition === "string" ? [] : addition.info.path)));
		return begun.map((addition) => {
			if (typeof addition === "string" || !made.has(addition.info.path.baseName)) return addition;
			addition.release();
			return "valid";
		});
	}

	private validNames(paths: readonly StorePath[]): Set<string> {
		return new Set(paths.length === 0 ? [] : this.queryValidPaths(paths).map(({ baseName }) => baseName));
	}

	private beginOne(info: PathInfo): Addition | "locked" | "unfit" {
		const { fs, locks } = this;
		const { baseName } = info.path;
		if (info.contentAddress !== undefined && !isContentAddressed(info, this.storeDir)) return "unfit";
		const place = this.realPath(info.path);
		if (this.held.has(baseName)) return "locked";
		const release = locks === undefined ? () => {} : tryLockPath(fs, locks, place);
		if (release === undefined) return "locked";
		this.held.add(baseName);
		return {
			info,
			// Where something is left there, whoever writes the files fails.
			scratch: `${this.realStoreDir}/${info.path.hashPart}-${this.temporary++}.tmp`,
			...(info.contentAddress !== undefined || isDerivationPath(info.path) ? {} : { place }),
			release: () => {
				this.held.delete(baseName);
				release(true);
			},
		};
	}

	finishAdding(additions: readonly Addition[]): Map<Addition, unknown> {
		const failed = new Map<Addition, unknown>();
		const valid = this.validNames(additions.flatMap(({ info }) => info.references));
		const registrations: { readonly addition: Addition; readonly registration: Registration }[] = [];
		for (const addition of additions)
			try {
				const { info } = addition;
				const missing = info.references.find((path) => !path.equals(info.path) && !valid.has(path.baseName));
				if (missing !== undefined) {
					removeTree(this.fs, addition.place ?? addition.scratch);
					throw new InvalidPathError(missing, this.storeDir);
				}
				registrations.push({ addition, registration: this.finishOne(addition) });
				valid.add(info.path.baseName);
			} catch (error) {
				failed.set(addition, error);
			}
		try {
			if (registrations.length > 0) this.registry.register(registrations.map(({ registration }) => registration));
		} catch (error) {
			for (const { addition } of registrations) failed.set(addition, error);
		}
		return failed;
	}

	/** Looks at what was written, and puts it into its place, where that has not been done. */
	private finishOne({ info, scratch, place }: Addition): Registration {
		const { fs } = this;
		const real = this.realPath(info.path);
		let outputs: Registration["outputs"];
		if (place === undefined)
			try {
				const written = fsAccessor(fs, scratch, info.path.toString(this.storeDir));
				this.checksOf(info)({ hash: info.narHash, size: info.narSize }, written);
				outputs = this.outputsOf(info.path, written);
				moveTree(fs, scratch, real);
			} catch (error) {
				removeTree(fs, scratch);
				throw error;
			}
		if (this.options.autoOptimise === true) optimisePath(this, real, { repair: false });
		this.settle(real);
		const registrationTime = info.registrationTime || (this.options.clock?.() ?? 0);
		return { info: { ...info, registrationTime }, outputs };
	}

	protected keep(
		object: NewObject,
		source: SourceAccessor,
		known: { hash: Hash; size: number } | undefined,
		repair: boolean,
		check?: CheckWritten,
	): void {
		this.keepWritten(object, (place) => writeTree(this.fs, place, source), known, repair, check);
	}

	/** Keep what `write` writes to a place, and tells the NAR hash and size of. */
	private keepWritten(
		object: NewObject,
		write: WriteFiles,
		known: { hash: Hash; size: number } | undefined,
		repair: boolean,
		check?: CheckWritten,
	): void {
		const { fs, locks } = this;
		if (this.readOnly)
			throw new StoreError(
				"READ_ONLY_STORE",
				`cannot add path '${object.path.toString(this.storeDir)}': attempt to write a readonly database`,
			);
		const wasValid = repair && this.registry.has(object.path);
		const real = this.realPath(object.path);
		const isHeld = locks === undefined || this.held.has(object.path.baseName);
		const release = isHeld ? undefined : lockPath(fs, locks, real);
		try {
			// Another process may have made it while its lock was waited for.
			const isValid = this.registry.has(object.path);
			if (wasValid || !isValid) this.keepLocked(object, write, known, isValid, check);
		} finally {
			release?.(true);
		}
	}

	private keepLocked(
		object: NewObject,
		write: WriteFiles,
		known: { hash: Hash; size: number } | undefined,
		replaced: boolean,
		check?: CheckWritten,
	): void {
		const { fs } = this;
		const shown = object.path.toString(this.storeDir);
		const real = this.realPath(object.path);
		const scratch = this.besides(object.path);
		let moved = false;
		// Who builds looks after space otherwise.
		if (!this.held.has(object.path.baseName)) this.options.ensureSpace?.();
		try {
			const nar = write(scratch);
			if (known !== undefined && !known.hash.equals(nar.hash)) {
				throw new StoreError("SOURCE_CHANGED", `the files of path '${shown}' changed while they were added`);
			}
			const written = fsAccessor(fs, scratch, shown);
			check?.(nar, written);
			const outputs = this.outputsOf(object.path, written);
			const registrationTime = object.registrationTime || (this.options.clock?.() ?? 0);
			const info = { ...object, narHash: nar.hash, narSize: nar.size, registrationTime };
			if (replaced) this.replace(object.path, scratch, nar.hash);
			else {
				removeTree(fs, real); // left by an attempt that did not come to its end
				fs.renameSync(hostPath(fs, scratch), hostPath(fs, real));
				moved = true;
			}
			if (this.options.autoOptimise === true) optimisePath(this, real, { repair: replaced });
			this.settle(real);
			this.registry.register([{ info, outputs }]);
		} finally {
			if (!moved) removeTree(fs, scratch);
		}
	}

	/**
	 * A path beside a store path's own where nothing is. It begins with the store path's hash part, so that collectors
	 * of other processes leave it alone as long as the path is a temporary root.
	 */
	private besides(path: StorePath): ByteString {
		for (;;) {
			const place = `${this.realStoreDir}/${path.hashPart}-${this.temporary++}.tmp`;
			if (!this.fs.existsSync(hostPath(this.fs, place))) return place;
			if (this.locks !== undefined) {
				removeTree(this.fs, place); // left by a process that came to an end: the path is locked by this one
				return place;
			}
		}
	}

	/** Repair: put freshly written files in the place of a valid path's damaged ones. */
	private replace(path: StorePath, scratch: ByteString, hash: Hash): void {
		const { fs } = this;
		const real = this.realPath(path);
		const current = fsAccessor(fs, real);
		if (current.lstat("/") !== undefined && narHash(current).hash.equals(hash)) return;
		const aside = this.besides(path);
		if (current.lstat("/") !== undefined) fs.renameSync(hostPath(fs, real), hostPath(fs, aside));
		fs.renameSync(hostPath(fs, scratch), hostPath(fs, real));
		removeTree(fs, aside);
	}

	private outputsOf(path: StorePath, written: SourceAccessor): Map<string, StorePath | undefined> | undefined {
		if (!isDerivationPath(path)) return undefined;
		const text = bytesToString(written.readFile("/"));
		return outputPaths(parseDerivation(text, derivationNameOf(path), this.storeDir), this.storeDir);
	}
}

/** Throws where a folder or one above it is a symbolic link. */
const refuseLinks = (fs: StoreFs, folder: ByteString): void => {
	for (let path = folder; path !== ""; path = path.slice(0, path.lastIndexOf("/")))
		if (fs.lstatSync(hostPath(fs, path)).isSymbolicLink())
			throw new StoreError(
				"SYMLINKED_STORE",
				`the path "${path}" is a symlink; this is not allowed for the Nix store and its parent directories`,
			);
};

const openRegistry = (
	options: LocalStoreOptions,
	realStoreDir: ByteString,
	stateDir: ByteString,
	storeDir: string,
): PathRegistry => {
	const { fs, openDatabase, readOnly = false } = options;
	if (openDatabase === undefined) return new FileRegistry(fs, stateDir, storeDir);
	if (!readOnly) makeFolders(fs, realStoreDir, stateDir, options.reservedSpace ?? 8388608);
	const directory = `${stateDir}/db`;
	const schemaFile = hostPath(fs, `${directory}/schema`);
	const version = fs.existsSync(schemaFile) ? parseSchema(`${directory}/schema`, fs.readFileSync(schemaFile)) : 0;
	if (version > nixSchemaVersion) {
		throw new StoreError(
			"UNKNOWN_SCHEMA",
			`current Nix store schema is version ${version}, but I only support ${nixSchemaVersion}`,
		);
	}
	if (readOnly && version < nixSchemaVersion)
		throw new StoreError(
			"OLD_SCHEMA",
			version === 0
				? "database does not exist, and cannot be created in read-only mode"
				: "database schema needs migrating, but this cannot be done in read-only mode",
		);
	if (version !== 0 && version < nixSchemaVersion)
		throw new StoreError("OLD_SCHEMA", `Nix store schema version ${version} is too old to be used`);
	const database = openDatabase(`${directory}/db.sqlite`, { readOnly });
	const registry = new SqliteRegistry(database, storeDir, { readOnly, fsync: options.fsyncMetadata !== false });
	if (version === 0) fs.writeFileSync(schemaFile, String(nixSchemaVersion));
	return registry;
};

const parseSchema = (file: ByteString, bytes: Uint8Array): number => {
	const text = bytesToString(bytes);
	if (!/^[0-9]+$/.test(text)) throw new StoreError("CORRUPT_SCHEMA", `"${file}" is corrupt`);
	return Number(text);
};

/** The folders of a store's state, and a file that a collector can remove when a full disk keeps it from working. */
const makeFolders = (fs: StoreFs, realStoreDir: ByteString, stateDir: ByteString, reservedSpace: number): void => {
	const links = `${realStoreDir}/.links`;
	const wanted = ["profiles/per-user", "temproots", "db", "gcroots/per-user"].map((name) => `${stateDir}/${name}`);
	for (const path of [links, ...wanted])
		if (!fs.existsSync(hostPath(fs, path))) fs.mkdirSync(hostPath(fs, path), { recursive: true });
	const reserved = hostPath(fs, `${stateDir}/db/reserved`);
	try {
		if (fs.existsSync(reserved) && fs.statSync(reserved).size === reservedSpace) return;
		fs.writeFileSync(reserved, new Uint8Array(reservedSpace).fill(0x58), { mode: 0o600 });
	} catch {
		// It is only there to help later.
	}
};

/**
 * The last to close a database removes its write-ahead log. Put an empty one back, as the reference leaves it, so that
 * those who may not write to the folder can read the database.
 */
const keepLogFiles = (fs: StoreFs, database: ByteString): void => {
	for (const suffix of ["-wal", "-shm"])
		try {
			fs.closeSync(fs.openSync(hostPath(fs, database + suffix), "wx", 0o644));
		} catch {
			// Another process has it open, or it may not be written here.
		}
};

/**
 * A store on a file system, Node's or any other that writes (memfs). Files are written beside their place,
 * canonicalised and renamed; a path is valid only after that, so an interrupted addition leaves nothing valid. With
 * `openDatabase` what is valid stands in Nix's own database, else in a file for each path under the state folder. With
 * `locks` other processes, of Nix too, may use the store at the same time; without, one at a time. Implements the
 * "local store" of the manual.
 */
export const localStore = (options: LocalStoreOptions): LocalStore => new LocalStoreOn(options);

/** Whether a store is a local one. */
export const isLocalStore = (store: SyncStore): store is LocalStore => store instanceof LocalStoreOn;
