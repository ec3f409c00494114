import { EndOfConnectionError, ProtocolError } from "./errors";
import type { Talk } from "./talk";
import { maxString, WireReader } from "./wire-reader";
import type { WireWriter } from "./wire-writer";

/**
 * Data of unknown length within a connection: pieces with their length before them, up to one of length 0. `reader`
 * reads what is within; `drain` passes over what is left of it.
 */
export class FramedInput {
	readonly reader: WireReader;
	private left = 0;
	private ended = false;

	constructor(private readonly outer: WireReader) {
		this.reader = new WireReader(() => this.next(), "reached end of FramedSource");
	}

	private *next(): Talk<Uint8Array | undefined> {
		if (this.ended) return undefined;
		if (this.left === 0) {
			this.left = yield* this.outer.integer();
			if (this.left > maxString) throw new ProtocolError("frame is too long", this.outer.position);
			if (this.left === 0) {
				this.ended = true;
				return undefined;
			}
		}
		const piece = yield* this.outer.some(this.left);
		if (piece === undefined) throw new EndOfConnectionError(this.outer.endMessage, this.outer.position);
		this.left -= piece.length;
		return piece;
	}

	*drain(): Talk<void> {
		while ((yield* this.next()) !== undefined);
	}
}

/** The largest frame that is sent. */
const frameSize = 1 << 16;

/** Sends pieces as frames, and the empty one at the end. `between` is done after each, to see what comes back. */
export function* sendFramed(writer: WireWriter, pieces: Iterable<Uint8Array>, between?: () => Talk<void>): Talk<void> {
	yield* writer.flush();
	try {
		for (const piece of pieces)
			for (let at = 0; at < piece.length; at += frameSize) {
				const part = piece.subarray(at, at + frameSize);
				writer.number(part.length).raw(part);
				yield* writer.flush();
				if (between !== undefined) yield* between();
			}
	} finally {
		writer.drop();
		writer.number(0);
		yield* writer.flush();
	}
}
