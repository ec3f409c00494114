import { subAccessor } from "../../accessors/derived";
import { MemoryFile, memoryAccessor } from "../../accessors/memory";
import { bytesToString, fromBytes, stringToBytes, toBytes } from "../../byte-string";
import { FormatError, StoreError } from "../../errors";
import { type Derivation, derivationReferences } from "../../formats/derivation/derivation";
import { derivationText } from "../../formats/derivation/fill-outputs";
import { parseDerivation } from "../../formats/derivation/parse";
import { Hash, hashBytes } from "../../formats/hash";
import { parseJson, printJson } from "../../formats/json";
import { type NarListing, parseNarListing } from "../../formats/nar/listing";
import { narToMemory } from "../../formats/nar/memory";
import type { OpenSpill } from "../../formats/nar/spill";
import { writeNar } from "../../formats/nar/write";
import { type NarInfo, parseNarInfo, writeNarInfo } from "../../formats/narinfo";
import { signPathInfo } from "../../formats/path-info";
import {
	parseOutputId,
	type Realisation,
	realisationToJSON,
	renderOutputId,
	unkeyedRealisationFromJSON,
} from "../../formats/realisation";
import type { SecretKey } from "../../formats/signature";
import { defaultStoreDir, derivationNameOf, maybeParseBaseName, type StorePath } from "../../formats/store-path";
import type { Jobs, ObjectSource } from "../../jobs/job";
import type { SourceAccessor } from "../../source-accessor";
import type { AddObjectOptions, PathInfo, Store } from "../store";
import { InvalidPathError } from "../store-errors";
import { type CacheFiles, MissingCacheFileError } from "./cache-files";
import type { CacheKnowledge } from "./cache-knowledge";
import { type CacheCodecs, compressionSuffix, compressNarApart, decompressNar, noCodecs } from "./compression";
import { type CompressedNar, compressLarge, narType, openLarge } from "./large-nars";

/** What stands for a cache's object in messages on its files. */
const unnamedNar = toBytes("«unknown»");

/** How a binary cache is used: the settings of the reference's store reference, by their names without dashes. */
export interface BinaryCacheOptions {
	readonly files: CacheFiles;
	readonly storeDir?: string;
	readonly codecs?: CacheCodecs;
	/** `xz` unless told. */
	readonly compression?: string;
	readonly compressionLevel?: number;
	/** Sign what is added with these. */
	readonly secretKeys?: readonly SecretKey[];
	/** Write a listing of each NAR beside its information. */
	readonly writeNarListing?: boolean;
	/** Write where debug information lies, by build identifiers. */
	readonly indexDebugInfo?: boolean;
	/** Where NARs are kept that were looked into. */
	readonly localNarCache?: Pick<CacheFiles, "get" | "put">;
	readonly priority?: number;
	readonly wantMassQuery?: boolean;
	/** No signatures are asked of it. */
	readonly trusted?: boolean;
	/** Keeps what was found out about paths for later runs. */
	readonly knowledge?: CacheKnowledge;
	/** What holds objects that are too large for memory. */
	readonly openSpill?: OpenSpill;
	/** Who compresses files of the host, and decompresses. */
	readonly jobs?: Jobs;
	/** Told how well things were compressed. */
	readonly onDetail?: (message: string) => void;
}

/** A binary cache: a store of compressed NARs with a file of information for each. */
export interface BinaryCache extends Store {
	/** Lower is asked first. */
	readonly priority: number;
	readonly wantMassQuery: boolean;
	readonly trusted: boolean;
	queryPathInfo(path: StorePath): Promise<NarInfo | undefined>;
	/** The whole NAR of a path. */
	narOf(path: StorePath): Promise<Uint8Array>;
}

/** A NAR that may be where it belongs, and whose listing is not always asked for. */
type PackedNar = Omit<CompressedNar, "listing" | "put"> & Partial<CompressedNar>;

/** Two groups of jobs for two threads. */
const pathsForJobs = 64;

const narInfoType = "text/x-nix-narinfo";
/** A number with anything after it, as the reference reads it; its message is that of what reads it there. */
const parsePriority = (text: string): number => {
	const priority = Number.parseInt(text, 10);
	if (Number.isNaN(priority)) throw new FormatError("BAD_CACHE_INFO", "stoi");
	return priority;
};

