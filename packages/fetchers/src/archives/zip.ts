import { bytesToString } from "@tsnix/store";
import { ArchiveError } from "../errors";
import { buffered, type ByteSource, partOf, piecesOf } from "./bytes";
import { type Codecs, inflatePieces } from "./codecs";
import type { ArchiveEntry } from "./entry";

const endSignature = 0x06054b50;
const end64Signature = 0x06064b50;
const locator64Signature = 0x07064b50;
const centralSignature = 0x02014b50;
const localSignature = 0x04034b50;

const damaged = (): ArchiveError => new ArchiveError("BAD_ARCHIVE", "Damaged Zip archive");

/** Whether bytes begin as a zip archive does. */
export const isZip = (data: Uint8Array): boolean =>
	data[0] === 0x50 && data[1] === 0x4b && ((data[2] === 3 && data[3] === 4) || (data[2] === 5 && data[3] === 6));

const crcTable = Uint32Array.from({ length: 256 }, (_, n) => {
	let c = n;
	for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
	return c >>> 0;
});

/** The checksum of what comes after bytes whose checksum is `before`. */
const crc32 = (data: Uint8Array, before: number): number => {
	let c = ~before;
	for (let i = 0; i < data.length; i++) c = (crcTable[(c ^ (data[i] as number)) & 0xff] as number) ^ (c >>> 8);
	return ~c >>> 0;
};

const viewOf = (data: Uint8Array): DataView => new DataView(data.buffer, data.byteOffset, data.byteLength);

interface Directory {
	readonly count: number;
	readonly offset: number;
}

/** The error about an archive whose end is missing: what the reference finds when it reads it from the beginning. */
const cut = (source: ByteSource): ArchiveError => {
	const { size } = source;
	const head = viewOf(source.read(0, 30));
	const isHeader = size < 30 || size < 30 + head.getUint16(26, true) + head.getUint16(28, true);
	return new ArchiveError(
		"BAD_ARCHIVE",
		isHeader
			? "cannot get archive member name: Truncated ZIP file header"
			: "cannot read file from tarball: Truncated ZIP file data",
	);
};

/** Bytes of the record that says where the real one is. */
const locatorSize = 20;

const findDirectory = (source: ByteSource): Directory => {
	const start = Math.max(0, source.size - 22 - 0xffff - locatorSize);
	const view = viewOf(source.read(start, source.size - start));
	for (let at = view.byteLength - 22; at >= 0; at--) {
		if (view.getUint32(at, true) !== endSignature) continue;
		const count = view.getUint16(at + 10, true);
		const offset = view.getUint32(at + 16, true);
		const locator = at - locatorSize;
		if ((count !== 0xffff && offset !== 0xffffffff) || locator < 0) return { count, offset };
		if (view.getUint32(locator, true) !== locator64Signature) return { count, offset };
		const place = Number(view.getBigUint64(locator + 8, true));
		const end = viewOf(source.read(place, 56));
		if (end.byteLength < 56 || end.getUint32(0, true) !== end64Signature) throw damaged();
		return { count: Number(end.getBigUint64(32, true)), offset: Number(end.getBigUint64(48, true)) };
	}
	throw cut(source);
};

/** The records of an entry's extra field, by their tag. */
const extraFields = (data: Uint8Array): Map<number, DataView> => {
	const found = new Map<number, DataView>();
	const view = viewOf(data);
	for (let at = 0; at + 4 <= data.length; ) {
		const length = view.getUint16(at + 2, true);
		if (at + 4 + length > data.length) break;
		found.set(view.getUint16(at, true), new DataView(data.buffer, data.byteOffset + at + 4, length));
		at += 4 + length;
	}
	return found;
};

/** The modification time: the Unix one of the extra fields, else the DOS one, which is taken as UTC. */
const timeOf = (extra: Map<number, DataView>, time: number, date: number): number => {
	const unix = extra.get(0x5455);
	if (unix !== undefined && unix.byteLength >= 5 && (unix.getUint8(0) & 1) !== 0) return unix.getInt32(1, true);
	const old = extra.get(0x5855);
	if (old !== undefined && old.byteLength >= 8) return old.getInt32(4, true);
	const seconds = Date.UTC(
		(date >> 9) + 1980,
		((date >> 5) & 15) - 1,
		date & 31,
		time >> 11,
		(time >> 5) & 63,
		(time & 31) * 2,
	);
	return seconds / 1000;
};

/** Bytes that a link's target may have. */
const maxTarget = 1 << 16;

/** Members of up to so many bytes, packed or not, are inflated at once. */
const wholeMember = 1 << 25;

/** Inflates a member, whose size is known to be plausible. */
const inflate = (packed: ByteSource, size: number, codecs: Codecs, write: (piece: Uint8Array) => void): void => {
	try {
		if (packed.size <= wholeMember && size <= wholeMember) write(codecs.inflateRaw(packed.read(0, packed.size), size));
		else inflatePieces(piecesOf(packed), write);
	} catch (cause) {
		if (cause instanceof ArchiveError) throw cause;
		throw new ArchiveError("BAD_ARCHIVE", `ZIP decompression failed (${(cause as Error).message})`, { cause });
	}
};

