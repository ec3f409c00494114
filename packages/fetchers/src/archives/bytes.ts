/** Bytes that are read in places: held in memory, or in a file. */
export interface ByteSource {
	readonly size: number;
	/** The bytes from `offset`: `length` of them, or as many as there are. Not to be written to. */
	read(offset: number, length: number): Uint8Array;
}

/** Somewhere to put bytes aside that may be too many to hold. */
export interface SpoolWriter {
	write(piece: Uint8Array): void;
	/** What was written. Nothing can be written any more. */
	finish(): ByteSource;
	/** The same for somebody else, who adopts it. */
	handOver(): SpoolHandle;
	/** Nobody needs it after all. */
	discard(): void;
}

/** An open file of the process: plain data, for its other threads. */
export interface SpoolHandle {
	readonly fd: number;
	readonly size: number;
}

/** Makes such places. What is in them is gone with the process, however that ends. */
export interface Spool {
	create(): SpoolWriter;
	/** What another spool of this process has handed over. */
	adopt(handle: SpoolHandle): ByteSource;
}

/** Bytes in memory. */
export const memoryBytes = (data: Uint8Array): ByteSource => ({
	size: data.length,
	read: (offset, length) => data.subarray(offset, offset + length),
});

/** A part of other bytes. */
export const partOf = (source: ByteSource, start: number, size: number): ByteSource => ({
	size,
	read: (offset, length) => source.read(start + offset, Math.min(length, Math.max(0, size - offset))),
});

/** Something written at a place of a file that is empty elsewhere. */
export interface SparsePiece {
	readonly offset: number;
	readonly size: number;
}

/** A file of `size` bytes: `pieces`, in order and apart, are one after the other in `source`; the rest is zeros. */
export const sparseBytes = (source: ByteSource, pieces: readonly SparsePiece[], size: number): ByteSource => ({
	size,
	read(offset, length) {
		const end = Math.min(size, offset + length);
		const out = new Uint8Array(Math.max(0, end - offset));
		let at = 0;
		for (const piece of pieces) {
			const from = Math.max(offset, piece.offset);
			const to = Math.min(end, piece.offset + piece.size);
			if (from < to) out.set(source.read(at + from - piece.offset, to - from), from - offset);
			at += piece.size;
		}
		return out;
	},
});

const windowSize = 1 << 20;

/** The same bytes for somebody who reads small places one after the other. */
export const buffered = (source: ByteSource): ByteSource => {
	let start = 0;
	let window: Uint8Array = new Uint8Array(0);
	return {
		size: source.size,
		read(offset, length) {
			if (length > windowSize) return source.read(offset, length);
			if (offset < start || offset + length > start + window.length) {
				start = offset;
				window = source.read(offset, windowSize);
			}
			return window.subarray(offset - start, offset - start + length);
		},
	};
};

/** The bytes in pieces of a size that is handled well. */
export function* piecesOf(source: ByteSource, step = 1 << 18): Generator<Uint8Array> {
	for (let at = 0; at < source.size; at += step) yield source.read(at, step);
}

/** Takes bytes that may be many. */
export interface Holder {
	readonly size: number;
	write(piece: Uint8Array): void;
	finish(): ByteSource;
	/** What was written, if it was put aside. */
	handOver(): SpoolHandle | undefined;
	discard(): void;
}

/** Holds what is written as long as that is little, and then puts it aside. */
export const heldOrSpooled = (spool: Spool | undefined, held: number): Holder => {
	let pieces: Uint8Array[] = [];
	let size = 0;
	let aside: SpoolWriter | undefined;
	return {
		get size() {
			return size;
		},
		write(piece) {
			if (aside === undefined && spool !== undefined && size + piece.length > held) {
				aside = spool.create();
				for (const earlier of pieces) aside.write(earlier);
				pieces = [];
			}
			size += piece.length;
			if (aside === undefined) pieces.push(new Uint8Array(piece));
			else aside.write(piece);
		},
		finish() {
			if (aside !== undefined) return aside.finish();
			const [only] = pieces;
			if (pieces.length === 1) return memoryBytes(only);
			const out = new Uint8Array(size);
			let at = 0;
			for (const piece of pieces) {
				out.set(piece, at);
				at += piece.length;
			}
			pieces = [];
			return memoryBytes(out);
		},
		handOver: () => aside?.handOver(),
		discard: () => aside?.discard(),
	};
};