const defaultPriority = 0;

class BinaryCacheOn implements BinaryCache {
	readonly storeDir: string;
	readonly uri: string;
	private readonly key: string;
	priority: number;
	wantMassQuery: boolean;
	readonly trusted: boolean;
	readonly concurrent = true;
	readonly files: CacheFiles;
	readonly codecs: CacheCodecs;
	private readonly infos = new Map<string, Promise<NarInfo | undefined>>();

	constructor(private readonly options: BinaryCacheOptions) {
		this.files = options.files;
		this.uri = options.files.uri;
		this.key = options.files.key ?? this.uri;
		this.storeDir = options.storeDir ?? defaultStoreDir;
		this.codecs = options.codecs ?? noCodecs;
		this.priority = options.priority ?? defaultPriority;
		this.wantMassQuery = options.wantMassQuery ?? false;
		this.trusted = options.trusted ?? false;
	}

	/** Reads what the cache says of itself, or, where it is empty, writes it. */
	async initialise(): Promise<void> {
		const { files, options } = this;
		files.create?.(options.indexDebugInfo === true);
		const known = options.knowledge?.cacheInfo(this.key);
		if (known !== undefined) {
			this.priority = options.priority ?? known.priority;
			this.wantMassQuery = options.wantMassQuery ?? known.wantMassQuery;
			return;
		}
		const bytes = await (files.getInfo?.("nix-cache-info") ?? files.get("nix-cache-info"));
		if (bytes === undefined) await this.writeCacheInfo();
		else this.readCacheInfo(bytesToString(bytes));
		const { wantMassQuery, priority } = this;
		options.knowledge?.setCacheInfo(this.key, this.storeDir, { wantMassQuery, priority });
	}

	private async writeCacheInfo(): Promise<void> {
		try {
			await this.files.put("nix-cache-info", stringToBytes(`StoreDir: ${this.storeDir}\n`), "text/x-nix-cache-info");
		} catch (error) {
			if (!(error instanceof StoreError) || error.code !== "TRANSFER_FAILED") throw error;
			throw new StoreError("NOT_A_CACHE", `'${this.uri}' does not appear to be a binary cache`, { cause: error });
		}
	}

	private readCacheInfo(text: string): void {
		for (const line of text.split("\n")) {
			const colon = line.indexOf(":");
			if (colon < 0) continue;
			const value = line.slice(colon + 1).trim();
			switch (line.slice(0, colon)) {
				case "StoreDir":
					if (value !== this.storeDir)
						throw new StoreError(
							"OTHER_STORE_DIR",
							`binary cache '${this.uri}' is for Nix stores with prefix '${value}', not '${this.storeDir}'`,
						);
					break;
				case "WantMassQuery":
					this.wantMassQuery = this.options.wantMassQuery ?? value === "1";
					break;
				case "Priority":
					this.priority = this.options.priority ?? parsePriority(value);
					break;
			}
		}
	}

	async isValidPath(path: StorePath): Promise<boolean> {
		return (await this.lookUp(path.hashPart)) !== undefined;
	}

	async queryPathInfo(path: StorePath): Promise<NarInfo | undefined> {
		const info = await this.lookUp(path.hashPart);
		return info === undefined || (info.path.name !== path.name && path.name !== missingName) ? undefined : info;
	}

	private lookUp(hashPart: string): Promise<NarInfo | undefined> {
		let known = this.infos.get(hashPart);
		if (known === undefined) {
			known = this.readInfo(hashPart);
			this.infos.set(hashPart, known);
			known.catch(() => this.infos.delete(hashPart));
		}
		return known;
	}

	private async readInfo(hashPart: string): Promise<NarInfo | undefined> {
		const { knowledge } = this.options;
		const known = knowledge?.lookUp(this.key, hashPart);
		if (known !== undefined) return known === "absent" ? undefined : known;
		const name = `${hashPart}.narinfo`;
		const bytes = await this.files.get(name);
		const info = bytes === undefined ? undefined : parseNarInfo(bytesToString(bytes), name, this.storeDir);
		knowledge?.remember(this.key, hashPart, info);
		return info;
	}

