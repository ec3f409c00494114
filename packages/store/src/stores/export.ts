import { FormatError, StoreError } from "../errors";
import { memoryAccessor } from "../accessors/memory";
import { type ByteString, bytesToString, stringToBytes } from "../byte-string";
import { createHasher, hashBytes } from "../formats/hash";
import { narToMemory } from "../formats/nar/memory";
import { writeNar } from "../formats/nar/write";
import { parseStorePath, StorePath } from "../formats/store-path";
import type { SyncStore } from "./store";
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
		const info = store.queryPathInfo(path);
		if (info === undefined) throw new InvalidPathError(path, store.storeDir);
		write(integer(1));
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

/** Reads numbers and strings, as the protocols of Nix have them. */
class WireReader {
	at = 0;

	constructor(readonly bytes: Uint8Array) {}

	private take(length: number): Uint8Array {
		if (this.at + length > this.bytes.length) throw new FormatError("UNEXPECTED_EOF", "unexpected end-of-file");
		const taken = this.bytes.subarray(this.at, this.at + length);
		this.at += length;
		return taken;
	}

	integer(): number {
		const bytes = this.take(8);
		const view = new DataView(bytes.buffer, bytes.byteOffset, 8);
		return view.getUint32(0, true) + view.getUint32(4, true) * 2 ** 32;
	}

	string(): ByteString {
		const length = this.integer();
		const text = bytesToString(this.take(length));
		for (const byte of this.take((8 - (length % 8)) % 8))
			if (byte !== 0) throw new FormatError("BAD_PADDING", "non-zero padding");
		return text;
	}

	/** The bytes of a NAR that begins here. */
	nar(): Uint8Array {
		const start = this.at;
		this.at += narLength(this.bytes.subarray(start));
		return this.bytes.subarray(start, this.at);
	}
}

/** How long the NAR is that some bytes begin with: found by reading it string by string. */
const narLength = (bytes: Uint8Array): number => {
	const reader = new WireReader(bytes);
	let depth = 0;
	reader.string();
	do {
		const word = reader.string();
		if (word === "(") depth++;
		else if (word === ")") depth--;
		else if (word === "contents" || word === "target" || word === "name") reader.string();
	} while (depth > 0);
	return reader.at;
};

/**
 * Add the paths that {@link exportPaths} wrote. Gives them, in their order. Throws a {@link FormatError} for anything
 * else.
 */
export const importPaths = (store: SyncStore, bytes: Uint8Array): StorePath[] => {
	const reader = new WireReader(bytes);
	const added: StorePath[] = [];
	for (;;) {
		const more = reader.integer();
		if (more === 0) return added;
		if (more !== 1)
			throw new FormatError("BAD_EXPORT", "input doesn't look like something created by 'nix-store --export'");
		const nar = reader.nar();
		const tree = memoryAccessor(narToMemory(nar));
		if (reader.integer() !== exportMagic)
			throw new FormatError("BAD_EXPORT", "Nix archive cannot be imported; wrong format");
		const path = parseStorePath(reader.string(), store.storeDir);
		const references = Array.from({ length: reader.integer() }, () => parseStorePath(reader.string(), store.storeDir));
		const deriver = reader.string();
		if (reader.integer() === 1) reader.string(); // a signature of old
		const info = {
			path,
			narHash: hashBytes("sha256", nar),
			narSize: nar.length,
			references: references.sort(StorePath.compare),
			...(deriver === "" ? {} : { deriver: parseStorePath(deriver, store.storeDir) }),
			signatures: [],
			registrationTime: 0,
			ultimate: false,
		};
		store.addObject(info, tree);
		added.push(path);
	}
};
