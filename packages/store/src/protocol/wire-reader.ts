import { type ByteString, bytesToString } from "../byte-string";
import { NarParser, type NarVisitor } from "../formats/nar/parse";
import { EndOfConnectionError, ProtocolError } from "./errors";
import type { Talk } from "./talk";

/** The longest string that is taken from the other side, in bytes. */
export const maxString = 1 << 28;
/** The longest list, set or map. */
export const maxItems = 1 << 24;

const nothing = new Uint8Array(0);

/** Gives the next bytes; undefined at the end. */
export type Pull = () => Talk<Uint8Array | undefined>;

function* receive(): Talk<Uint8Array | undefined> {
	return yield { type: "receive" };
}

/**
 * Reads the protocols' primitives: numbers of 64 bits (little endian), strings with their length before them and zeros
 * up to a multiple of 8 after them, and NARs. Memory is used for what has arrived, not for what is announced.
 */
export class WireReader {
	private data: Uint8Array = nothing;
	private at = 0;
	private before = 0;

	constructor(
		private readonly pull: Pull = receive,
		/** How the error is worded when the other side goes away. */
		public endMessage = "unexpected end-of-file",
	) {}

	/** Bytes read so far. */
	get position(): number {
		return this.before + this.at;
	}

	/** Whether bytes wait here that were not asked for yet. */
	get hasData(): boolean {
		return this.at < this.data.length;
	}

	/** More bytes, taken from elsewhere, after those that wait. */
	feed(bytes: Uint8Array): void {
		if (this.at === this.data.length) {
			this.before += this.at;
			this.data = bytes;
		} else {
			const rest = this.data.subarray(this.at);
			const joined = new Uint8Array(rest.length + bytes.length);
			joined.set(rest);
			joined.set(bytes, rest.length);
			this.before += this.at;
			this.data = joined;
		}
		this.at = 0;
	}

	/** Some bytes, at least one and at most `limit`; undefined at the end. Valid until the next read. */
	*some(limit: number): Talk<Uint8Array | undefined> {
		while (this.at === this.data.length) {
			const more = yield* this.pull();
			if (more === undefined) return undefined;
			this.before += this.at;
			this.data = more;
			this.at = 0;
		}
		const piece = this.data.subarray(this.at, Math.min(this.data.length, this.at + limit));
		this.at += piece.length;
		return piece;
	}

	private ended(): EndOfConnectionError {
		return new EndOfConnectionError(this.endMessage, this.position);
	}

	/** Exactly so many bytes. */
	*bytes(length: number): Talk<Uint8Array> {
		if (this.data.length - this.at >= length) {
			const piece = this.data.subarray(this.at, this.at + length);
			this.at += length;
			return piece;
		}
		const pieces: Uint8Array[] = [];
		for (let left = length; left > 0; ) {
			const piece = yield* this.some(left);
			if (piece === undefined) throw this.ended();
			pieces.push(piece.slice());
			left -= piece.length;
		}
		const out = new Uint8Array(length);
		let at = 0;
		for (const piece of pieces) {
			out.set(piece, at);
			at += piece.length;
		}
		return out;
	}

	/** A number of 64 bits. */
	*big(): Talk<bigint> {
		const b = yield* this.bytes(8);
		return new DataView(b.buffer, b.byteOffset, 8).getBigUint64(0, true);
	}

	/** A number up to 2^53. */
	*number(): Talk<number> {
		const value = yield* this.big();
		if (value > BigInt(Number.MAX_SAFE_INTEGER))
			throw new ProtocolError(`serialised integer ${value} is too large for type 'm'`, this.position);
		return Number(value);
	}

	/** A number of 32 bits; undefined if the connection ends before it. */
	*maybeInteger(): Talk<number | undefined> {
		if (!this.hasData) {
			const more = yield* this.pull();
			if (more === undefined) return undefined;
			this.feed(more);
		}
		return yield* this.integer();
	}

	/** A number of 32 bits. */
	*integer(): Talk<number> {
		const value = yield* this.number();
		if (value > 0xffffffff)
			throw new ProtocolError(`serialised integer ${value} is too large for type 'j'`, this.position);
		return value;
	}

	/** A number of 8 bits. */
	*byte(): Talk<number> {
		const value = yield* this.number();
		if (value > 0xff) throw new ProtocolError(`serialised integer ${value} is too large for type 'h'`, this.position);
		return value;
	}

	/** Any number but 0 is true. */
	*boolean(): Talk<boolean> {
		return (yield* this.big()) !== 0n;
	}

	*string(max = maxString): Talk<ByteString> {
		const length = yield* this.big();
		if (length > BigInt(max)) throw new ProtocolError("string is too long", this.position);
		const text = bytesToString(yield* this.bytes(Number(length)));
		yield* this.padding(Number(length));
		return text;
	}

	private *padding(length: number): Talk<void> {
		if (length % 8 === 0) return;
		const zeros = yield* this.bytes(8 - (length % 8));
		if (zeros.some((byte) => byte !== 0)) throw new ProtocolError("non-zero padding", this.position);
	}

	/** So many items as a number before them says. */
	*list<T>(item: () => Talk<T>): Talk<T[]> {
		const count = yield* this.number();
		if (count > maxItems) throw new ProtocolError("list is too long", this.position);
		const out: T[] = [];
		for (let i = 0; i < count; i++) out.push(yield* item());
		return out;
	}

	strings(): Talk<ByteString[]> {
		return this.list(() => this.string());
	}

	/** Reads a NAR to its end, and no further. Gives its size in bytes. */
	*nar(visitor: NarVisitor): Talk<number> {
		const parser = new NarParser(visitor);
		while (!parser.done) {
			const piece = yield* this.some(1 << 20);
			if (piece === undefined) throw this.ended();
			this.at -= parser.write(piece);
		}
		return parser.position;
	}
}