/** Keeps the bytes of a member, `size` of them, that are written piece by piece. */
export type KeepMember = (size: number, fill: (write: (piece: Uint8Array) => void) => void) => ByteSource;

/** A central directory's entry. */
interface Member {
	readonly size: number;
	readonly packed: number;
	readonly method: number;
	readonly crc: number;
	/** Where its bytes begin. */
	readonly start: number;
}

/** What a member contains, checked. */
const contentsOf = (source: ByteSource, member: Member, codecs: Codecs, keep: KeepMember): ByteSource => {
	const { size, packed, method, crc, start } = member;
	if (method !== 0 && method !== 8)
		throw new ArchiveError("BAD_ARCHIVE", `Unsupported ZIP compression method (${method})`);
	const bad = () => new ArchiveError("BAD_ARCHIVE", "ZIP bad CRC");
	// No deflated byte becomes more than 1032.
	if (size > packed * 1032 + 1024) throw bad();
	const stored = partOf(source, start, packed);
	let found = 0;
	let seen = 0;
	const check = (piece: Uint8Array): void => {
		seen += piece.length;
		if (seen > size) throw bad();
		found = crc32(piece, found);
	};
	let contents = stored;
	if (method === 0) for (const piece of piecesOf(stored)) check(piece);
	else
		contents = keep(size, (write) =>
			inflate(stored, size, codecs, (piece) => {
				check(piece);
				write(piece);
			}),
		);
	if (seen !== size || found !== crc) throw bad();
	return contents;
};

/**
 * The members of a zip archive, in the order of its central directory, with the kinds and modes that Unix programs
 * note there. No more than pieces of the archive are held. `limit` is how many bytes one member may inflate to; `keep`
 * takes what it inflates to. Throws {@link ArchiveError} for damaged ones.
 */
export function* readZip(source: ByteSource, codecs: Codecs, limit: number, keep: KeepMember): Generator<ArchiveEntry> {
	const { count, offset } = findDirectory(source);
	const directory = buffered(source);
	const locals = buffered(source);
	let at = offset;
	for (let n = 0; n < count; n++) {
		const view = viewOf(directory.read(at, 46));
		if (view.byteLength < 46 || view.getUint32(0, true) !== centralSignature) throw damaged();
		const madeOn = view.getUint8(5);
		const flags = view.getUint16(8, true);
		const method = view.getUint16(10, true);
		const crc = view.getUint32(16, true);
		const nameLength = view.getUint16(28, true);
		const extraLength = view.getUint16(30, true);
		const commentLength = view.getUint16(32, true);
		const mtimes = [view.getUint16(12, true), view.getUint16(14, true)] as const;
		const attributes = view.getUint32(38, true);
		let size = view.getUint32(24, true);
		let packed = view.getUint32(20, true);
		let local = view.getUint32(42, true);
		const texts = directory.read(at + 46, nameLength + extraLength);
		const rawName = bytesToString(texts.subarray(0, nameLength));
		const extra = extraFields(texts.slice(nameLength));
		const wide = extra.get(0x0001);
		if (wide !== undefined) {
			let field = 0;
			const next = () => {
				if (field + 8 > wide.byteLength) throw damaged();
				field += 8;
				return Number(wide.getBigUint64(field - 8, true));
			};
			if (size === 0xffffffff) size = next();
			if (packed === 0xffffffff) packed = next();
			if (local === 0xffffffff) local = next();
		}
		const mtime = timeOf(extra, ...mtimes);
		at += 46 + nameLength + extraLength + commentLength;
		if ((flags & 1) !== 0) throw new ArchiveError("BAD_ARCHIVE", "Encrypted file is unsupported");
		if (size > limit) throw new ArchiveError("ARCHIVE_TOO_LARGE", `'${rawName}' in the archive is too large`);
		const header = viewOf(locals.read(local, 30));
		if (header.byteLength < 30 || header.getUint32(0, true) !== localSignature) throw damaged();
		const start = local + 30 + header.getUint16(26, true) + header.getUint16(28, true);
		if (start + packed > source.size) throw damaged();
		const body = () => contentsOf(source, { size, packed, method, crc, start }, codecs, keep);
		const path = rawName.replaceAll("\\", madeOn === 0 ? "/" : "\\");
		const mode = madeOn === 3 ? attributes >>> 16 : 0;
		const kind = mode & 0o170000;
		if (path.endsWith("/") || kind === 0o040000) yield { path, mtime, kind: "directory" };
		else if (kind === 0o120000) {
			if (size > maxTarget) throw damaged();
			yield { path, mtime, kind: "symlink", target: bytesToString(body().read(0, size)) };
		} else yield { path, mtime, kind: "regular", executable: (mode & 0o100) !== 0, contents: body() };
	}
}