	async queryPathFromHashPart(hashPart: string): Promise<StorePath | undefined> {
		return (await this.lookUp(hashPart))?.path;
	}

	async queryAllValidPaths(): Promise<StorePath[]> {
		const names = await this.files.list?.();
		if (names === undefined)
			throw new StoreError(
				"UNSUPPORTED_OPERATION",
				`operation 'queryAllValidPaths' is not supported by store '${this.uri}'`,
			);
		const parts = names
			.filter((name) => name.length === 40 && name.endsWith(".narinfo"))
			.map((name) => name.slice(0, 32));
		const paths = await Promise.all(parts.map((part) => this.queryPathFromHashPart(part)));
		return paths.flatMap((path) => path ?? []).sort((a, b) => (a.baseName < b.baseName ? -1 : 1));
	}

	private async requireInfo(path: StorePath): Promise<NarInfo> {
		const info = await this.queryPathInfo(path);
		if (info === undefined) throw new InvalidPathError(path, this.storeDir);
		return info;
	}

	async narOf(path: StorePath): Promise<Uint8Array> {
		const info = await this.requireInfo(path);
		const bytes = await this.files.get(info.url);
		if (bytes === undefined) throw new MissingCacheFileError(info.url, this.files.list === undefined ? this.uri : "");
		return decompressNar(this.codecs, info.compression, bytes);
	}

	/** How many paths are worth having under way at once, so that all who do jobs have some. */
	get parallel(): number {
		return this.options.jobs === undefined ? 1 : pathsForJobs;
	}

	async objectSource(path: StorePath): Promise<ObjectSource | undefined> {
		const { files, options } = this;
		if (options.jobs === undefined) return undefined;
		const { url, compression } = await this.requireInfo(path);
		const nar = files.hostPath?.(url) ?? (await files.get(url));
		// Without it, who asks for the NAR hears what is wrong.
		return nar === undefined ? undefined : { nar, compression };
	}

	async accessor(path: StorePath): Promise<SourceAccessor> {
		const large = await openLarge(await this.requireInfo(path), this.files, this.codecs, this.options.openSpill);
		if (large !== undefined) return large(unnamedNar);
		return memoryAccessor(narToMemory(await this.keptNarOf(path)), unnamedNar);
	}

	/** The whole NAR of a path, kept in the local cache of NARs where there is one. */
	private async keptNarOf(path: StorePath): Promise<Uint8Array> {
		const { localNarCache } = this.options;
		if (localNarCache === undefined) return this.narOf(path);
		const name = (await this.requireInfo(path)).narHash.nix32();
		const kept = await localNarCache.get(`${name}.nar`);
		if (kept !== undefined) return kept;
		const nar = await this.narOf(path);
		await localNarCache.put(`${name}.nar`, nar, narType);
		await localNarCache.put(`${name}.ls`, text(printJson(parseNarListing(nar))), "application/json");
		return nar;
	}

	async readDerivation(path: StorePath): Promise<Derivation> {
		const accessor = await this.accessor(path);
		return parseDerivation(bytesToString(accessor.readFile("/")), derivationNameOf(path), this.storeDir);
	}

	async addDerivation(drv: Derivation): Promise<StorePath> {
		const { text, path, hash } = derivationText(drv, this.storeDir);
		const source = memoryAccessor(new MemoryFile(stringToBytes(text)));
		const nar = collectNar(source);
		await this.addWhole(
			{
				path,
				narHash: hashBytes("sha256", nar),
				narSize: nar.length,
				references: derivationReferences(drv),
				signatures: [],
				contentAddress: { method: "text", hash },
				registrationTime: 0,
				ultimate: false,
			},
			nar,
		);
		return path;
	}

