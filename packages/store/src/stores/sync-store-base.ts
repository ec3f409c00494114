import { filteredAccessor, subAccessor } from "../accessors/derived";
import { MemoryFile, memoryAccessor } from "../accessors/memory";
import { type ByteString, bytesToString, stringToBytes } from "../byte-string";
import { FormatError, NixError, StoreError, traced } from "../errors";
import { makeFixedOutputPath } from "../formats/content-address";
import { type Derivation, derivationReferences } from "../formats/derivation/derivation";
import { checkOutputs, derivationText, isFinished } from "../formats/derivation/fill-outputs";
import type { DerivationHashMemo } from "../formats/derivation/hash-modulo";
import { parseDerivation } from "../formats/derivation/parse";
import { type Hash, hashString } from "../formats/hash";
import { hashPath } from "../formats/hash-path";
import { narHash } from "../formats/nar/hash";
import { isContentAddressed } from "../formats/path-info";
import { hashPathModuloSelf } from "../formats/self-reference-hash";
import { derivationNameOf, isDerivationPath, StorePath } from "../formats/store-path";
import type { SourceAccessor } from "../source-accessor";
import { plainFile } from "./plain-file";
import type { AddObjectOptions, AddOptions, PathInfo, SyncStore } from "./store";
import { ImportMismatchError, InvalidPathError } from "./store-errors";

/** An object that is about to be added: everything about it but its NAR hash and size, which `write` finds out. */
export type NewObject = Omit<PathInfo, "narHash" | "narSize" | "registrationTime"> & {
	readonly registrationTime?: number;
};

/** Throws where what was written is not what it has to be. */
export type CheckWritten = (nar: { hash: Hash; size: number }, written: SourceAccessor) => void;

/**
 * What stores that answer at once have in common: computing paths, checking what is added, derivations. A concrete
 * store says where files and their information are kept.
 */
export abstract class SyncStoreBase implements SyncStore {
	private readonly derivations = new Map<string, Derivation>();
	private readonly hashes: DerivationHashMemo = new Map();

	constructor(
		readonly storeDir: string,
		readonly uri: string,
	) {}

	abstract isValidPath(path: StorePath): boolean;
	abstract queryPathInfo(path: StorePath): PathInfo | undefined;
	abstract queryAllValidPaths(): StorePath[];
	abstract queryReferrers(path: StorePath): StorePath[];
	abstract queryPathFromHashPart(hashPart: string): StorePath | undefined;
	abstract accessor(path: StorePath): SourceAccessor;
	abstract queryRealisation(outputId: string): StorePath | undefined;
	abstract registerRealisation(outputId: string, path: StorePath, signatures?: readonly string[]): void;

	/**
	 * Keep a tree as the files of a path, make it valid, and replace what was there. `known`, where it is, is the hash
	 * of the tree; the path may be valid only where `repair` says so; `check` is called before it becomes valid, with
	 * the files as they were written.
	 */
	protected abstract keep(
		object: NewObject,
		source: SourceAccessor,
		known: { hash: Hash; size: number } | undefined,
		repair: boolean,
		check?: CheckWritten,
	): void;

	/** A path is about to be looked at and used: keep it from being collected. */
	protected use(_path: StorePath): void {}

	/** Something is odd about what is added. */
	protected warn(_message: ByteString): void {}

	/** Throws {@link InvalidPathError} unless the path is valid. */
	protected requireValid(path: StorePath): void {
		if (!this.isValidPath(path)) throw new InvalidPathError(path, this.storeDir);
	}

	private requireReferences(path: StorePath, references: readonly StorePath[]): void {
		for (const reference of references) if (!reference.equals(path)) this.requireValid(reference);
	}

	addToStore(name: string, source: SourceAccessor, sourcePath: string, options: AddOptions = {}): StorePath {
		const { method = "nar", algorithm = "sha256", filter, repair = false } = options;
		if (method === "text" && algorithm !== "sha256")
			throw new StoreError("BAD_HASH_ALGORITHM", `text hash algorithm must be sha256, not '${algorithm}'`);
		const references = [...(options.references ?? [])].sort(StorePath.compare);
		const prefix = sourcePath === "/" ? "" : sourcePath;
		const below = subAccessor(source, sourcePath);
		const filtered = filter === undefined ? below : filteredAccessor(below, (path) => filter(prefix + path));
		const tree = method === "flat" || method === "text" ? plainFile(below, "/") : filtered;
		const known = method === "nar" && algorithm === "sha256" ? narHash(tree) : undefined;
		const hash = known?.hash ?? hashPath(tree, "/", { method, algorithm });
		const path = makeFixedOutputPath(name, { method, hash, references }, this.storeDir);
		this.use(path);
		if (!repair && this.isValidPath(path)) return path;
		this.requireReferences(path, references);
		const object: NewObject = { path, references, signatures: [], contentAddress: { method, hash }, ultimate: false };
		const check = isDerivationPath(path)
			? (_nar: unknown, written: SourceAccessor): void => this.checkDerivation(path, written)
			: undefined;
		this.keep(object, tree, known, repair, check);
		return path;
	}

