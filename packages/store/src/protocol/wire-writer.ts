import type { ByteString } from "../byte-string";
import type { Talk } from "./talk";

/** So many bytes are gathered before they are sent. */
const gathered = 1 << 16;

/** Writes what {@link WireReader} reads. What is written is kept until it is flushed. */
export class WireWriter {
	private buffer = new Uint8Array(1024);
	private view = new DataView(this.buffer.buffer);
	private size = 0;

	private reserve(more: number): void {
		if (this.size + more <= this.buffer.length) return;
		const larger = new Uint8Array(Math.max(this.buffer.length * 2, this.size + more));
		larger.set(this.buffer.subarray(0, this.size));
		this.buffer = larger;
		this.view = new DataView(larger.buffer);
	}

	/** A number, not negative. */
	number(value: number | bigint): this {
		this.reserve(8);
		this.view.setBigUint64(this.size, BigInt(value), true);
		this.size += 8;
		return this;
	}

	boolean(value: boolean): this {
		return this.number(value ? 1 : 0);
	}

	string(text: ByteString): this {
		const { length } = text;
		const padding = (8 - (length % 8)) % 8;
		this.reserve(8 + length + padding);
		this.number(length);
		for (let i = 0; i < length; i++) this.buffer[this.size + i] = text.charCodeAt(i);
		this.size += length;
		this.buffer.fill(0, this.size, this.size + padding);
		this.size += padding;
		return this;
	}

	strings(texts: readonly ByteString[]): this {
		this.number(texts.length);
		for (const text of texts) this.string(text);
		return this;
	}

	/** Bytes as they are. */
	raw(bytes: Uint8Array): this {
		this.reserve(bytes.length);
		this.buffer.set(bytes, this.size);
		this.size += bytes.length;
		return this;
	}

	/** What was written and not flushed; nothing is kept. */
	take(): Uint8Array {
		const bytes = this.buffer.slice(0, this.size);
		this.size = 0;
		if (this.buffer.length > 4 * gathered) {
			this.buffer = new Uint8Array(1024);
			this.view = new DataView(this.buffer.buffer);
		}
		return bytes;
	}

	/** Forgets what was written and not flushed. */
	drop(): void {
		this.size = 0;
	}

	/** Sends what was written. */
	*flush(): Talk<void> {
		if (this.size > 0) yield { type: "send", bytes: this.take() };
	}

	/** Sends pieces, a gathered lot at a time. */
	*pieces(pieces: Iterable<Uint8Array>): Talk<void> {
		for (const piece of pieces) {
			this.raw(piece);
			if (this.size >= gathered) yield* this.flush();
		}
	}
}
