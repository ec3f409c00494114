import { bytesToString } from "@tsnix/store";
import { ArchiveError } from "../errors";
import { type ByteSource, buffered, partOf, type SparsePiece, sparseBytes } from "./bytes";
import type { ArchiveEntry } from "./entry";

const blockSize = 512;

const cString = (block: Uint8Array, offset: number, length: number): string => {
	const text = bytesToString(block.subarray(offset, offset + length));
	const end = text.indexOf("\0");
	return end === -1 ? text : text.slice(0, end);
};

/** A number field: octal text, or base 256 where the first bit is set (GNU). */
const number = (block: Uint8Array, offset: number, length: number): number => {
	if (((block[offset] as number) & 0x80) === 0) {
		const text = cString(block, offset, length).trim();
		return text === "" ? 0 : Number.parseInt(text, 8);
	}
	const negative = ((block[offset] as number) & 0x40) !== 0;
	let value = negative ? (block[offset] as number) - 0x100 : (block[offset] as number) & 0x3f;
	for (let i = 1; i < length; i++) value = value * 256 + (block[offset + i] as number);
	return value;
};

const checksumFits = (block: Uint8Array): boolean => {
	let unsigned = 0;
	let signed = 0;
	for (let i = 0; i < blockSize; i++) {
		const byte = i >= 148 && i < 156 ? 0x20 : (block[i] as number);
		unsigned += byte;
		signed += byte > 127 ? byte - 256 : byte;
	}
	const stored = number(block, 148, 8);
	return stored === unsigned || stored === signed;
};

/** Records of a pax header: `LENGTH NAME=VALUE\n`. */
const parsePax = (data: Uint8Array): Map<string, string> => {
	const text = bytesToString(data);
	const found = new Map<string, string>();
	for (let at = 0; at < text.length; ) {
		const space = text.indexOf(" ", at);
		const length = Number.parseInt(text.slice(at, space), 10);
		if (space === -1 || !(length > space - at)) break;
		const record = text.slice(space + 1, at + length - 1);
		const equals = record.indexOf("=");
		if (equals > 0) found.set(record.slice(0, equals), record.slice(equals + 1));
		at += length;
	}
	return found;
};

const damagedSparse = (): ArchiveError => new ArchiveError("BAD_ARCHIVE", "damaged sparse file in archive");

/** A sparse file as a whole one. Nothing is filled in before it is read. */
const expandSparse = (data: ByteSource, pieces: readonly SparsePiece[], size: number, limit: number): ByteSource => {
	if (!Number.isSafeInteger(size) || size < 0) throw damagedSparse();
	if (size > limit) throw new ArchiveError("ARCHIVE_TOO_LARGE", "a sparse file of the archive is too large");
	let end = 0;
	let stored = 0;
	for (const piece of pieces) {
		if (!(piece.offset >= end && piece.size >= 0 && piece.offset + piece.size <= size)) throw damagedSparse();
		end = piece.offset + piece.size;
		stored += piece.size;
	}
	if (stored > data.size) throw damagedSparse();
	return sparseBytes(data, pieces, size);
};

const gnuSparse = (block: Uint8Array, offset: number, count: number): SparsePiece[] => {
	const pieces: SparsePiece[] = [];
	for (let i = 0; i < count; i++) {
		if (block[offset + i * 24] === 0) break;
		pieces.push({ offset: number(block, offset + i * 24, 12), size: number(block, offset + i * 24 + 12, 12) });
	}
	return pieces;
};

/** The sparse map at the start of a pax 1.0 sparse file, and where its data begins. */
const paxSparse = (data: ByteSource): { pieces: SparsePiece[]; start: number } => {
	const head = bytesToString(data.read(0, 1 << 20));
	let at = 0;
	const next = () => {
		const end = head.indexOf("\n", at);
		const text = end === -1 ? "" : head.slice(at, end);
		if (!/^\d{1,15}$/.test(text)) throw damagedSparse();
		at = end + 1;
		return Number(text);
	};
	const pieces: SparsePiece[] = [];
	for (let count = next(); count > 0; count--) pieces.push({ offset: next(), size: next() });
	return { pieces, start: Math.ceil(at / blockSize) * blockSize };
};

/** A time that a lock file can hold. */
const timeOf = (seconds: number): number =>
	Number.isNaN(seconds) ? 0 : Math.max(Number.MIN_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, Math.floor(seconds)));

/** Bytes that a header about another header may have: names are no longer. */
const maxMeta = 1 << 22;

const untilNul = (text: string): string => {
	const end = text.indexOf("\0");
	return end === -1 ? text : text.slice(0, end);
};

