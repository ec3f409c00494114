import { createUnxz, LZMA_FINISH, LZMA_RUN } from "node-liblzma";
import type { Decoder } from "../archives/codecs";

/** The call that does the work: from `chunk` to `out`; gives a status and how much is left of both. */
interface Engine {
	codeSync(
		action: number,
		chunk: Buffer,
		inOffset: number,
		available: number,
		out: Buffer,
		outOffset: number,
	): [status: number, inLeft: number, outLeft: number];
}

const ok = 0;
const streamEnd = 1;
const outSize = 1 << 16;

/** xz, with liblzma, stream after stream. */
export const xzDecoder: Decoder = (pieces, write) => {
	const out = Buffer.alloc(outSize);
	let stream = createUnxz();
	let ended = false;
	/** Hands bytes over; gives how many were taken: all, unless the stream ended before. */
	const run = (action: number, chunk: Buffer): number => {
		const engine = (stream as unknown as { lzma: Engine }).lzma;
		let at = 0;
		for (;;) {
			const [status, inLeft, outLeft] = engine.codeSync(action, chunk, at, chunk.length - at, out, 0);
			if (outLeft < outSize) write(out.subarray(0, outSize - outLeft));
			if (status === streamEnd) ended = true;
			else if (status !== ok) throw new Error(`liblzma reports error ${status}`);
			at = chunk.length - inLeft;
			if (ended || (inLeft === 0 && outLeft > 0)) return at;
		}
	};
	try {
		for (const piece of pieces) {
			let rest: Buffer = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
			for (;;) {
				if (ended) {
					// Streams may have zeros between them.
					const next = rest.findIndex((byte) => byte !== 0);
					if (next === -1) break;
					rest = rest.subarray(next);
					stream.close();
					stream = createUnxz();
					ended = false;
				}
				rest = rest.subarray(run(LZMA_RUN as number, rest));
				if (!ended) break;
			}
		}
		if (!ended) run(LZMA_FINISH as number, Buffer.alloc(0));
		if (!ended) throw new Error("the data end too early");
	} finally {
		stream.close();
	}
};
