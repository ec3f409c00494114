import { fsAccessor, hostPath } from "../../accessors/fs";
import { type ByteString, bytesToString } from "../../byte-string";
import { StoreError } from "../../errors";
import { outputPaths } from "../../formats/derivation/derivation";
import { parseDerivation } from "../../formats/derivation/parse";
import type { Hash } from "../../formats/hash";
import { narHash } from "../../formats/nar/hash";
import { defaultStoreDir, derivationNameOf, isDerivationPath, type StorePath } from "../../formats/store-path";
import type { SourceAccessor } from "../../source-accessor";
import type { PathInfo, SyncStore } from "../store";
import { InvalidPathError } from "../store-errors";
import { type NewObject, SyncStoreBase } from "../sync-store-base";
import type { SqlDatabase } from "./database";
import { FileRegistry } from "./file-registry";
import type { PathRegistry } from "./registry";
import { nixSchemaVersion } from "./schema";
import { SqliteRegistry } from "./sqlite-registry";
import { removeTree, type StoreFs, writeTree } from "./write-tree";

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
	readonly openDatabase?: (path: ByteString) => SqlDatabase;
	/** Seconds since 1970, for registration times; without it they are not known. */
	readonly clock?: () => number;
}

class LocalStore extends SyncStoreBase {
	private readonly fs: StoreFs;
	private readonly realStoreDir: ByteString;
	private readonly registry: PathRegistry;
	private readonly clock: () => number;
	private temporary = 0;

	constructor(options: LocalStoreOptions) {
		const { fs, root = "", storeDir = defaultStoreDir } = options;
		super(storeDir, root === "" ? "local" : `local?root=${root}`);
		this.fs = fs;
		this.realStoreDir = options.realStoreDir ?? root + storeDir;
		this.clock = options.clock ?? (() => 0);
		const stateDir = options.stateDir ?? `${root}/nix/var/nix`;
		this.registry = openRegistry(fs, stateDir, storeDir, options.openDatabase);
		fs.mkdirSync(hostPath(fs, this.realStoreDir), { recursive: true });
	}

	private realPath(path: StorePath): ByteString {
		return `${this.realStoreDir}/${path.baseName}`;
	}

	isValidPath(path: StorePath): boolean {
		return this.registry.has(path);
	}

	queryPathInfo(path: StorePath): PathInfo | undefined {
		return this.registry.query(path);
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

	registerRealisation(outputId: string, path: StorePath): void {
		this.requireValid(path);
		this.registry.registerRealisation(outputId, path);
	}

	accessor(path: StorePath): SourceAccessor {
		if (!this.isValidPath(path)) throw new InvalidPathError(path, this.storeDir);
		return fsAccessor(this.fs, this.realPath(path), path.toString(this.storeDir));
	}

	/** A path beside the store's own where nothing is. */
	private scratchPath(): ByteString {
		for (;;) {
			const path = `${this.realStoreDir}/.tsnix-tmp-${this.temporary++}`;
			if (!this.fs.existsSync(hostPath(this.fs, path))) return path;
		}
	}

	protected keep(
		object: NewObject,
		source: SourceAccessor,
		known: { hash: Hash; size: number } | undefined,
		check?: (nar: { hash: Hash; size: number }, written: SourceAccessor) => void,
	): void {
		const { fs } = this;
		const shown = object.path.toString(this.storeDir);
		const scratch = this.scratchPath();
		try {
			const nar = writeTree(fs, scratch, source);
			if (known !== undefined && !known.hash.equals(nar.hash)) {
				throw new StoreError("SOURCE_CHANGED", `the files of path '${shown}' changed while they were added`);
			}
			const written = fsAccessor(fs, scratch, shown);
			check?.(nar, written);
			const outputs = this.outputsOf(object.path, written);
			const real = this.realPath(object.path);
			if (this.registry.has(object.path)) this.replace(object.path, scratch, nar.hash);
			else {
				removeTree(fs, real); // left by an attempt that did not come to its end
				fs.renameSync(hostPath(fs, scratch), hostPath(fs, real));
				const registrationTime = object.registrationTime || this.clock();
				this.registry.register({ ...object, narHash: nar.hash, narSize: nar.size, registrationTime }, outputs);
			}
		} finally {
			removeTree(fs, scratch);
		}
	}

	/** Repair: put freshly written files in the place of a valid path's damaged ones. */
	private replace(path: StorePath, scratch: ByteString, hash: Hash): void {
		const { fs } = this;
		const real = this.realPath(path);
		const current = fsAccessor(fs, real);
		if (current.lstat("/") !== undefined && narHash(current).hash.equals(hash)) return;
		const aside = this.scratchPath();
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

const openRegistry = (
	fs: StoreFs,
	stateDir: ByteString,
	storeDir: string,
	openDatabase: LocalStoreOptions["openDatabase"],
): PathRegistry => {
	if (openDatabase === undefined) return new FileRegistry(fs, stateDir, storeDir);
	const directory = `${stateDir}/db`;
	fs.mkdirSync(hostPath(fs, directory), { recursive: true });
	const schemaFile = hostPath(fs, `${directory}/schema`);
	if (fs.existsSync(schemaFile)) {
		const version = Number(bytesToString(fs.readFileSync(schemaFile)).trim());
		if (version > nixSchemaVersion) {
			throw new StoreError(
				"UNKNOWN_SCHEMA",
				`current Nix store schema is version ${version}, but I only support ${nixSchemaVersion}`,
			);
		}
		if (version < nixSchemaVersion) {
			throw new StoreError("OLD_SCHEMA", `Nix store schema version ${version} is too old to be used`);
		}
	}
	const registry = new SqliteRegistry(openDatabase(`${directory}/db.sqlite`), storeDir);
	if (!fs.existsSync(schemaFile)) fs.writeFileSync(schemaFile, String(nixSchemaVersion));
	return registry;
};

/**
 * A store on a file system, Node's or any other that writes (memfs). Files are written beside their place,
 * canonicalised and renamed; a path is valid only after that, so an interrupted addition leaves nothing valid. With
 * `openDatabase` what is valid stands in Nix's own database, else in a file for each path under the state folder.
 * One process at a time: there are no locks.
 */
export const localStore = (options: LocalStoreOptions): SyncStore => new LocalStore(options);
