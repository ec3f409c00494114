import { bytesToString } from "@tsnix/store";
import { ArchiveError } from "../errors";
import type { ByteSource } from "./bytes";
import type { Codecs } from "./codecs";
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

const crc32 = (data: Uint8Array): number => {
	let c = 0xffffffff;
	for (let i = 0; i < data.length; i++) c = (crcTable[(c ^ (data[i] as number)) & 0xff] as number) ^ (c >>> 8);
	return (c ^ 0xffffffff) >>> 0;
};

interface Directory {
	readonly count: number;
	readonly offset: number;
}

/** The error about an archive whose end is missing: what the reference finds when it reads it from the beginning. */
const cut = (view: DataView): ArchiveError => {
	const size = view.byteLength;
	const isHeader = size < 30 || size < 30 + view.getUint16(26, true) + view.getUint16(28, true);
	return new ArchiveError(
		"BAD_ARCHIVE",
		isHeader
			? "cannot get archive member name: Truncated ZIP file header"
			: "cannot read file from tarball: Truncated ZIP file data",
	);
};

const findDirectory = (view: DataView): Directory => {
	const lowest = Math.max(0, view.byteLength - 22 - 0xffff);
	for (let at = view.byteLength - 22; at >= lowest; at--) {
		if (view.getUint32(at, true) !== endSignature) continue;
		const count = view.getUint16(at + 10, true);
		const offset = view.getUint32(at + 16, true);
		const locator = at - 20;
		if ((count !== 0xffff && offset !== 0xffffffff) || locator < 0) return { count, offset };
		if (view.getUint32(locator, true) !== locator64Signature) return { count, offset };
		const end64 = Number(view.getBigUint64(locator + 8, true));
		if (!(end64 + 56 <= view.byteLength) || view.getUint32(end64, true) !== end64Signature) throw damaged();
		return { count: Number(view.getBigUint64(end64 + 32, true)), offset: Number(view.getBigUint64(end64 + 48, true)) };
	}
	throw cut(view);
};

/** The records of an entry's extra field, by their tag. */
const extraFields = (data: Uint8Array): Map<number, DataView> => {
	const found = new Map<number, DataView>();
	const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
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

const inflated = (codecs: Codecs, data: Uint8Array, size: number): Uint8Array => {
	try {
		return codecs.inflateRaw(data, size);
	} catch (cause) {
		throw new ArchiveError("BAD_ARCHIVE", `ZIP decompression failed (${(cause as Error).message})`, { cause });
	}
};

/**
 * The members of a zip archive, in the order of its central directory, with the kinds and modes that Unix programs
 * note there. `limit` is how many bytes one member may inflate to; `keep` takes what it inflates to. Throws
 * {@link ArchiveError} for damaged ones.
 */
export function* readZip(
	data: Uint8Array,
	codecs: Codecs,
	limit: number,
	keep: (contents: Uint8Array) => ByteSource,
): Generator<ArchiveEntry> {
	const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
	const { count, offset } = findDirectory(view);
	let at = offset;
	for (let n = 0; n < count; n++) {
		if (at + 46 > data.length || view.getUint32(at, true) !== centralSignature) throw damaged();
		const madeOn = view.getUint8(at + 5);
		const flags = view.getUint16(at + 8, true);
		const method = view.getUint16(at + 10, true);
		const crc = view.getUint32(at + 16, true);
		const nameLength = view.getUint16(at + 28, true);
		const extraLength = view.getUint16(at + 30, true);
		const nameEnd = at + 46 + nameLength;
		const rawName = bytesToString(data.subarray(at + 46, nameEnd));
		const extra = extraFields(data.subarray(nameEnd, nameEnd + extraLength));
		let size = view.getUint32(at + 24, true);
		let packed = view.getUint32(at + 20, true);
		let local = view.getUint32(at + 42, true);
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
		const mtime = timeOf(extra, view.getUint16(at + 12, true), view.getUint16(at + 14, true));
		const attributes = view.getUint32(at + 38, true);
		at = nameEnd + extraLength + view.getUint16(at + 32, true);
		if ((flags & 1) !== 0) throw new ArchiveError("BAD_ARCHIVE", "Encrypted file is unsupported");
		if (size > limit) throw new ArchiveError("ARCHIVE_TOO_LARGE", `'${rawName}' in the archive is too large`);
		if (local + 30 > data.length || view.getUint32(local, true) !== localSignature) throw damaged();
		const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
		if (start + packed > data.length) throw damaged();
		const body = () => {
			const stored = data.subarray(start, start + packed);
			if (method !== 0 && method !== 8)
				throw new ArchiveError("BAD_ARCHIVE", `Unsupported ZIP compression method (${method})`);
			// No deflated byte becomes more than 1032.
			if (size > packed * 1032 + 1024) throw new ArchiveError("BAD_ARCHIVE", "ZIP bad CRC");
			const contents = method === 0 ? stored : inflated(codecs, stored, size);
			if (contents.length !== size || crc32(contents) !== crc) throw new ArchiveError("BAD_ARCHIVE", "ZIP bad CRC");
			return contents;
		};
		const path = rawName.replaceAll("\\", madeOn === 0 ? "/" : "\\");
		const mode = madeOn === 3 ? attributes >>> 16 : 0;
		const kind = mode & 0o170000;
		if (path.endsWith("/") || kind === 0o040000) yield { path, mtime, kind: "directory" };
		else if (kind === 0o120000) {
			if (size > maxTarget) throw damaged();
			yield { path, mtime, kind: "symlink", target: bytesToString(body()) };
		} else yield { path, mtime, kind: "regular", executable: (mode & 0o100) !== 0, contents: keep(body()) };
	}
}
