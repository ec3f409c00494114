import { type StoredContents, memoryAccessor } from "../../accessors/memory";
import { createHasher, type Hash } from "../../formats/hash";
import { narChunks } from "../../formats/nar/chunks";
import { type NarListing, NarListingBuilder } from "../../formats/nar/listing";
import { NarParser, parseNarStream } from "../../formats/nar/parse";
import { type OpenSpill, SpillingTreeBuilder } from "../../formats/nar/spill";
import type { NarInfo } from "../../formats/narinfo";
import type { SourceAccessor } from "../../source-accessor";
import type { PathInfo } from "../store";
import { type CacheFiles, MissingCacheFileError } from "./cache-files";
import type { CacheCodecs } from "./compression";

/** NARs from this size on are not held in memory, in bytes. */
const large = 1 << 24;

export const narType = "application/x-nix-nar";

/** A NAR that was compressed, before it is put into a cache. */
export interface CompressedNar {
	readonly compression: string;
	/** Of the compressed file. */
	readonly hash: Hash;
	/** Of the compressed file, in bytes. */
	readonly size: number;
	readonly listing: () => NarListing;
	readonly put: (url: string) => Promise<void>;
}

/**
 * Reads a cache's large NAR as it comes. Gives what makes the accessor of its files, which has to be disposed of;
 * undefined where it is better read at once, or can only be.
 */
export const openLarge = async (
	info: NarInfo,
	files: CacheFiles,
	codecs: CacheCodecs,
	openSpill: OpenSpill | undefined,
): Promise<((shown: string) => SourceAccessor) | undefined> => {
	if (info.narSize < large || files.open === undefined || openSpill === undefined) return undefined;
	const { compression, url } = info;
	const nar = compression === "none" ? opened(files, url) : codecs.decompressing?.(compression, opened(files, url));
	if (nar === undefined) return undefined;
	const builder = new SpillingTreeBuilder(openSpill);
	try {
		await parseNarStream(nar, builder);
	} catch (error) {
		builder.dispose();
		throw error;
	}
	return (shown) => Object.assign(memoryAccessor(builder.root, shown), { dispose: () => builder.dispose() });
};

/** A file of a cache, opened when it is first read. */
async function* opened(files: CacheFiles, path: string): AsyncGenerator<Uint8Array> {
	const pieces = await files.open?.(path);
	if (pieces === undefined) throw new MissingCacheFileError(path, files.list === undefined ? files.uri : "");
	yield* pieces;
}

async function* later(pieces: Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
	yield* pieces;
}

/** Compresses a large NAR piece by piece. Undefined where it is better done at once, or can only be. */
export const compressLarge = async (
	info: PathInfo,
	source: SourceAccessor,
	{ compression, level }: { readonly compression: string; readonly level: number },
	{ files, codecs }: { readonly files: CacheFiles; readonly codecs: CacheCodecs },
	openSpill: OpenSpill | undefined,
): Promise<(CompressedNar & { readonly close: () => void }) | undefined> => {
	const { putLarge } = files;
	if (info.narSize < large || putLarge === undefined || openSpill === undefined) return undefined;
	const listing = new NarListingBuilder();
	const parser = new NarParser(listing);
	const watched = function* (): Generator<Uint8Array> {
		for (const piece of narChunks(source)) {
			parser.write(piece);
			yield piece;
		}
	};
	const compressed = compression === "none" ? later(watched()) : codecs.compressing?.(compression, watched(), level);
	if (compressed === undefined) return undefined;
	const spill = openSpill();
	try {
		const hasher = createHasher("sha256");
		for await (const piece of compressed) {
			hasher.update(piece);
			spill.append(piece);
		}
		const { size } = spill;
		const contents: StoredContents = { size, read: () => spill.read(0, size) };
		return {
			compression,
			hash: hasher.digest(),
			size,
			listing: () => listing.listing,
			put: (url) => putLarge(url, contents, narType),
			close: () => spill.close(),
		};
	} catch (error) {
		spill.close();
		throw error;
	}
};
