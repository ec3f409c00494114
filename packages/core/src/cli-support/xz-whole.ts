/** What is used of a stream of the library: the call below it that does the work. */
export interface XzStream {
	readonly lzma?: {
		/** Gives a status, and how much is left of input and output. */
		codeSync(
			action: number,
			from: Uint8Array,
			fromOffset: number,
			fromLength: number,
			to: Uint8Array,
			toOffset: number,
		): readonly [status: number, inLeft: number, outLeft: number];
	};
	close?(): void;
}

const action = { run: 0, finish: 3 } as const;
const status = { ok: 0, end: 1 } as const;
const none = Buffer.alloc(0);

/** More than it can take: what cannot be made smaller is stored. */
const bound = (size: number): number => size + (size >>> 4) + 1024;

/**
 * A whole xz file in one call. Through the library's own functions it goes in small pieces, a tenth slower. Undefined
 * where that cannot be done.
 */
export const xzWhole = (data: Uint8Array, stream: XzStream): Uint8Array | undefined => {
	const { lzma } = stream;
	try {
		if (lzma === undefined) return undefined;
		const from = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
		const out = Buffer.allocUnsafeSlow(bound(data.length));
		const [began, inLeft, free] = lzma.codeSync(action.run, from, 0, from.length, out, 0);
		if (began !== status.ok || inLeft !== 0) return undefined;
		const [ended, , left] = lzma.codeSync(action.finish, none, 0, 0, out, out.length - free);
		return ended === status.end ? out.subarray(0, out.length - left) : undefined;
	} finally {
		stream.close?.();
	}
};
