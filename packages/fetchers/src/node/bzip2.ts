import seekBzip from "seek-bzip";
import type { Decoder } from "../archives/codecs";

const outSize = 1 << 16;

/** bzip2, stream after stream. */
export const bzip2Decoder: Decoder = (pieces, write) => {
	const source = pieces[Symbol.iterator]();
	let piece: Uint8Array = new Uint8Array(0);
	let at = 0;
	/** Whether there is another byte, which may have to be read first. */
	const more = (): boolean => {
		while (at >= piece.length) {
			const next = source.next();
			if (next.done === true) return false;
			piece = next.value;
			at = 0;
		}
		return true;
	};
	const out = new Uint8Array(outSize);
	let filled = 0;
	const flush = (): void => {
		if (filled > 0) write(out.subarray(0, filled));
		filled = 0;
	};
	seekBzip.decode(
		{
			readByte() {
				if (!more()) throw new Error("the data end too early");
				return piece[at++];
			},
			read(buffer, offset, length) {
				let done = 0;
				while (done < length && more()) buffer[offset + done++] = piece[at++];
				return done;
			},
			eof: () => !more(),
		},
		{
			writeByte(byte) {
				out[filled++] = byte;
				if (filled === outSize) flush();
			},
		},
		true,
	);
	flush();
};