	addTextToStore(name: string, contents: ByteString, references: readonly StorePath[]): StorePath {
		const hash = hashString("sha256", contents);
		const path = makeFixedOutputPath(name, { method: "text", hash, references }, this.storeDir);
		this.use(path);
		if (!this.isValidPath(path)) {
			if (isDerivationPath(path)) this.checkDerivationText(path, contents);
			this.keepText(path, contents, references, hash);
		}
		return path;
	}

	private keepText(path: StorePath, contents: ByteString, references: readonly StorePath[], hash: Hash): void {
		this.requireReferences(path, references);
		const sorted = [...new Map(references.map((path) => [path.baseName, path])).values()].sort(StorePath.compare);
		const object: NewObject = {
			path,
			references: sorted,
			signatures: [],
			contentAddress: { method: "text", hash },
			ultimate: false,
		};
		this.keep(object, memoryAccessor(new MemoryFile(stringToBytes(contents))), undefined, false);
	}

	addDerivation(drv: Derivation): StorePath {
		const { text, path, hash } = derivationText(drv, this.storeDir);
		this.derivations.set(path.baseName, drv);
		this.use(path);
		if (!this.isValidPath(path)) {
			// What instantiation computed need not be computed again.
			if (!isFinished(drv, this.storeDir)) this.checkDerivationOutputs(path, drv);
			this.keepText(path, text, derivationReferences(drv), hash);
		}
		return path;
	}

	readDerivation(path: StorePath): Derivation {
		this.requireValid(path);
		let drv = this.derivations.get(path.baseName);
		if (drv === undefined) {
			drv = parseDerivationFile(path, bytesToString(this.accessor(path).readFile("/")), this.storeDir);
			this.derivations.set(path.baseName, drv);
		}
		return drv;
	}

	addObject(info: PathInfo, source: SourceAccessor, sourcePath = "/", options: AddObjectOptions = {}): void {
		const tree = subAccessor(source, sourcePath);
		this.addChecked(info, options, (object, check) =>
			this.keep(object, tree, undefined, options.repair === true, check),
		);
	}

	/** Have `keep` keep the files of a path whose information is known, checked against what was written. */
	protected addChecked(
		info: PathInfo,
		options: AddObjectOptions,
		keep: (object: NewObject, check: CheckWritten) => void,
	): void {
		this.use(info.path);
		if (options.repair !== true && this.isValidPath(info.path)) return;
		this.requireReferences(info.path, info.references);
		const check = this.checksOf(info);
		const { narHash: _hash, narSize: _size, ...object } = info;
		keep(object, check);
	}

	/** What the files of a path have to be. Throws where the information on it contradicts itself. */
	protected checksOf(info: PathInfo): CheckWritten {
		const path = info.path.toString(this.storeDir);
		if (info.contentAddress !== undefined && !isContentAddressed(info, this.storeDir)) {
			throw new StoreError(
				"NOT_CONTENT_ADDRESSED",
				`cannot add path '${path}' to the Nix store because it claims to be content-addressed but isn't`,
			);
		}
		return (nar, written) => {
			if (!nar.hash.equals(info.narHash)) {
				throw new ImportMismatchError("hash", path, info.narHash.toString(), nar.hash.toString());
			}
			if (nar.size !== info.narSize) throw new ImportMismatchError("size", path, info.narSize, nar.size);
			this.checkContentAddress(info, written);
			if (isDerivationPath(info.path)) this.checkDerivation(info.path, written);
		};
	}

	private checkContentAddress(info: PathInfo, written: SourceAccessor): void {
		if (info.contentAddress === undefined) return;
		const { method, hash } = info.contentAddress;
		const options = { method, algorithm: hash.algorithm, self: info.path.hashPart };
		const actual = hashPathModuloSelf(written, "/", options);
		if (actual.equals(hash)) return;
		throw new ImportMismatchError("ca hash", info.path.toString(this.storeDir), hash.toString(), actual.toString());
	}

	private checkDerivation(path: StorePath, written: SourceAccessor): void {
		const { size = 0 } = written.lstat("/") ?? {};
		if (size > largestDerivation)
			throw new StoreError("DERIVATION_TOO_LARGE", `derivation '${path.toString(this.storeDir)}' is too large`);
		this.checkDerivationText(path, bytesToString(written.readFile("/")));
	}

	private checkDerivationText(path: StorePath, text: ByteString): void {
		this.checkDerivationOutputs(path, parseDerivationFile(path, text, this.storeDir));
	}

	/** A derivation must not claim the outputs of others. */
	private checkDerivationOutputs(path: StorePath, drv: Derivation): void {
		traced(`while checking derivation '${path.toString(this.storeDir)}'`, () =>
			checkOutputs(
				drv,
				(input) => this.readDerivation(input),
				this.hashes,
				this.storeDir,
				(text) => this.warn(text),
			),
		);
	}
}

/** What is read as a derivation is not larger than this, in bytes. */
const largestDerivation = 1 << 28;

/** Reads a .drv file; what is wrong with it is told with its path. */
const parseDerivationFile = (path: StorePath, text: ByteString, storeDir: string): Derivation => {
	try {
		return parseDerivation(text, derivationNameOf(path), storeDir);
	} catch (error) {
		if (!(error instanceof NixError)) throw error;
		const message = `error parsing derivation '${path.toString(storeDir)}': ${error.message}`;
		throw new FormatError(error.code, message, { cause: error });
	}
};