	async addObject(
		info: PathInfo,
		source: SourceAccessor,
		sourcePath = "/",
		options: AddObjectOptions = {},
	): Promise<void> {
		if (options.repair !== true && (await this.isValidPath(info.path))) return;
		const tree = subAccessor(source, sourcePath);
		const { compression = "xz", compressionLevel = -1, openSpill } = this.options;
		const large = await compressLarge(info, tree, { compression, level: compressionLevel }, this, openSpill);
		if (large === undefined) return this.addWhole(info, collectNar(tree), options);
		try {
			await this.addCompressed(info, large, options);
		} finally {
			large.close();
		}
	}

	async addFrom(info: PathInfo, source: ObjectSource, otherwise: () => Promise<void>): Promise<void> {
		const { compression = "xz", compressionLevel: level = -1, jobs, writeNarListing, indexDebugInfo } = this.options;
		const { files } = this;
		if (jobs === undefined || !("tree" in source) || writeNarListing === true || indexDebugInfo === true)
			return otherwise();
		const folder = files.hostPath?.("nar");
		const temporary = files.temporaryName?.();
		const packed = await jobs.run({
			...{ kind: "pack", tree: source.tree, narSize: info.narSize, compression, level },
			...(folder === undefined || temporary === undefined
				? {}
				: { keep: { folder, suffix: narSuffix(compression), temporary } }),
		});
		if (packed === undefined) return otherwise();
		const { contents, size } = packed;
		await this.addCompressed(info, {
			compression,
			hash: Hash.ofBase16("sha256", packed.hash),
			size,
			...(contents === undefined ? {} : { put: (url) => files.put(url, contents, narType) }),
		});
	}

	private async addWhole(info: PathInfo, nar: Uint8Array, options?: AddObjectOptions): Promise<void> {
		const { compression = "xz", compressionLevel = -1 } = this.options;
		const compressed = await compressNarApart(this.codecs, compression, nar, compressionLevel);
		const nars: CompressedNar = {
			compression,
			hash: hashBytes("sha256", compressed),
			size: compressed.length,
			listing: () => parseNarListing(nar),
			put: (url) => this.files.put(url, compressed, narType),
		};
		return this.addCompressed(info, nars, options);
	}

	private async addCompressed(
		info: PathInfo,
		{ compression, hash: fileHash, size: fileSize, listing, put }: PackedNar,
		{ repair = false }: AddObjectOptions = {},
	): Promise<void> {
		const { files, options, storeDir } = this;
		let narInfo: NarInfo = {
			...info,
			compression,
			fileHash,
			fileSize,
			url: `nar/${fileHash.nix32()}${narSuffix(compression)}`,
		};
		const shown = info.path.toString(storeDir);
		const saved = ((1 - fileSize / info.narSize) * 100).toFixed(1);
		options.onDetail?.(`copying path '${shown}' (${info.narSize} bytes, compressed ${saved}% in 0 ms) to binary cache`);
		for (const reference of info.references)
			if (!reference.equals(info.path) && (await this.queryPathInfo(reference)) === undefined)
				throw new StoreError(
					"INVALID_REFERENCE",
					`cannot add '${shown}' to the binary cache because the reference '${reference.toString(storeDir)}' is not valid`,
				);
		if (listing !== undefined && (options.writeNarListing === true || options.indexDebugInfo === true)) {
			const root = listing();
			if (options.writeNarListing === true)
				await files.put(`${info.path.hashPart}.ls`, text(printJson({ version: 1, root })), "application/json");
			if (options.indexDebugInfo === true) await this.indexDebugInfo(root, narInfo.url);
		}
		if (put !== undefined && (repair || !(await files.exists(narInfo.url)))) await put(narInfo.url);
		for (const key of options.secretKeys ?? []) narInfo = signPathInfo(narInfo, key, storeDir);
		await this.writeInfo(narInfo);
	}

	private async writeInfo(info: NarInfo): Promise<void> {
		const contents = stringToBytes(writeNarInfo(info, this.storeDir));
		await this.files.put(`${info.path.hashPart}.narinfo`, contents, narInfoType);
		this.infos.set(info.path.hashPart, Promise.resolve(info));
		this.options.knowledge?.remember(this.key, info.path.hashPart, info);
	}