/** Whether bytes look like a tar archive: the first block is a header (or the archive is empty). */
export const isTar = (source: ByteSource): boolean => {
	const block = source.read(0, blockSize);
	if (block.length < blockSize) return false;
	return block.every((byte) => byte === 0) || checksumFits(block);
};

/**
 * The members of a tar archive: old, ustar, pax and GNU, with long names, links and sparse files. `limit` is the size that
 * sparse files may have once expanded. Throws {@link ArchiveError} for damaged ones.
 */
export function* readTar(source: ByteSource, limit: number): Generator<ArchiveEntry> {
	const globals = new Map<string, string>();
	let pax = new Map<string, string>();
	let longName: string | undefined;
	let longLink: string | undefined;
	const data = buffered(source);
	for (let at = 0; at + blockSize <= data.size; ) {
		const block = data.read(at, blockSize);
		if (block[0] === 0 && block.every((byte) => byte === 0)) return;
		if (!checksumFits(block))
			throw new ArchiveError(
				"BAD_ARCHIVE",
				"cannot get archive member name: Damaged tar archive (bad header checksum)",
			);
		at += blockSize;
		const type = String.fromCharCode(block[156] as number);
		const isMeta = "xgXLKV".includes(type);
		let size = number(block, 124, 12);
		if (!isMeta) size = Number(pax.get("size") ?? globals.get("size") ?? size);
		const hasBody = !"123456".includes(type);
		if (!(size >= 0)) throw new ArchiveError("BAD_ARCHIVE", "Damaged tar archive");
		let headerPieces: SparsePiece[] = [];
		let headerSize = 0;
		if (type === "S") {
			headerPieces = gnuSparse(block, 386, 4);
			headerSize = number(block, 483, 12);
			let more = block[482] !== 0;
			while (more && at + blockSize <= data.size) {
				const extension = data.read(at, blockSize);
				headerPieces.push(...gnuSparse(extension, 0, 21));
				more = extension[504] !== 0;
				at += blockSize;
			}
		}
		const length = hasBody ? size : 0;
		if (!(at + length <= data.size))
			throw new ArchiveError(
				"BAD_ARCHIVE",
				"cannot read file from tarball: Truncated tar archive detected while reading data",
			);
		let body = partOf(source, at, length);
		at += Math.ceil(length / blockSize) * blockSize;
		if (isMeta) {
			if (length > maxMeta) throw new ArchiveError("BAD_ARCHIVE", "Damaged tar archive (a header is too large)");
			const meta = body.read(0, length);
			if (type === "x" || type === "X") pax = parsePax(meta);
			else if (type === "g") for (const [name, value] of parsePax(meta)) globals.set(name, value);
			else if (type === "L") longName = untilNul(bytesToString(meta));
			else if (type === "K") longLink = untilNul(bytesToString(meta));
			continue;
		}
		const ustar = cString(block, 257, 5) === "ustar";
		const gnu = cString(block, 257, 8) === "ustar  ";
		const prefix = ustar && !gnu ? cString(block, 345, 155) : "";
		const attribute = (name: string) => pax.get(name) ?? globals.get(name);
		const shortName = cString(block, 0, 100);
		const path = untilNul(
			attribute("GNU.sparse.name") ??
				attribute("path") ??
				longName ??
				(prefix === "" ? shortName : `${prefix}/${shortName}`),
		);
		const target = untilNul(attribute("linkpath") ?? longLink ?? cString(block, 157, 100));
		const mtime = timeOf(Number(attribute("mtime") ?? number(block, 136, 12)));
		const mode = number(block, 100, 8);
		if (type === "S") body = expandSparse(body, headerPieces, headerSize, limit);
		else if (attribute("GNU.sparse.major") === "1") {
			const { pieces, start } = paxSparse(body);
			const whole = Number(attribute("GNU.sparse.realsize"));
			body = expandSparse(partOf(body, start, Math.max(0, length - start)), pieces, whole, limit);
		}
		pax = new Map();
		longName = undefined;
		longLink = undefined;
		const regular = () => ({
			path,
			mtime,
			kind: "regular" as const,
			executable: (mode & 0o100) !== 0,
			contents: body,
		});
		if (type === "5" || type === "D") yield { path, mtime, kind: "directory" };
		else if (type === "2") yield { path, mtime, kind: "symlink", target };
		else if (type === "1") yield { path, mtime, kind: "hardlink", target };
		else if (type === "3" || type === "4" || type === "6")
			yield { path, mtime, kind: "other", mode: { 3: 0o020000, 4: 0o060000, 6: 0o010000 }[type] };
		else if (path.endsWith("/") && (type === "\0" || type === "0")) yield { path, mtime, kind: "directory" };
		else yield regular();
	}
}
