import { memoryAccessor } from "../accessors/memory";
import { type ByteString, stringToBytes } from "../byte-string";
import { FormatError, StoreError } from "../errors";
import { createHasher } from "../formats/hash";
import { narHash } from "../formats/nar/hash";
import { type OpenSpill, SpillingTreeBuilder } from "../formats/nar/spill";
import { writeNar } from "../formats/nar/write";
import { parseStorePath, StorePath } from "../formats/store-path";
import { type BlockingDuplex, converseBlocking, type Talk } from "../protocol/talk";
import { WireReader } from "../protocol/wire-reader";
import type { PathInfo, SyncStore } from "./store";
import { InvalidPathError } from "./store-errors";

const exportMagic = 0x4558494e;

const integer = (value: number): Uint8Array => {
	const bytes = new Uint8Array(8);
	new DataView(bytes.buffer).setUint32(0, value, true);
	return bytes;
};

const string = (text: ByteString): Uint8Array => {
	const bytes = new Uint8Array(8 + Math.ceil(text.length / 8) * 8);
	new DataView(bytes.buffer).setUint32(0, text.length, true);
	bytes.set(stringToBytes(text), 8);
	return bytes;
};

/**
 * Write paths in the form of `nix-store --export`, each after what it refers to: `paths` are in that order. Throws where
 * files have changed since they were added.
 */
export const exportPaths = (store: SyncStore, paths: Iterable<StorePath>, write: (chunk: Uint8Array) => void): void => {
	for (const path of paths) {
		write(integer(1));
		const info = store.queryPathInfo(path);
		if (info === undefined) throw new InvalidPathError(path, store.storeDir);
		const hasher = createHasher("sha256");
		writeNar(store.accessor(path), "/", (chunk) => {
			hasher.update(chunk);
			write(chunk);
		});
		const hash = hasher.digest();
		const shown = path.toString(store.storeDir);
		if (!hash.equals(info.narHash))
			throw new StoreError("PATH_CHANGED", `hash of path '${shown}' has changed from '${info.narHash}' to '${hash}'!`);
		write(integer(exportMagic));
		write(string(shown));
		write(integer(info.references.length));
		for (const reference of info.references) write(string(reference.toString(store.storeDir)));
		write(string(info.deriver?.toString(store.storeDir) ?? ""));
		write(integer(0));
	}
	write(integer(0));
};

/** A store object that is being imported, whose files have arrived. */
function* readExported(from: WireReader, storeDir: string, builder: SpillingTreeBuilder): Talk<PathInfo> {
	yield* from.nar(builder);
	if ((yield* from.big()) !== BigInt(exportMagic))
		throw new FormatError("BAD_EXPORT", "Nix archive cannot be imported; wrong format");
	const path = parseStorePath(yield* from.string(), storeDir);
	const references = (yield* from.strings()).map((text) => parseStorePath(text, storeDir));
	const deriver = yield* from.string();
	if ((yield* from.big()) === 1n) yield* from.string(); // a signature of old
	const { hash, size } = narHash(memoryAccessor(builder.root));
	return {
		path,
		narHash: hash,
		narSize: size,
		references: references.sort(StorePath.compare),
		...(deriver === "" ? {} : { deriver: parseStorePath(deriver, storeDir) }),
		signatures: [],
		registrationTime: 0,
		ultimate: false,
	};
}

/**
 * Add the paths that {@link exportPaths} wrote, each as soon as it has come. Gives them, in their order. Large objects
 * are held by what `openSpill` makes; in memory without it. Throws a {@link FormatError} for anything else.
 */
export const importPaths = (
	store: SyncStore,
	bytes: Uint8Array | Iterable<Uint8Array>,
	openSpill?: OpenSpill,
): StorePath[] => {
	const pieces = (bytes instanceof Uint8Array ? [bytes] : bytes)[Symbol.iterator]();
	const receive = (): Uint8Array | undefined => {
		const next = pieces.next();
		return next.done === true ? undefined : next.value;
	};
	const duplex: BlockingDuplex = { receive, poll: () => undefined, send: () => {}, close: () => {} };
	const from = new WireReader();
	const added: StorePath[] = [];
	for (;;) {
		const more = converseBlocking(from.big(), duplex);
		if (more === 0n) return added;
		if (more !== 1n)
			throw new FormatError("BAD_EXPORT", "input doesn't look like something created by 'nix-store --export'");
		const builder = new SpillingTreeBuilder(openSpill);
		try {
			const info = converseBlocking(readExported(from, store.storeDir, builder), duplex);
			store.addObject(info, memoryAccessor(builder.root));
			added.push(info.path);
		} finally {
			builder.dispose();
		}
	}
};