	private async indexDebugInfo(root: NarListing, url: string): Promise<void> {
		const below = (listing: NarListing | undefined, name: string): NarListing | undefined =>
			listing?.type === "directory" && Object.hasOwn(listing.entries, name) ? listing.entries[name] : undefined;
		const folder = ["lib", "debug", ".build-id"].reduce<NarListing | undefined>(below, root);
		if (folder?.type !== "directory") return;
		for (const [first, inner] of Object.entries(folder.entries)) {
			if (inner.type !== "directory" || !/^[0-9a-f]{2}$/.test(first)) continue;
			for (const [rest, file] of Object.entries(inner.entries)) {
				if (file.type !== "regular" || !/^[0-9a-f]{38}\.debug$/.test(rest)) continue;
				const key = `debuginfo/${first}${rest}`;
				if (await this.files.exists(key)) continue;
				const link = { archive: `../${url}`, member: `lib/debug/.build-id/${first}/${rest}` };
				await this.files.put(key, text(printJson(link)), "application/json");
			}
		}
	}

	async addSignatures(path: StorePath, signatures: readonly string[]): Promise<void> {
		const info = await this.requireInfo(path);
		await this.writeInfo({ ...info, signatures: [...new Set([...info.signatures, ...signatures])].sort() });
	}

	async queryRealisation(outputId: string): Promise<StorePath | undefined> {
		return (await this.queryRealisationInfo(outputId))?.outPath;
	}

	async queryRealisationInfo(outputId: string): Promise<Realisation | undefined> {
		const { knowledge } = this.options;
		const known = knowledge?.lookUpRealisation(this.key, outputId);
		if (known !== undefined) return known === "absent" ? undefined : known;
		const bytes = await this.files.get(`realisations/${outputId}.doi`);
		const realisation =
			bytes === undefined
				? undefined
				: { ...unkeyedRealisationFromJSON(parseJson(fromBytes(bytesToString(bytes)))), id: parseOutputId(outputId) };
		knowledge?.rememberRealisation(this.key, outputId, realisation);
		return realisation;
	}

	async registerRealisation(realisation: Realisation): Promise<void> {
		const outputId = renderOutputId(realisation.id);
		const path = `realisations/${outputId}.doi`;
		this.options.knowledge?.rememberRealisation(this.key, outputId, realisation);
		await this.files.put(path, text(printJson(realisationToJSON(realisation))), "application/json");
	}

	async buildLog(drvPath: StorePath): Promise<Uint8Array | undefined> {
		return this.files.get(`log/${drvPath.baseName}`);
	}

	async addBuildLog(drvPath: StorePath, log: Uint8Array): Promise<void> {
		await this.files.put(`log/${drvPath.baseName}`, log, "text/plain; charset=utf-8");
	}
}

/** What a path is called of which only the hash part is known. */
const missingName = "x";

const text = (value: string): Uint8Array => stringToBytes(toBytes(value));

const narSuffix = (compression: string): string => `.nar${compressionSuffix[compression] ?? ""}`;

/** A whole NAR. */
const collectNar = (source: SourceAccessor): Uint8Array => {
	const chunks: Uint8Array[] = [];
	let size = 0;
	writeNar(source, "/", (chunk) => {
		chunks.push(chunk.slice());
		size += chunk.length;
	});
	const out = new Uint8Array(size);
	let at = 0;
	for (const chunk of chunks) {
		out.set(chunk, at);
		at += chunk.length;
	}
	return out;
};

/**
 * Open a binary cache: read what it says of itself, or make an empty one. Throws where it is for other store paths, or
 * no cache at all. Implements the "HTTP binary cache store" and the "local binary cache store" of the manual.
 */
export const openBinaryCache = async (options: BinaryCacheOptions): Promise<BinaryCache> => {
	const cache = new BinaryCacheOn(options);
	await cache.initialise();
	return cache;
};

/** The path that has only a hash part, for looking it up. */
export const pathOfHashPart = (hashPart: string): StorePath => {
	const path = maybeParseBaseName(`${hashPart}-${missingName}`);
	if (path === undefined) throw new FormatError("BAD_HASH_PART", `invalid hash part '${hashPart}'`);
	return path;
};

/** Whether a store is a binary cache. */
export const isBinaryCache = (store: Store): store is BinaryCache => store instanceof BinaryCacheOn;
